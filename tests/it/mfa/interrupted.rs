//! Something else happens between the check of a proof and its use: of the one that comes too late, nothing is used up.
//!
//! A request runs until it first waits, another one to its end, and then the first goes on; then the same with the
//! second wait, and so on until the first request ends before the other one begins.

use std::{future::poll_fn, net::SocketAddr, pin::pin, task::Poll, time::Duration};

use axum::{
    Router,
    body::{Body, to_bytes},
    extract::ConnectInfo,
    http::{Method, Request, header},
};
use hyper::service::Service as _;
use hyper_util::service::TowerToHyperService;
use portcullis::server::{health::Stopping, router::router};
use serde_json::{Value, json};
use tokio::time::timeout;

use super::{
    REGENERATE, START, WithTotp, challenge, codes, errors, passkey_proof, text, token_of, verify,
    with_passkey, without_other_limits,
};
use crate::{
    email_change::proven,
    support::{Client, TestApp},
};

/// No request waits as often.
const MAX_WAITS: usize = 200;

/// A request that waits for the interrupted one makes no progress in this time.
const BLOCKED: Duration = Duration::from_millis(100);

/// A server whose requests can be interrupted, or dropped as when the caller hangs up.
pub(super) struct Here {
    pub(super) app: TestApp,
    service: TowerToHyperService<Router>,
}

impl Here {
    pub(super) async fn start() -> Self {
        let app = TestApp::with(without_other_limits).await;
        let service = TowerToHyperService::new(router(&app.app, Stopping::default()).unwrap());
        Self { app, service }
    }

    /// Proves who it is. The codes of the refusals.
    async fn reauthenticate(&self, client: &Client, proof: &Value) -> Vec<String> {
        let document = "mutation ($input: ReauthenticateInput!) {
            done: reauthenticate(input: $input) { validUntil userErrors { code } } }";
        self.call(Some(&token_of(client)), document, proof).await
    }

    /// Gives the second factor to a challenge. The codes of the refusals.
    pub(super) async fn verify(&self, challenge: &Value, factor: &Value) -> Vec<String> {
        let document = "mutation ($input: VerifyMfaInput!) {
            done: verifyMfa(input: $input) { session { id } userErrors { code } } }";
        let input = json!({ "challengeToken": challenge["challengeToken"], "factor": factor });
        self.call(None, document, &input).await
    }

    async fn call(&self, token: Option<&str>, document: &str, input: &Value) -> Vec<String> {
        let document = json!({ "query": document, "variables": { "input": input } });
        let mut request = Request::builder()
            .method(Method::POST)
            .uri("/graphql")
            .header(header::HOST, "localhost:8000")
            .header(header::CONTENT_TYPE, "application/json");
        if let Some(token) = token {
            request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        }
        let mut request = request.body(Body::from(document.to_string())).unwrap();
        let peer = ConnectInfo(SocketAddr::from(([127, 0, 0, 1], 1)));
        request.extensions_mut().insert(peer);
        let answer = self.service.call(request).await.unwrap();
        let body = to_bytes(answer.into_body(), usize::MAX).await.unwrap();
        let body: Value = serde_json::from_slice(&body).unwrap();
        match body["errors"].as_array() {
            Some(denied) => denied.iter().map(|it| text(&it["extensions"]["code"])).collect(),
            None => errors(&body["data"]["done"]),
        }
    }
}

/// Runs `first` until it has waited so often, `second` to its end unless that waits for `first`, and `first` to its
/// end. What both return, and whether `first` was over before `second` began.
async fn interrupted<A, B>(
    first: impl Future<Output = A>,
    waits: usize,
    second: impl Future<Output = B>,
) -> (A, B, bool) {
    let (mut first, mut second) = (pin!(first), pin!(second));
    let mut left = waits;
    let early = poll_fn(|context| match first.as_mut().poll(context) {
        Poll::Ready(answer) => Poll::Ready(Some(answer)),
        Poll::Pending => {
            left -= 1;
            if left == 0 {
                Poll::Ready(None)
            } else {
                Poll::Pending
            }
        }
    });
    if let Some(answer) = early.await {
        return (answer, second.await, true);
    }
    if let Ok(answer) = timeout(BLOCKED, &mut second).await {
        return (first.await, answer, false);
    }
    let (first, second) = tokio::join!(first, second);
    (first, second, false)
}

/// Interrupts a request at its first wait, at its second, and so on, until `case` says that it was over before.
async fn at_every_wait(case: impl AsyncFn(usize) -> bool) {
    let mut waits = 1;
    while !pin!(case(waits)).await {
        waits += 1;
        assert!(waits < MAX_WAITS, "it never ends");
    }
    assert!(waits > 1, "it was never interrupted");
}

/// Whether the first of two was done; the other one must have been refused with this code.
fn is_first_done(first: &[String], second: &[String], refusal: &str) -> bool {
    let (done, refused) = if first.is_empty() {
        (first, second)
    } else {
        (second, first)
    };
    assert!(done.is_empty(), "both were refused: {first:?} {second:?}");
    assert_eq!(refused, [refusal], "{first:?} {second:?}");
    first.is_empty()
}

// All on one thread: what is interrupted goes on only when it is polled again.

