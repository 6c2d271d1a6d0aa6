//! Tokens that are not genuine: all are refused alike, and nothing comes of them.

use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD},
};
use reqwest::header::{DATE, HeaderMap};
use serde_json::json;
use uuid::Uuid;

use super::{
    assert_dead, assert_invalid,
    forge::{Forged, bytes},
    row,
};
use crate::support::{Answer, Client, Person, TestApp};

/// An id that no session has.
const NOBODYS: Uuid = Uuid::from_u128(0x01a2_044c_db64_79cc_9e82_23a8_87d2_2031);

/// The headers of an answer without those that differ each time.
fn lasting(answer: &Answer) -> HeaderMap {
    let mut headers = answer.headers.clone();
    assert!(headers.remove("x-request-id").is_some());
    headers.remove(DATE);
    headers
}

/// Sees that each of these tokens gets the answer that a session which never was gets, to the byte.
async fn assert_alike(client: &Client, tokens: impl IntoIterator<Item = (String, String)>) {
    let stranger = Forged {
        session: NOBODYS,
        generation: 0,
        tag: [7; 32],
    };
    let known = client.refresh(&stranger.text()).await;
    assert_invalid(&known);
    for (about, token) in tokens {
        let answer = client.refresh(&token).await;
        assert_eq!(answer.text, known.text, "{about}");
        assert_eq!(
            (answer.status, lasting(&answer)),
            (known.status, lasting(&known)),
            "{about}"
        );
    }
}

/// Ada, after three trades, with all of her tokens; the last one is the present one.
async fn traded(app: &TestApp) -> (Person, Vec<String>) {
    let ada = app.user("ada").await;
    let mut tokens = vec![ada.refresh_token.clone()];
    for at in 0..3 {
        let answer = app.anonymous().refresh(&tokens[at]).await;
        tokens.push(answer.tokens("refreshSession").refresh);
        app.pass(app.app.config.refresh_replay_window);
    }
    (ada, tokens)
}

/// Texts that are no refresh token of anybody.
fn garbage(genuine: &str, access: &str) -> Vec<(String, String)> {
    let body = genuine.strip_prefix("pcr_").unwrap();
    let raw = bytes(genuine);
    let mut wrong_checksum = raw.clone();
    wrong_checksum[59] ^= 1;
    let mut all = vec![
        ("a space", " ".to_owned()),
        ("a word", "garbage".to_owned()),
        ("an access token", access.to_owned()),
        ("an access token with the prefix", format!("pcr_{access}")),
        (
            "a part of an access token",
            access.split('.').next().unwrap().to_owned(),
        ),
        ("the prefix alone", "pcr_".to_owned()),
        ("no prefix", body.to_owned()),
        ("another prefix", format!("pca_{body}")),
        ("the prefix twice", format!("pcr_{genuine}")),
        ("a loud prefix", format!("PCR_{body}")),
        ("another case", genuine.to_lowercase()),
        (
            "a wrong checksum",
            format!("pcr_{}", URL_SAFE_NO_PAD.encode(&wrong_checksum)),
        ),
        (
            "no checksum",
            format!("pcr_{}", URL_SAFE_NO_PAD.encode(&raw[..56])),
        ),
        (
            "a byte more",
            format!("pcr_{}", URL_SAFE_NO_PAD.encode([&raw[..], &[0]].concat())),
        ),
        (
            "a byte less",
            format!("pcr_{}", URL_SAFE_NO_PAD.encode(&raw[..59])),
        ),
        ("nothing but zeros", format!("pcr_{}", "A".repeat(80))),
        ("a padded text", format!("{genuine}=")),
        ("a text padded in full", format!("{genuine}====")),
        (
            "bytes padded",
            format!("pcr_{}", URL_SAFE.encode([&raw[..], &[0]].concat())),
        ),
        ("hexadecimal digits", format!("pcr_{}", hex(&raw))),
        ("a line break behind", format!("{genuine}\n")),
        (
            "a line break within",
            format!("{}\n{}", &genuine[..40], &genuine[40..]),
        ),
        ("a space before", format!(" {genuine}")),
        ("a NUL behind", format!("{genuine}\0")),
        ("a character that cannot be seen", format!("{genuine}\u{200b}")),
        ("full-width letters", genuine.replace('_', "\u{ff3f}")),
        ("quotes", format!("\"{genuine}\"")),
        ("twice the token", format!("{genuine}{genuine}")),
        ("SQL", "pcr_' OR '1'='1".to_owned()),
        ("emoji", "🔑".repeat(21)),
        ("a long text", "A".repeat(10_000)),
        (
            "a long text with the prefix",
            format!("pcr_{}", "A".repeat(10_000)),
        ),
    ];
    // Where the alphabets differ.
    if body.contains(['-', '_']) {
        all.push((
            "another alphabet",
            format!("pcr_{}", STANDARD_NO_PAD.encode(&raw)),
        ));
        all.push((
            "another alphabet, padded",
            format!("pcr_{}", STANDARD.encode(&raw)),
        ));
    }
    all.into_iter()
        .map(|(about, text)| (about.to_owned(), text))
        .chain((0..genuine.len()).map(|cut| (format!("cut after {cut}"), genuine[..cut].to_owned())))
        .filter(|(_, text)| !text.is_empty())
        .collect()
}

