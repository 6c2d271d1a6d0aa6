//! After a leak, nothing is accepted that the former keys made.

use std::time::Duration;

use entity::{audit_event, session::RevocationReason};
use portcullis::{
    features::{
        audit::{self, Finding},
        data_key, key, mail,
        secret::NotReplaced,
    },
    server::{upkeep, wiring::StartError},
};

use super::{
    command, command_with, held::Held, put_secrets, refusal, replace_leaked, secrets, server, tables::count,
    with_file, with_setting,
};
use crate::{
    audit::{findings, rows, seals},
    mfa::{set_up, step_up},
    support::{PASSWORD, SECRET, TestApp, with_unsent_mail},
};

const NEW: &str = "Zk1p/WvN9+xGt4QyBh8CjSrDmFi0OuAl";

#[tokio::test]
async fn nothing_of_before_is_accepted_but_passwords_and_passkeys() {
    let app = server().await;
    let mut held = Held::new(&app, "held").await;
    let former = secrets(&app).remove(0);
    let kid = app.app.tokens.keys().signing().kid().to_owned();
    let done = replace_leaked(command(&app).await).await.unwrap();
    assert_eq!((done.scope.authenticators, done.users), (2, 3));
    assert!(done.scope.sessions >= 6 && done.scope.tokens > 0, "{done:?}");
    assert_eq!(done.scope.recovery_codes, 30);

    let again = app.another(with_file).await;
    let jwks = again.anonymous().get("/.well-known/jwks.json").await;
    assert_eq!(jwks.body["keys"].as_array().unwrap().len(), 1);
    assert_ne!(jwks.body["keys"][0]["kid"], *kid);
    held.assert_ended(&again).await;
    assert_eq!(again.mails().await.len(), 1, "only the notice of Pia's sign-in");
    assert_eq!(secrets(&app).len(), 1);
    put_secrets(&app, &[&former]);
    let refused = app.would_start(with_file).await.unwrap_err();
    assert!(matches!(refused, StartError::SealedKey(_)), "{refused:?}");
}

#[tokio::test]
async fn an_app_can_be_set_up_anew() {
    let app = server().await;
    let held = Held::new(&app, "held").await;
    replace_leaked(command(&app).await).await.unwrap();
    let again = app.another(with_file).await;
    let person = again.sign_in(&held.tess.person.email).await;
    let client = step_up(
        &again,
        &person.client,
        serde_json::json!({ "password": PASSWORD }),
    )
    .await;
    let (_, recovery_codes) = set_up(&again, &client).await;
    assert_eq!(recovery_codes.unwrap().len(), 10);
}

