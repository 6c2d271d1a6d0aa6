//! Of the last two ways in, one stays.

use futures_util::future::join_all;
use serde_json::{Value, json};

use super::super::{EMAIL, Social, codes};
use super::{identity_ids, stepped_up_by_mail, unlink};
use crate::support::Authenticator;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_the_last_two_ways_in_one_stays_whoever_is_faster() {
    let social = Social::start().await;
    let app = &social.app;
    let browser = app.browser();
    social.sign_in(&browser).await;
    let client = stepped_up_by_mail(app, &browser, EMAIL).await;
    app.sql(
        "INSERT INTO identities (id, user_id, provider, subject_key, issuer, subject, created_at) \
         SELECT user_id, user_id, 'corp', 'x', 'https://gone.example', 'x', 1 FROM identities",
    )
    .await;
    let ids = identity_ids(&client).await;
    let racers = (0..16).map(|number| {
        let (client, ids) = (&client, &ids);
        async move { unlink(client, &ids[number % 2]).await }
    });
    join_all(racers).await;
    let left = social.identities().await;
    assert_eq!(left.len(), 1);
}

/// Nobody is left without a way in: of the last identity and the last passkey, one stays, in both orders and at once.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_the_last_identity_and_the_last_passkey_one_stays() {
    for round in 0..4 {
        let social = Social::start().await;
        let app = &social.app;
        let browser = app.browser();
        social.sign_in(&browser).await;
        let client = stepped_up_by_mail(app, &browser, EMAIL).await;
        let mut passkey = Authenticator::new("http://localhost:8000", "ada");
        let started = client
            .query("mutation { startPasskeyRegistration { challengeToken options userErrors { code } } }")
            .await;
        let started = started.data("startPasskeyRegistration");
        let credential: Value =
            serde_json::from_str(&passkey.create(&started["options"].to_string())).unwrap();
        let input = json!({ "challengeToken": started["challengeToken"], "credential": credential });
        let added = client
            .call("finishPasskeyRegistration", "passkey { id }", input)
            .await;
        assert_eq!(codes(&added), [""; 0], "{}", added.text);
        let passkey_id = added.data("finishPasskeyRegistration")["passkey"]["id"].clone();
        let ids = identity_ids(&client).await;
        let remove = async || {
            let input = json!({ "passkeyId": passkey_id });
            codes(&client.call("removePasskey", "removedPasskeyId", input).await)
        };
        match round {
            0 => {
                assert_eq!(unlink(&client, &ids[0]).await, [""; 0]);
                assert_eq!(remove().await, ["LAST_CREDENTIAL"]);
            }
            1 => {
                assert_eq!(remove().await, [""; 0]);
                assert_eq!(unlink(&client, &ids[0]).await, ["LAST_CREDENTIAL"]);
            }
            _ => {
                let unlinks = join_all((0..8).map(|_| unlink(&client, &ids[0])));
                let removals = join_all((0..8).map(|_| remove()));
                let (unlinked, removed) = tokio::join!(unlinks, removals);
                let done = unlinked.iter().chain(&removed).filter(|it| it.is_empty()).count();
                assert_eq!(done, 1, "{unlinked:?} {removed:?}");
            }
        }
    }
}
