//! Attacks on second factors, recovery codes, passkeys and step-up.

mod codes;
mod enrolment;
mod networks;
mod roles;

use serde_json::json;

use super::{WithTotp, challenge, client_of, verify};
use crate::support::TestApp;

const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
const OTHER: &str = "a candle behind thick glass";

#[tokio::test]
async fn one_document_asks_the_database_for_the_factors_once() {
    let app = TestApp::start().await;
    let ada = WithTotp::new(&app, "ada").await;
    let (watched, statements) = app.another_watched(|_| {}).await;
    let waiting = challenge(&app.anonymous(), &ada.person.email).await;
    let done = verify(
        &app.anonymous(),
        &waiting,
        json!({ "totpCode": ada.next_code(&app) }),
    )
    .await;
    let client = client_of(&watched, &done, "verifyMfa");
    let fields: Vec<String> = (0..15)
        .map(|number| format!("a{number}: mfa {{ isEnabled isTotpEnabled recoveryCodesRemaining }} "))
        .collect();
    let fields = fields.join(" ");
    client.me().await;
    statements.take();
    let answer = client.query(&format!("{{ me {{ {fields} }} }}")).await;
    assert!(answer.codes().is_empty(), "{}", answer.text);
    let asked = statements.take().len();
    assert!(asked <= 10, "{asked} statements for one small document");
}
