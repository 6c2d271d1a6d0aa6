//! Clients that close their sending side after their request.

use super::*;

#[tokio::test]
async fn a_request_whose_client_has_closed_its_sending_side_goes_on_for_a_moment() {
    let server = start(short());
    let mut slow = connect(server.address, &GET.replace("/ ", "/slow ")).await;
    slow.shutdown().await.unwrap();
    assert!(rest(&mut slow).await.0.starts_with("HTTP/1.1 200 "));
    let mut never = connect(server.address, &GET.replace("/ ", "/never ")).await;
    never.shutdown().await.unwrap();
    let (text, time) = rest(&mut never).await;
    assert_eq!(text, "");
    assert!(time >= SHORT * 7, "{time:?}");
    // A response that has begun is sent to its end.
    let mut stream = connect(server.address, &GET.replace("/ ", "/stream ")).await;
    stream.shutdown().await.unwrap();
    assert!(rest(&mut stream).await.0.contains("second"));
}
