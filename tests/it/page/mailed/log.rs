//! What the log says of a link that was opened: its path only.

use portcullis::{features::one_time_token::TokenSecret, platform::rng::SystemRng};
use secrecy::ExposeSecret as _;

use crate::support::{Program, until, wire};

#[tokio::test]
async fn no_token_gets_into_the_log() {
    for format in ["json", "text"] {
        let server = Program::new()
            .await
            .with("LOG_FORMAT", format)
            .with("LOG_LEVEL", "trace")
            .serve()
            .await;
        let secret = TokenSecret::new(&SystemRng);
        let token = secret.text().expose_secret();
        for path in ["/reset-password", "/verify-email", "/end-session"] {
            let request = format!("GET {path}?token={token} HTTP/1.1\r\nhost: localhost\r\n\r\n");
            let answer = wire(server.url(), request.as_bytes()).await;
            assert_eq!(answer.status.as_u16(), 303, "{path}");
            let cookie = answer.header("set-cookie").unwrap().to_owned();
            assert!(!cookie.is_empty());
            until("the request is logged", async || server.log().contains(path)).await;
            assert!(
                !server.log().contains(&token[4..20]),
                "{format}: {}",
                server.log()
            );
        }
    }
}
