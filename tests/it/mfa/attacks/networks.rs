//! A thief who signed in with everything, and whom the owner has thrown out: his network is a stranger's again.

use serde_json::json;

use super::super::{WithTotp, at_home, challenge, codes, end_reported, reset_by, step_up, verify};
use crate::{
    email_change::change,
    support::{Client, PASSWORD, TestApp},
};

/// Tries a wrong code with the right password. The code of the refusal.
async fn guess(client: &Client, email: &str) -> String {
    let waiting = challenge(client, email).await;
    codes(&verify(client, &waiting, json!({ "totpCode": "000000" })).await).remove(0)
}

/// Whether the count of codes knows this network: others may fail as often as they like then.
async fn is_known(app: &TestApp, client: &Client, email: &str) -> bool {
    let stranger = app.anonymous().at("192.0.2.99");
    for _ in 0..5 {
        guess(&stranger, email).await;
    }
    assert_eq!(guess(&stranger, email).await, "RATE_LIMITED");
    match guess(client, email).await.as_str() {
        "MFA_CODE_INVALID" => true,
        "RATE_LIMITED" => false,
        other => panic!("{other}"),
    }
}

#[tokio::test]
async fn a_thief_who_was_thrown_out_has_no_tries_of_his_own_any_more() {
    for way in ["the link of the notice", "the undo of his address"] {
        let (app, person) = at_home().await;
        let post = app.another(|_| {}).await;
        let ada = WithTotp::of(&app, person).await;
        let email = ada.person.email.as_str();
        // The owner's own factor, a week older than all that follows.
        for table in ["totp_factors", "recovery_codes"] {
            app.sql(&format!("UPDATE {table} SET created_at = 1")).await;
        }
        // He has her password and her phone.
        let thief = app.anonymous().at("203.0.113.66");
        let session = ada.sign_in_from(&app, &thief).await;
        let (mail, email_now) = if way == "the link of the notice" {
            ("session_ended", email)
        } else {
            let proof = json!({ "totpCode": ada.next_code(&app) });
            let session = step_up(&app, &session, proof).await;
            change(&post, &session, "thief@example.com").await;
            ("address_restored", "thief@example.com")
        };
        assert!(is_known(&app, &thief, email_now).await, "{way}");
        if mail == "session_ended" {
            end_reported(&post, &post.mail(email, "new_sign_in").await.token()).await;
        } else {
            // A recovery code: those of the app have to wait.
            let link = post.mail(email, "address_changed").await.token();
            let factor = json!({ "recoveryCode": ada.recovery_codes[0] });
            let input = json!({ "token": link, "factor": factor });
            let undone = post.anonymous().call("undoEmailChange", "isUndone", input).await;
            assert_eq!(codes(&undone), [""; 0], "{}", undone.text);
        }
        // He gets the new password as well.
        reset_by(&post, &post.mail(email, mail).await.token(), PASSWORD).await;
        assert!(!is_known(&app, &thief, email).await, "{way}");
    }
}