#[tokio::test]
async fn sessions_say_why_they_ended_and_accounts_why_their_factors_are_gone() {
    let app = server().await;
    let held = Held::new(&app, "held").await;
    replace_leaked(command(&app).await).await.unwrap();
    let person = &held.tess.person;
    let row = app.session(&person.session_id).await.unwrap();
    assert_eq!(row.revocation_reason, Some(RevocationReason::RevokedByAdmin));
    let rows = rows(&app).await;
    let about = |row: &&audit_event::Model| {
        row.kind == "mfa_reset" && row.subject_id.map(|id| id.to_string()).as_ref() == Some(&person.id)
    };
    let event = rows.iter().find(about).unwrap();
    assert_eq!(event.actor_kind, "command_line");
    assert_eq!(event.details, r#"{"cause":"secrets_leaked","kept":"passkeys"}"#);
}

#[tokio::test]
async fn the_log_verifies_before_and_after_and_the_former_key_vouches_for_old_rows_only() {
    let app = server().await;
    app.user("ada").await;
    assert_eq!(findings(&app).await, []);
    let old = rows(&app).await.remove(0);
    replace_leaked(command(&app).await).await.unwrap();
    let again = app.another(with_file).await;
    assert_eq!(findings(&again).await, []);
    assert!(rows(&again).await.contains(&audit_event::Model {
        seal: Some(1),
        ..old.clone()
    }));
    let rotated = rows(&again)
        .await
        .into_iter()
        .find(|row| row.kind == "key_rotated");
    let rotated = rotated.unwrap();
    assert_ne!(rotated.key_id, old.key_id);
    let (seals, last) = (
        seals(&again).await,
        audit::verify(&again.app, None).await.unwrap(),
    );
    assert_eq!(
        seals.len(),
        2,
        "the last one under the former key, and the first under the new one"
    );
    assert_eq!(
        (&seals[0].key_id, &seals[1].key_id),
        (&old.key_id, &rotated.key_id)
    );
    assert_eq!(last.unsealed, 0);

    // Somebody who knows the former key and can write to the database: a server that still has it writes for them.
    crate::audit::sign_in(&app, 7).await;
    let forged = rows(&again)
        .await
        .into_iter()
        .find(|row| row.seal.is_none())
        .unwrap();
    assert_eq!(forged.key_id, old.key_id);
    assert_eq!(
        findings(&again).await,
        [Finding::RowKeyReplaced { id: forged.id }]
    );
    app.pass(Duration::from_mins(2));
    assert_eq!(audit::seal(&app.app).await.unwrap(), 1);
    let found = findings(&again).await;
    assert_eq!(
        found,
        [
            Finding::RowKeyReplaced { id: forged.id },
            Finding::SealKeyReplaced { seal: 3 }
        ]
    );
}

#[tokio::test]
async fn a_running_server_stops_the_command_and_a_stopped_one_does_not() {
    let app = server().await;
    let running = tokio::spawn(upkeep::run(app.app.clone()));
    crate::support::until("the server seals", async || {
        count(&app, "SELECT COUNT(*) FROM leases WHERE name = 'audit'").await > 0
    })
    .await;
    let refused = refusal(replace_leaked(command(&app).await).await);
    assert_eq!(refused, NotReplaced::ServerRuns);
    assert_eq!(secrets(&app).len(), 1);
    running.abort();
    running.await.unwrap_err();
    portcullis::features::lease::release_all(&app.app).await.unwrap();
    replace_leaked(command(&app).await).await.unwrap();
}

#[tokio::test]
async fn a_server_with_the_former_keys_notices_and_stops_its_work() {
    let app = server().await;
    let held = Held::new(&app, "held").await;
    rotate_plainly(&app).await;
    assert!(!data_key::are_replaced(&app.app).await.unwrap());
    replace_leaked(command(&app).await).await.unwrap();
    assert!(data_key::are_replaced(&app.app).await.unwrap());
    // It ends by itself.
    upkeep::run(app.app.clone()).await;
    held.assert_tokens_ended(&app).await;
    assert!(!key::refresh(&app.app).await.unwrap(), "the keys were read again");
}

async fn rotate_plainly(app: &TestApp) {
    super::rotate(&*command(app).await).await.unwrap();
}

#[tokio::test]
async fn addresses_that_get_no_mail_still_get_none() {
    let app = server().await;
    app.user("ada").await;
    mail::suppress(&app.app, "Ada@example.com").await.unwrap();
    mail::suppress(&app.app, "nobody@example.com").await.unwrap();
    replace_leaked(command(&app).await).await.unwrap();
    let again = app.another(with_file).await;
    assert!(mail::unsuppress(&again.app, "ada@example.com").await.unwrap());
    assert!(!mail::unsuppress(&again.app, "nobody@example.com").await.unwrap());
    assert_eq!(
        again.row_counts(&["mail_suppressions"]).await,
        "mail_suppressions: 0\n"
    );
}

#[tokio::test]
async fn waiting_mails_are_given_up() {
    let app = TestApp::builder()
        .config(with_file)
        .config(with_unsent_mail)
        .start()
        .await;
    app.user("ada").await;
    let done = replace_leaked(command(&app).await).await.unwrap();
    assert_eq!(done.scope.mails, 1);
    let mails = mail::list(&app.app, None, 10).await.unwrap();
    let [mail] = mails.as_slice() else {
        panic!("{mails:?}")
    };
    assert_eq!(mail.state, entity::mail::State::Failed);
    assert_eq!(mail.sealed_content, None);
    assert!(
        mail.last_problem
            .as_ref()
            .unwrap()
            .contains("secret rotate --leaked")
    );
}

#[tokio::test]
async fn of_a_setting_the_operator_gives_the_new_secret() {
    let app = TestApp::with(|config| with_setting(config, SECRET)).await;
    let mut held = Held::new(&app, "held").await;
    let alone = command_with(&app, |config| with_setting(config, SECRET)).await;
    assert_eq!(refusal(replace_leaked(alone).await), NotReplaced::NoSecond);
    let list = format!("{NEW},{SECRET}");
    let both = command_with(&app, |config| with_setting(config, &list)).await;
    replace_leaked(both).await.unwrap();
    held.assert_ended(&app.another(|config| with_setting(config, NEW)).await)
        .await;
}
