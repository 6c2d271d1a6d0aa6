//! How often the documents of a provider are fetched.

use std::time::Duration;

use futures_util::future::join_all;
use portcullis::platform::oidc::Step;

use super::{Setup, flow, unreachable};
use crate::support::Misbehavior;

const DISCOVERY: &str = "/.well-known/openid-configuration";
const MINUTE: Duration = Duration::from_mins(1);
const HOUR: Duration = Duration::from_hours(1);

/// How often both documents were fetched.
fn fetches(setup: &Setup) -> (usize, usize) {
    (setup.stub.hits(DISCOVERY), setup.stub.hits("/keys"))
}

#[tokio::test]
async fn many_sign_ins_at_once_share_one_fetch() {
    let setup = Setup::oidc().await;
    let flow = flow();
    let begun = (0..50).map(|_| setup.authorize(&flow));
    for callback in join_all(begun).await {
        callback.unwrap();
    }
    assert_eq!(fetches(&setup), (1, 0));
    let sign_ins = join_all((0..20).map(|_| setup.sign_in())).await;
    assert!(sign_ins.iter().all(Result::is_ok));
    assert_eq!(fetches(&setup), (1, 1));
    setup.clock.advance(HOUR);
    let sign_ins = join_all((0..20).map(|_| setup.sign_in())).await;
    assert!(sign_ins.iter().all(Result::is_ok));
    assert_eq!(fetches(&setup), (2, 2));
}

#[tokio::test]
async fn while_a_provider_is_down_its_old_documents_serve_for_a_day() {
    let setup = Setup::oidc().await;
    setup.sign_in().await.unwrap();
    for path in [DISCOVERY, "/keys"] {
        setup.stub.fails(path, Misbehavior::Status(503));
    }
    setup.clock.advance(HOUR);
    assert!(setup.sign_in().await.is_ok());
    assert!(setup.sign_in().await.is_ok());
    assert_eq!(fetches(&setup), (2, 2), "not tried again at once");
    setup.clock.advance(22 * HOUR);
    assert!(setup.sign_in().await.is_ok());
    setup.clock.advance(HOUR);
    let (step, _) = unreachable(setup.sign_in().await.unwrap_err());
    assert_eq!(step, Step::Discovery);
    setup.stub.recovers();
    setup.clock.advance(MINUTE);
    assert!(setup.sign_in().await.is_ok());
}

#[tokio::test]
async fn a_failure_is_shared_and_not_repeated_at_once() {
    let setup = Setup::oidc().await;
    setup.stub.fails(DISCOVERY, Misbehavior::Status(500));
    let flow = flow();
    let begun = join_all((0..50).map(|_| setup.authorize(&flow))).await;
    assert!(begun.iter().all(Result::is_err));
    assert_eq!(fetches(&setup), (1, 0));
    setup.stub.recovers();
    assert!(setup.authorize(&flow).await.is_err());
    setup.clock.advance(Duration::from_secs(10));
    assert!(setup.authorize(&flow).await.is_ok());
}

#[tokio::test]
async fn a_new_key_is_fetched_when_a_token_names_it_though_once_a_minute_at_most() {
    let setup = Setup::oidc().await;
    setup.sign_in().await.unwrap();
    setup.clock.advance(MINUTE);
    setup.stub.takes_key("key-2", "ES256");
    assert!(setup.sign_in().await.is_ok());
    assert_eq!(fetches(&setup), (1, 2));
    setup.stub.takes_key("key-3", "ES256");
    for _ in 0..5 {
        assert_eq!(setup.refusal().await.0, Step::IdToken);
    }
    assert_eq!(fetches(&setup), (1, 2), "less than a minute has passed");
    setup.clock.advance(MINUTE);
    assert!(setup.sign_in().await.is_ok());
    assert_eq!(fetches(&setup), (1, 3));
}
