//! Many who want one address at once.

use futures_util::future::join_all;
use serde_json::json;

use crate::support::{PASSWORD, TestApp};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_32_equal_sign_ups_one_gets_the_address_and_all_others_hear_that_it_is_taken() {
    let app = TestApp::start().await;
    for round in 0..3 {
        let forms = [
            format!("ada{round}@bücher.example"),
            format!("ADA{round}@BÜCHER.example"),
            format!(" ada{round}@xn--bcher-kva.example"),
            format!("Ada{round}@bu\u{308}cher.example"),
        ];
        let client = app.anonymous();
        let answers = join_all((0..32).map(|number| {
            let (client, email) = (client.clone(), &forms[number % forms.len()]);
            async move {
                client
                    .signup(json!({ "name": "Ada", "email": email, "password": PASSWORD }))
                    .await
            }
        }))
        .await;
        let mut made = 0;
        for answer in &answers {
            match answer.user_errors("signup").as_slice() {
                [] => made += 1,
                [(code, ..)] => assert_eq!(*code, "EMAIL_TAKEN"),
                more => panic!("{more:?}"),
            }
        }
        assert_eq!(made, 1);
    }
}
