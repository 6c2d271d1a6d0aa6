//! Malformed tokens: almost a token, but not quite.

use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE},
};
use reqwest::{Method, StatusCode};
use serde_json::json;

use super::forge::{encode, part, reason};
use crate::support::{Answer, TestApp};

#[tokio::test]
async fn a_token_has_three_parts_none_of_them_empty() {
    let app = TestApp::start().await;
    let token = app.user("ada").await.token;
    assert_eq!(reason(&app, &token).await, None);
    let [h, p, s] = <[&str; 3]>::try_from(token.split('.').collect::<Vec<_>>()).unwrap();
    let flattened = json!({ "payload": p, "protected": h, "signature": s }).to_string();
    for forged in [
        format!("{h}.{p}."),
        format!("{h}.{p}"),
        format!("{h}."),
        h.to_owned(),
        format!("{h}.{p}.{s}.{s}"),
        format!("{h}.{p}.{s}."),
        format!(".{h}.{p}.{s}"),
        format!("{h}..{p}.{s}"),
        format!("{h}.{p}.{s}.{p}.{s}"),
        format!("{h}..{s}"),
        format!(".{p}.{s}"),
        format!("{s}.{p}.{h}"),
        "..".to_owned(),
        "....".to_owned(),
        flattened.clone(),
        encode(flattened),
    ] {
        assert_eq!(
            reason(&app, &forged).await.as_deref(),
            Some("TOKEN_INVALID"),
            "{forged}"
        );
    }
}

#[tokio::test]
async fn a_token_has_one_spelling() {
    let app = TestApp::start().await;
    let token = app.user("ada").await.token;
    let [h, p, s] = <[&str; 3]>::try_from(token.split('.').collect::<Vec<_>>()).unwrap();
    // 64 bytes take 86 characters: four bits of the last one are unused.
    let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let last = alphabet
        .iter()
        .position(|letter| *letter == s.as_bytes()[85])
        .unwrap();
    assert_eq!(last % 16, 0, "the server writes the canonical form");
    let mut others: Vec<String> = (1..16)
        .map(|more| format!("{h}.{p}.{}{}", &s[..85], char::from(alphabet[last + more])))
        .collect();
    let claims = part(&token, 1).to_string();
    others.extend([
        format!("{token}=="),
        format!("{token}="),
        format!("{h}=.{p}.{s}"),
        format!("{h}.{}.{s}", URL_SAFE.encode(format!("{claims} "))),
        format!("{h}.{}.{s}", STANDARD.encode(&claims)),
        format!("{h} .{p}.{s}"),
        format!("{h}. {p}.{s}"),
        format!("{h}.{p}.{s}%3D"),
        format!("{h}\t.{p}.{s}"),
        token.replace('.', "%2E"),
        format!("\"{token}\""),
        format!("{token},"),
        format!("{token};"),
        format!("{token} {token}"),
        token.to_uppercase(),
    ]);
    for letter in s.char_indices().filter(|(_, letter)| "-_".contains(*letter)) {
        let (before, after) = s.split_at(letter.0);
        let standard = if letter.1 == '-' { '+' } else { '/' };
        others.push(format!("{h}.{p}.{before}{standard}{}", &after[1..]));
    }
    for other in others {
        assert_eq!(
            reason(&app, &other).await.as_deref(),
            Some("TOKEN_INVALID"),
            "{other}"
        );
    }
}

#[tokio::test]
async fn tokens_over_8_kib_are_invalid_and_oversized_headers_get_431() {
    let app = TestApp::start().await;
    let token = app.user("ada").await.token;
    for forged in [
        format!("{token}{}", "A".repeat(8 * 1024)),
        ".".repeat(9_000),
        "A".repeat(9_000),
    ] {
        assert_eq!(reason(&app, &forged).await.as_deref(), Some("TOKEN_INVALID"));
    }
    let huge = app
        .bearer(&".".repeat(200_000))
        .request(Method::POST, "/graphql")
        .json(&json!({ "query": "{ me { id } }" }));
    assert_eq!(
        Answer::of(huge).await.status,
        StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE
    );
    assert_eq!(reason(&app, &token).await, None);
}
