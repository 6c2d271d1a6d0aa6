//! How often the documents of a provider are fetched.

use std::time::Duration;

use futures_util::future::join_all;
use portcullis::platform::oidc::Step;

use super::{Stage, flow, unreachable};
use crate::support::Trouble;

const DISCOVERY: &str = "/.well-known/openid-configuration";
const MINUTE: Duration = Duration::from_mins(1);
const HOUR: Duration = Duration::from_hours(1);

/// How often both documents were fetched.
fn fetches(stage: &Stage) -> (usize, usize) {
    (stage.stub.hits(DISCOVERY), stage.stub.hits("/keys"))
}

#[tokio::test]
async fn many_sign_ins_at_once_share_one_fetch() {
    let stage = Stage::oidc().await;
    let flow = flow();
    let visits = (0..50).map(|_| stage.visit(&flow));
    for callback in join_all(visits).await {
        callback.unwrap();
    }
    assert_eq!(fetches(&stage), (1, 0));
    let sign_ins = join_all((0..20).map(|_| stage.sign_in())).await;
    assert!(sign_ins.iter().all(Result::is_ok));
    assert_eq!(fetches(&stage), (1, 1));
    stage.clock.advance(HOUR);
    let sign_ins = join_all((0..20).map(|_| stage.sign_in())).await;
    assert!(sign_ins.iter().all(Result::is_ok));
    assert_eq!(fetches(&stage), (2, 2));
}

#[tokio::test]
async fn while_a_provider_is_down_its_old_documents_serve_for_a_day() {
    let stage = Stage::oidc().await;
    stage.sign_in().await.unwrap();
    for path in [DISCOVERY, "/keys"] {
        stage.stub.fails(path, Trouble::Status(503));
    }
    stage.clock.advance(HOUR);
    assert!(stage.sign_in().await.is_ok());
    assert!(stage.sign_in().await.is_ok());
    assert_eq!(fetches(&stage), (2, 2), "not tried again at once");
    stage.clock.advance(22 * HOUR);
    assert!(stage.sign_in().await.is_ok());
    stage.clock.advance(HOUR);
    let (step, _) = unreachable(stage.sign_in().await.unwrap_err());
    assert_eq!(step, Step::Discovery);
    stage.stub.recovers();
    stage.clock.advance(MINUTE);
    assert!(stage.sign_in().await.is_ok());
}

#[tokio::test]
async fn a_failure_is_shared_and_not_repeated_at_once() {
    let stage = Stage::oidc().await;
    stage.stub.fails(DISCOVERY, Trouble::Status(500));
    let flow = flow();
    let visits = join_all((0..50).map(|_| stage.visit(&flow))).await;
    assert!(visits.iter().all(Result::is_err));
    assert_eq!(fetches(&stage), (1, 0));
    stage.stub.recovers();
    assert!(stage.visit(&flow).await.is_err());
    stage.clock.advance(Duration::from_secs(10));
    assert!(stage.visit(&flow).await.is_ok());
}

#[tokio::test]
async fn a_new_key_is_fetched_when_a_token_names_it_though_once_a_minute_at_most() {
    let stage = Stage::oidc().await;
    stage.sign_in().await.unwrap();
    stage.clock.advance(MINUTE);
    stage.stub.takes_key("key-2", "ES256");
    assert!(stage.sign_in().await.is_ok());
    assert_eq!(fetches(&stage), (1, 2));
    stage.stub.takes_key("key-3", "ES256");
    for _ in 0..5 {
        assert_eq!(stage.refusal().await.0, Step::IdToken);
    }
    assert_eq!(fetches(&stage), (1, 2), "less than a minute has passed");
    stage.clock.advance(MINUTE);
    assert!(stage.sign_in().await.is_ok());
    assert_eq!(fetches(&stage), (1, 3));
}