fn hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .fold(String::new(), |text, byte| format!("{text}{byte:02x}"))
}

#[tokio::test]
async fn what_is_no_token_is_refused_and_no_session_is_touched() {
    let app = TestApp::start().await;
    // One whose text has characters that the alphabets of base64 write differently.
    let mut ada = app.user("ada").await;
    while !ada
        .refresh_token
        .strip_prefix("pcr_")
        .unwrap()
        .contains(['-', '_'])
    {
        ada = app.sign_in(&ada.email).await;
    }
    let before = row(&app, &ada.session_id).await;
    assert_alike(&app.anonymous(), garbage(&ada.refresh_token, &ada.token)).await;
    assert_eq!(row(&app, &ada.session_id).await, before);
    app.anonymous()
        .refresh(&ada.refresh_token)
        .await
        .tokens("refreshSession");
}

#[tokio::test]
async fn a_forged_token_ends_nobodys_session_however_old_it_says_it_is() {
    let app = TestApp::start().await;
    let (ada, tokens) = traded(&app).await;
    let eve = app.user("eve").await;
    let present = Forged::read(&tokens[3]);
    assert_eq!(present.session.to_string(), ada.session_id);
    assert_eq!(present.generation, 3);
    let with = |change: &dyn Fn(&mut Forged)| {
        let mut forged = present.clone();
        change(&mut forged);
        forged.text()
    };
    let mut forged = Vec::new();
    for generation in [0, 1, 2, 4, 5, -1, -3, 1 << 32, i64::MIN, i64::MIN + 3, i64::MAX] {
        // The generation changed, and a tag that somebody made up: it has to come to the comparison of tags.
        let changed = with(&|forged| forged.generation = generation);
        forged.push((format!("the present one as generation {generation}"), changed));
        let made_up = with(&|forged| (forged.generation, forged.tag) = (generation, [0; 32]));
        forged.push((format!("nothing as generation {generation}"), made_up));
    }
    for bit in [0, 7, 100, 128, 255] {
        let flipped = with(&|forged| forged.tag[bit / 8] ^= 1 << (bit % 8));
        forged.push((format!("bit {bit} of the tag flipped"), flipped));
    }
    for (about, tag) in [("zeros", [0; 32]), ("ones", [255; 32])] {
        forged.push((about.to_owned(), with(&|forged| forged.tag = tag)));
    }
    for (at, token) in tokens[..3].iter().enumerate() {
        let tag = Forged::read(token).tag;
        let swapped = with(&|forged| forged.tag = tag);
        forged.push((format!("the tag of generation {at} on the present one"), swapped));
    }
    let eves = Forged::read(&eve.refresh_token);
    let taken = Forged {
        session: present.session,
        ..eves.clone()
    };
    forged.push(("Eve's token with Ada's session".to_owned(), taken.text()));
    let given = Forged {
        session: eves.session,
        ..present.clone()
    };
    forged.push(("Ada's token with Eve's session".to_owned(), given.text()));
    for id in [Uuid::nil(), Uuid::max(), ada.id.parse().unwrap()] {
        forged.push((format!("session {id}"), with(&|forged| forged.session = id)));
    }

    let before = [row(&app, &ada.session_id).await, row(&app, &eve.session_id).await];
    // It makes no difference from which program, who asks, or whether time has passed since the last trade.
    for client in [
        app.anonymous(),
        app.anonymous().agent("Firefox"),
        eve.client.clone(),
    ] {
        assert_alike(&client, forged.clone()).await;
        app.pass(app.app.config.refresh_replay_window);
    }
    let after = [row(&app, &ada.session_id).await, row(&app, &eve.session_id).await];
    assert_eq!(after, before);
    assert_eq!(app.app.metrics.refresh_tokens_reused.get(), 0);
    for token in [&tokens[3], &eve.refresh_token] {
        app.anonymous().refresh(token).await.tokens("refreshSession");
    }
}