#[tokio::test]
async fn a_passkey_whose_challenge_ends_meanwhile_is_neither_used_nor_taken_for_a_copy() {
    let here = Here::start().await;
    at_every_wait(async |waits| {
        let name = format!("p{waits}");
        let (client, mut passkey, _) = with_passkey(&here.app, &name).await;
        let proof = passkey_proof(&client, &mut passkey).await;
        // New recovery codes end all challenges.
        let (proven, renewed, is_over) = interrupted(
            here.reauthenticate(&client, &proof),
            waits,
            client.query(REGENERATE),
        )
        .await;
        assert_eq!(codes(&renewed), [""; 0], "{waits}");
        let me = client.query("{ me { passkeys { lastUsedAt } } }").await;
        let is_used = !me.data("me")["passkeys"][0]["lastUsedAt"].is_null();
        if proven.is_empty() {
            assert!(is_used, "{waits}");
        } else {
            assert_eq!(proven, ["CHALLENGE_EXPIRED"], "{waits}");
            assert!(!is_used, "{waits}");
        }
        let mails = here.app.kinds_to(&format!("{name}@example.com")).await;
        assert!(
            !mails.contains(&"passkey_refused".to_owned()),
            "{waits}: {mails:?}"
        );
        is_over
    })
    .await;
}

#[tokio::test]
async fn of_two_with_one_mailed_code_one_proves_who_it_is() {
    let here = Here::start().await;
    at_every_wait(async |waits| {
        let ada = proven(&here.app, &format!("p{waits}")).await;
        here.app.put_hash(&ada.email, None).await;
        let started = ada.client.query(START).await;
        let proof = json!({ "emailCode": {
            "challengeToken": started.data("startReauthentication")["challengeToken"],
            "code": here.app.mail(&ada.email, "identity_code").await.code(),
        } });
        let (first, second, is_over) = interrupted(
            here.reauthenticate(&ada.client, &proof),
            waits,
            here.reauthenticate(&ada.client, &proof),
        )
        .await;
        is_first_done(&first, &second, "CHALLENGE_EXPIRED");
        is_over
    })
    .await;
}

#[tokio::test]
async fn a_factor_that_somebody_else_uses_meanwhile_proves_nothing_and_is_used_once() {
    let here = Here::start().await;
    for by in ["totpCode", "recoveryCode"] {
        at_every_wait(async |waits| {
            let person = proven(&here.app, &format!("p{waits}{}", by.to_lowercase())).await;
            let ada = WithTotp::of(&here.app, person).await;
            let email = &ada.person.email;
            let code = match by {
                "totpCode" => ada.next_code(&here.app),
                _ => ada.recovery_codes[0].clone(),
            };
            let factor = json!({ by: code });
            let waiting = challenge(&here.app.anonymous(), email).await;
            let (proven, signed_in, is_over) = interrupted(
                here.reauthenticate(&ada.client, &factor),
                waits,
                here.verify(&waiting, &factor),
            )
            .await;
            let place = format!("{by} {waits}");
            is_first_done(&proven, &signed_in, "MFA_CODE_INVALID");
            let mfa = ada
                .client
                .query("{ me { mfa { recoveryCodesRemaining } } }")
                .await;
            let left = mfa.data("me")["mfa"]["recoveryCodesRemaining"].as_u64();
            let mails = here.app.kinds_to(email).await;
            let reported = mails.iter().filter(|kind| *kind == "recovery_code_used").count();
            let expected = if by == "totpCode" {
                (Some(10), 0)
            } else {
                (Some(9), 1)
            };
            assert_eq!((left, reported), expected, "{place}");
            is_over
        })
        .await;
    }
}

#[tokio::test]
async fn a_factor_whose_challenge_is_used_meanwhile_still_works_and_so_does_a_challenge_whose_factor_is() {
    let here = Here::start().await;
    at_every_wait(async |waits| {
        let ada = WithTotp::new(&here.app, &format!("p{waits}")).await;
        let email = &ada.person.email;
        let begin = async || challenge(&here.app.anonymous(), email).await;
        let (waiting, other) = (begin().await, begin().await);
        let totp = json!({ "totpCode": ada.next_code(&here.app) });
        let recovery = json!({ "recoveryCode": ada.recovery_codes[0] });
        // One challenge, two factors.
        let (first, second, is_over) = interrupted(
            here.verify(&waiting, &totp),
            waits,
            here.verify(&waiting, &recovery),
        )
        .await;
        let is_totp_used = is_first_done(&first, &second, "MFA_CHALLENGE_EXPIRED");
        let unused = if is_totp_used { &recovery } else { &totp };
        assert_eq!(here.verify(&other, unused).await, [""; 0], "{waits}");
        is_over
    })
    .await;
    at_every_wait(async |waits| {
        let ada = WithTotp::new(&here.app, &format!("q{waits}")).await;
        let email = &ada.person.email;
        let begin = async || challenge(&here.app.anonymous(), email).await;
        let (one, other) = (begin().await, begin().await);
        let totp = json!({ "totpCode": ada.next_code(&here.app) });
        // Two challenges, one factor.
        let (first, second, is_over) =
            interrupted(here.verify(&one, &totp), waits, here.verify(&other, &totp)).await;
        let is_one_used = is_first_done(&first, &second, "MFA_CODE_INVALID");
        let unused = if is_one_used { &other } else { &one };
        let factor = json!({ "totpCode": ada.next_code(&here.app) });
        let answer = verify(&here.app.anonymous(), unused, factor).await;
        assert_eq!(codes(&answer), [""; 0], "{waits}");
        is_over
    })
    .await;
}
