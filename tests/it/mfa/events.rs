//! The events of second factors, passkeys and proofs.

use serde_json::{Value, json};

use super::{
    REGENERATE, WithTotp, answer_of, challenge, client_of, codes, passkey_login, passkey_proof, proven_token,
    register, step_up, text, verify, without_other_limits,
};
use crate::{
    audit::{By, LOOPBACK, Watch, on_this_machine},
    email_change::proven,
    support::{Answer, Client, PASSWORD, Person, TestApp},
};

async fn start() -> (TestApp, Person) {
    let app = TestApp::builder().config(without_other_limits).start().await;
    let person = proven(&app, "ada").await;
    (app, person)
}

fn session_of(answer: &Answer, field: &str) -> String {
    text(&answer.data(field)["session"]["id"])
}

#[tokio::test]
async fn an_app_that_is_set_up_used_and_turned_off_is_an_event_each_time() {
    let (app, person) = start().await;
    let client = on_this_machine(&step_up(&app, &person.client, json!({ "password": PASSWORD })).await);
    let mut watch = Watch::new(&app).await;
    let by = By::owner(&person.id, &person.session_id);
    let (secret, recovery_codes) = super::set_up(&app, &client).await;
    let set_up = watch.expect_by(by, &[("totp_enabled", json!({}))]).await;
    assert_eq!(set_up[0].ip_address.as_deref(), Some(LOOPBACK));
    let ada = WithTotp {
        client,
        secret,
        recovery_codes: recovery_codes.unwrap(),
        person,
    };

    let anonymous = on_this_machine(&app.anonymous());
    let waiting = challenge(&anonymous, &ada.person.email).await;
    watch.expect_nothing("a right password alone").await;
    let wrong = verify(&anonymous, &waiting, json!({ "totpCode": "000000" })).await;
    assert_eq!(codes(&wrong), ["MFA_CODE_INVALID"]);
    let stranger = By::stranger(&ada.person.id);
    let totp = json!({ "method": "totp" });
    watch.expect(&wrong, stranger, &[("mfa_failed", totp)]).await;
    let right = verify(&anonymous, &waiting, json!({ "totpCode": ada.next_code(&app) })).await;
    let session = session_of(&right, "verifyMfa");
    let methods = json!({ "methods": "password,totp" });
    let by_new = By::owner(&ada.person.id, &session);
    watch
        .expect(&right, by_new, &[("login_succeeded", methods)])
        .await;

    let waiting = challenge(&anonymous, &ada.person.email).await;
    let wrong = verify(
        &anonymous,
        &waiting,
        json!({ "recoveryCode": "AAAA-AAAA-AAAA-AAAA" }),
    )
    .await;
    assert_eq!(codes(&wrong), ["MFA_CODE_INVALID"]);
    let code = json!({ "method": "recovery_code" });
    watch.expect(&wrong, stranger, &[("mfa_failed", code)]).await;
    let right = verify(
        &anonymous,
        &waiting,
        json!({ "recoveryCode": ada.recovery_codes[0] }),
    )
    .await;
    let session = session_of(&right, "verifyMfa");
    let events = [
        ("login_succeeded", json!({ "methods": "password,recovery_code" })),
        ("recovery_code_used", json!({ "remaining": "9" })),
    ];
    watch
        .expect(&right, By::owner(&ada.person.id, &session), &events)
        .await;

    let client = client_of(&app, &right, "verifyMfa");
    let proof = json!({ "totpCode": ada.next_code(&app) });
    let token = proven_token(&on_this_machine(&client), proof).await;
    let client = on_this_machine(&app.bearer(&token));
    let by = By::owner(&ada.person.id, &session);
    let proven = ("reauthenticated", json!({ "method": "totp" }));
    watch.expect_by(by, &[proven]).await;
    let answer = client.query(REGENERATE).await;
    watch
        .expect(&answer, by, &[("recovery_codes_regenerated", json!({}))])
        .await;
    let answer = client.call("disableTotp", "user { id }", json!({})).await;
    assert_eq!(codes(&answer), [""; 0]);
    watch.expect(&answer, by, &[("totp_disabled", json!({}))]).await;
}

async fn remove(client: &Client, id: &Value) -> Answer {
    let fields = "removedPasskeyId";
    client
        .call("removePasskey", fields, json!({ "passkeyId": id }))
        .await
}

#[tokio::test]
async fn a_passkey_that_comes_signs_in_and_goes_is_an_event_each_time() {
    let (app, ada) = start().await;
    let client = on_this_machine(&step_up(&app, &ada.client, json!({ "password": PASSWORD })).await);
    let mut watch = Watch::new(&app).await;
    let by = By::owner(&ada.id, &ada.session_id);
    let (mut passkey, _) = register(&client, "ada").await;
    let me = client.query("{ me { passkeys { id } } }").await;
    let id = me.data("me")["passkeys"][0]["id"].clone();
    let which = json!({ "passkey": id });
    watch.expect_by(by, &[("passkey_added", which.clone())]).await;

    let anonymous = on_this_machine(&app.anonymous());
    let answer = passkey_login(&anonymous, &mut passkey).await;
    let session = session_of(&answer, "finishPasskeyLogin");
    let methods = json!({ "methods": "passkey" });
    watch
        .expect(
            &answer,
            By::owner(&ada.id, &session),
            &[("login_succeeded", methods)],
        )
        .await;

    let waiting = challenge(&anonymous, &ada.email).await;
    let mut forged = answer_of(&mut passkey, &waiting["passkeyOptions"]);
    forged["response"]["signature"] = json!("AAAA");
    let wrong = verify(&anonymous, &waiting, json!({ "passkey": forged })).await;
    assert_eq!(codes(&wrong), ["PASSKEY_REJECTED"]);
    let method = json!({ "method": "passkey" });
    watch
        .expect(&wrong, By::stranger(&ada.id), &[("mfa_failed", method)])
        .await;

    let proof = passkey_proof(&client, &mut passkey).await;
    let client = on_this_machine(&app.bearer(&proven_token(&client, proof).await));
    let proven = ("reauthenticated", json!({ "method": "passkey" }));
    watch.expect_by(by, &[proven]).await;
    let answer = client
        .query("mutation { removePassword { userErrors { code } } }")
        .await;
    assert_eq!(codes(&answer), [""; 0]);
    watch
        .expect(&answer, by, &[("password_removed", json!({}))])
        .await;
    assert_eq!(codes(&remove(&client, &id).await), ["LAST_CREDENTIAL"]);
    watch.expect_nothing("a refused removal").await;
    register(&client, "second").await;
    watch.take().await;
    let answer = remove(&client, &id).await;
    assert_eq!(codes(&answer), [""; 0], "{}", answer.text);
    watch.expect(&answer, by, &[("passkey_removed", which)]).await;
}