#[tokio::test]
async fn genuine_tokens_that_are_dead_are_refused_like_forged_ones() {
    let app = TestApp::start().await;
    let mut dead = Vec::new();
    let (ada, tokens) = traded(&app).await;
    dead.push(("used".to_owned(), tokens[0].clone()));
    let out = app.sign_in(&ada.email).await;
    out.client.logout().await;
    dead.push(("signed out".to_owned(), out.refresh_token));
    let ended = app.sign_in(&ada.email).await;
    ada.client.revoke_session(&ended.session_id).await;
    dead.push(("ended".to_owned(), ended.refresh_token));
    let expired = app.sign_in(&ada.email).await;
    app.sql(&format!(
        "UPDATE sessions SET expires_at = 1 WHERE created_at = {} AND refresh_generation = 0",
        app.app.clock.now().as_millisecond()
    ))
    .await;
    dead.push(("expired".to_owned(), expired.refresh_token));
    dead.push(("ended by the theft".to_owned(), tokens[3].clone()));
    assert_alike(&app.anonymous(), dead).await;
    assert_dead(&app, &ada.session_id, &ada.token, &tokens[3]).await;
}

#[tokio::test]
async fn a_token_of_a_later_state_of_the_database_opens_nothing_and_ends_nothing() {
    let app = TestApp::start().await;
    let (ada, tokens) = traded(&app).await;
    // As after the database was put back from a copy.
    app.sql("UPDATE sessions SET refresh_generation = 1").await;
    let before = row(&app, &ada.session_id).await;
    assert_invalid(&app.anonymous().refresh(&tokens[3]).await);
    assert_eq!(row(&app, &ada.session_id).await, before);
    let again = app.anonymous().refresh(&tokens[1]).await;
    assert_eq!(again.tokens("refreshSession").refresh, tokens[2]);
}

#[tokio::test]
async fn a_token_as_long_as_a_request_can_be_is_refused_too() {
    let app = TestApp::start().await;
    for length in [30_000, 60_000] {
        let answer = app.anonymous().refresh(&"pcr_".repeat(length / 4)).await;
        assert_invalid(&answer);
    }
    let answer = app.anonymous().refresh(&"x".repeat(2_000_000)).await;
    assert_eq!(answer.status.as_u16(), 413);
    assert_eq!(answer.codes(), ["PAYLOAD_TOO_LARGE"]);
}

#[tokio::test]
async fn what_is_no_text_is_told_as_what_it_is() {
    let app = TestApp::start().await;
    for value in [json!(7), json!(true), json!(["pcr_"]), json!({ "token": "pcr_" })] {
        let answer = app
            .anonymous()
            .refresh_with(json!({ "refreshToken": value }))
            .await;
        assert_eq!(answer.codes(), ["BAD_USER_INPUT"], "{}", answer.text);
    }
}
