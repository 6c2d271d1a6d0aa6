//! All that people, the operator and the server itself do with accounts.

use std::time::Duration;

use entity::UserId;
use portcullis::{
    features::{account, attempt, form_receipt, lease, mail, one_time_token, session, user as users},
    platform::clock::Clock as _,
};
use serde_json::{Value, json};

use super::{audit, factors, identities, passkeys, rows};
use crate::page::Filled;
use crate::support::{Answer, Client, PASSWORD, Person, StubProvider, TestApp};

/// What is seen of it at the least.
pub(super) const WRITES: [(&str, &str); 30] = [
    ("UPDATE", "users"),
    ("UPDATE", "sessions"),
    ("UPDATE", "attempt_streaks"),
    ("UPDATE", "signing_keys"),
    ("DELETE FROM", "users"),
    ("DELETE FROM", "user_roles"),
    ("DELETE FROM", "sessions"),
    ("DELETE FROM", "attempt_streaks"),
    ("DELETE FROM", "form_receipts"),
    ("UPDATE", "data_keys"),
    ("UPDATE", "leases"),
    ("UPDATE", "one_time_tokens"),
    ("UPDATE", "mails"),
    ("UPDATE", "mail_budgets"),
    ("DELETE FROM", "one_time_tokens"),
    ("DELETE FROM", "mails"),
    ("DELETE FROM", "mail_budgets"),
    ("DELETE FROM", "mail_suppressions"),
    ("DELETE FROM", "address_reservations"),
    ("UPDATE", "passkeys"),
    ("DELETE FROM", "passkeys"),
    ("UPDATE", "totp_factors"),
    ("UPDATE", "recovery_codes"),
    ("DELETE FROM", "totp_factors"),
    ("DELETE FROM", "recovery_codes"),
    ("UPDATE", "identities"),
    ("DELETE FROM", "identities"),
    ("UPDATE", "audit_events"),
    ("DELETE FROM", "audit_events"),
    ("DELETE FROM", "audit_seals"),
];

const NEW_PASSWORD: &str = "a candle behind thick glass";

/// A device that nobody here has used before.
const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0";

const SESSIONS: &str = "query ($first: Int, $after: String, $last: Int, $before: String) {
    me { roles sessions(first: $first, after: $after, last: $last, before: $before) {
        nodes { id } pageInfo { startCursor endCursor } totalCount } } }";

/// Does it once, on a server that was not used before.
pub(super) async fn live(app: &TestApp, provider: &StubProvider) {
    let ada = app.user("ada").await;
    come_and_go(app, &ada).await;
    look(&ada).await;
    change(app, &ada).await;
    operate(app, &ada).await;
    leave(app, &ada).await;
    send_twice(app).await;
    write_letters(app).await;
    passkeys::live(app).await;
    factors::live(app).await;
    audit::live(app).await;
    identities::live(app, provider).await;
    app.pass(Duration::from_hours(31 * 24));
    session::purge(&app.app).await.unwrap();
    attempt::purge(&app.app).await.unwrap();
    form_receipt::purge(&app.app).await.unwrap();
    one_time_token::purge(&app.app).await.unwrap();
    mail::purge(&app.app).await.unwrap();
    users::purge_reservations(&app.app).await.unwrap();
    assert_eq!(account::delete_due(&app.app).await.unwrap(), 1);
    let hour = Duration::from_hours(1);
    let held = lease::acquire(&app.app, "purge", hour).await.unwrap().unwrap();
    assert!(lease::renew(&app.app, &held, hour).await.unwrap());
    lease::release_all(&app.app).await.unwrap();
}

/// Runs a document that has to do what it says.
async fn done(client: &Client, query: &str, variables: Value) -> Answer {
    let answer = client.run(query, variables).await;
    let data = answer.body["data"].as_object().unwrap();
    let refused = data.values().any(|field| {
        let errors = field["userErrors"].as_array();
        errors.is_some_and(|errors| !errors.is_empty())
    });
    assert!(answer.codes().is_empty() && !refused, "{query}: {}", answer.text);
    answer
}

async fn come_and_go(app: &TestApp, ada: &Person) {
    let anonymous = app.anonymous();
    let input = json!({ "name": "Ada", "email": ada.email, "password": PASSWORD });
    assert_eq!(
        anonymous.signup(input).await.user_errors("signup")[0].0,
        "EMAIL_TAKEN"
    );
    for email in [&ada.email, "nobody@example.com"] {
        let answer = anonymous.login(email, "not the password").await;
        assert_eq!(answer.user_errors("login")[0].0, "INVALID_CREDENTIALS");
    }
    let user_id = UserId(ada.id.parse().unwrap());
    rows::crowd(app.app.db.writer(), user_id, app.clock.as_ref()).await;
    app.sign_in(&ada.email).await;

    let browser = app.browser();
    browser.login(&ada.email).await.data("login");
    browser.login(&ada.email).await.data("login");
    browser.refresh().await.data("refreshSession");
    browser.logout().await.data("logout");

    let robbed = app.sign_in(&ada.email).await;
    let traded = anonymous
        .refresh(&robbed.refresh_token)
        .await
        .tokens("refreshSession");
    anonymous
        .refresh(&robbed.refresh_token)
        .await
        .tokens("refreshSession");
    app.pass(Duration::from_mins(2));
    anonymous.refresh(&traded.refresh).await.tokens("refreshSession");
    let answer = anonymous.refresh(&robbed.refresh_token).await;
    assert_eq!(answer.user_errors("refreshSession")[0].0, "REFRESH_TOKEN_INVALID");

    let over = app.sign_in(&ada.email).await;
    over.client.logout().await.data("logout");
}

async fn look(ada: &Person) {
    ada.client.me().await.data("me");
    done(
        &ada.client,
        "{ viewer { user { roles } session { id } } }",
        json!({}),
    )
    .await;
    let page = done(&ada.client, SESSIONS, json!({ "first": 2 })).await;
    let end = &page.data("me")["sessions"]["pageInfo"]["endCursor"];
    done(&ada.client, SESSIONS, json!({ "first": 2, "after": end })).await;
    let page = done(&ada.client, SESSIONS, json!({ "last": 2 })).await;
    let begin = &page.data("me")["sessions"]["pageInfo"]["startCursor"];
    done(&ada.client, SESSIONS, json!({ "last": 2, "before": begin })).await;
    let other = &page.data("me")["sessions"]["nodes"][0]["id"];
    let nodes = "query ($ids: [ID!]!, $id: ID!) { nodes(ids: $ids) { id } node(id: $id) { id } }";
    let answer = done(&ada.client, nodes, json!({ "ids": [ada.id, other], "id": other })).await;
    assert_eq!(answer.data("nodes")[1]["id"], *other);
}

async fn change(app: &TestApp, ada: &Person) {
    done(
        &ada.client,
        "mutation { updateProfile(input: { name: \"Ada L.\" }) { userErrors { code } } }",
        json!({}),
    )
    .await;
    let reauthenticate =
        "mutation ($p: String!) { reauthenticate(input: { password: $p }) { userErrors { code } } }";
    done(&ada.client, reauthenticate, json!({ "p": PASSWORD })).await;
    let other = app.sign_in(&ada.email).await;
    ada.client
        .revoke_session(&other.session_id)
        .await
        .data("revokeSession");
    ada.client
        .revoke_other_sessions()
        .await
        .data("revokeOtherSessions");
    let change =
        "mutation ($input: ChangePasswordInput!) { changePassword(input: $input) { userErrors { code } } }";
    for (old, new, keep) in [(PASSWORD, NEW_PASSWORD, true), (NEW_PASSWORD, PASSWORD, false)] {
        let input = json!({ "currentPassword": old, "newPassword": new, "keepOtherSessions": keep });
        done(&ada.client, change, json!({ "input": input })).await;
    }
}

async fn operate(app: &TestApp, ada: &Person) {
    let eve = app.user("eve").await;
    app.disable(&eve.email).await;
    app.enable(&eve.email).await;
    for whom in [&eve.email, &eve.id] {
        let whom = users::UserReference::parse(whom).unwrap();
        users::find_referenced(&app.app, &whom).await.unwrap();
    }
    let page = users::page(&app.app, None).await.unwrap();
    users::page(&app.app, Some(page[0].user.id)).await.unwrap();
    let admin = ["admin".to_owned()];
    app.try_set_roles(&ada.email, &admin).await.unwrap();
    app.sql("UPDATE users SET email_verified_at = 1 WHERE email_key = 'ada@example.com'")
        .await;
    // Not the total: it is counted to ten thousand.
    for arguments in [
        "",
        "last: 5",
        "filter: { status: ACTIVE }",
        "filter: { role: \"staff\" }",
        "filter: { createdFrom: \"2026-01-01T00:00:00Z\", createdTo: \"2027-01-01T00:00:00Z\" }",
        "filter: { search: \"somebody 1\" }",
        "filter: { search: \"1@example\" }",
        "orderBy: { field: NAME }",
        "orderBy: { field: EMAIL, direction: ASC }",
        "orderBy: { field: LAST_LOGIN_AT }",
        "orderBy: { field: LAST_LOGIN_AT, direction: ASC }",
    ] {
        let arguments = format!("({arguments})").replace("()", "");
        let query = format!("{{ users{arguments} {{ nodes {{ id roles }} pageInfo {{ endCursor }} }} }}");
        let answer = ada.client.query(&query).await;
        let cursor = &answer.data("users")["pageInfo"]["endCursor"];
        assert!(
            cursor.is_string() || arguments.contains("1@example"),
            "{arguments}: {}",
            answer.text
        );
    }
    for by in [format!("id: \"{}\"", eve.id), format!("email: \"{}\"", eve.email)] {
        let query = format!("{{ user(by: {{ {by} }}) {{ id name roles }} }}");
        assert!(ada.client.query(&query).await.data("user")["id"].is_string());
    }
    // The last administrator could not leave.
    app.set_roles(ada, &["editor"]).await;
    import(app).await;
}

/// Imports users, also with addresses that are taken or reserved after they were looked up.
async fn import(app: &TestApp) {
    app.sql(
        "INSERT INTO address_reservations (email_key, user_id, reserved_until) \
         SELECT 'kept@example.com', id, 9000000000000 FROM users WHERE email_key = 'eve@example.com'",
    )
    .await;
    let emails = ["imported@example.com", "kept@example.com", "eve@example.com"];
    let imported = crate::user_import::insert(app, &emails, &["editor"]).await;
    assert_eq!(imported, [true, false, false]);
    let taken = emails.map(str::to_owned).to_vec();
    let now = app.clock.now().as_millisecond();
    let taken = users::find_taken(&app.app.db, taken, now).await.unwrap();
    assert_eq!(taken.len(), 3);
    app.sql("DELETE FROM address_reservations WHERE email_key = 'kept@example.com'")
        .await;
}

async fn leave(app: &TestApp, ada: &Person) {
    let delete =
        "mutation ($p: String!) { deleteAccount(input: { currentPassword: $p }) { userErrors { code } } }";
    done(&ada.client, delete, json!({ "p": PASSWORD })).await;
    let bob = app.user("bob").await;
    done(&bob.client, delete, json!({ "p": PASSWORD })).await;
}

/// Everything that goes by mail.
async fn write_letters(app: &TestApp) {
    let anonymous = app.anonymous();
    let hedy = app.user("hedy").await;
    let call = async |client: &Client, field: &str, input: Value| {
        let answer = client.call(field, "__typename", input).await;
        assert_eq!(answer.user_errors(field), [], "{field}");
        answer
    };
    let token = app.mail(&hedy.email, "confirm_address").await.token();
    call(&hedy.client, "verifyEmail", json!({ "token": token })).await;
    call(
        &anonymous,
        "resendVerificationEmail",
        json!({ "email": "nobody@example.com" }),
    )
    .await;
    call(&anonymous, "requestPasswordReset", json!({ "email": hedy.email })).await;
    let token = app.mail(&hedy.email, "reset_password").await.token();
    call(
        &anonymous,
        "resetPassword",
        json!({ "token": token, "newPassword": NEW_PASSWORD }),
    )
    .await;
    let signed_in = anonymous.agent(FIREFOX).login(&hedy.email, NEW_PASSWORD).await;
    let client = app.bearer(&signed_in.tokens("login").access);
    let token = app.mail(&hedy.email, "new_sign_in").await.token();
    let input = json!({ "newEmail": "hedy@example.com.au", "currentPassword": NEW_PASSWORD });
    call(&client, "requestEmailChange", input).await;
    let cancel = "mutation { cancelEmailChange { userErrors { code } } }";
    done(&client, cancel, json!({})).await;
    for new in ["hedy@example.net", "hedy@example.org"] {
        let input = json!({ "newEmail": new, "currentPassword": NEW_PASSWORD });
        call(&client, "requestEmailChange", input).await;
        let token = app.mail(new, "confirm_new_address").await.token();
        call(&client, "verifyEmail", json!({ "token": token })).await;
    }
    let answer = anonymous
        .call("endReportedSession", "isEnded", json!({ "token": token }))
        .await;
    assert_eq!(answer.user_errors("endReportedSession")[0].0, "TOKEN_INVALID");
    // Closed, and deleted when no former address can come back.
    call(
        &client,
        "deleteAccount",
        json!({ "currentPassword": NEW_PASSWORD }),
    )
    .await;
    let ida = app.user("ida").await;
    let token = app.mail(&ida.email, "confirm_address").await.token();
    call(&ida.client, "verifyEmail", json!({ "token": token })).await;
    let input = json!({ "newEmail": "ida@example.net", "currentPassword": PASSWORD });
    call(&ida.client, "requestEmailChange", input).await;
    let token = app.mail("ida@example.net", "confirm_new_address").await.token();
    call(&ida.client, "verifyEmail", json!({ "token": token })).await;
    let token = app.mail(&ida.email, "address_changed").await.token();
    call(&anonymous, "undoEmailChange", json!({ "token": token })).await;
    app.mails().await;
    mail::suppress(&app.app, "ida@example.net").await.unwrap();
    assert!(mail::unsuppress(&app.app, "ida@example.net").await.unwrap());
    sign_in_by_mail(app).await;
}

async fn sign_in_by_mail(app: &TestApp) {
    let anonymous = app.anonymous();
    app.user("joan").await;
    for _ in 0..2 {
        let input = json!({ "email": "joan@example.com" });
        let answer = anonymous.call("requestEmailLogin", "challengeToken", input).await;
        let challenge = &answer.data("requestEmailLogin")["challengeToken"];
        let letter = app.mail("joan@example.com", "sign_in_code").await;
        let input = json!({ "challengeToken": challenge, "code": letter.code() });
        let answer = anonymous
            .call("loginWithEmailCode", "session { id }", input)
            .await;
        assert_eq!(answer.user_errors("loginWithEmailCode"), []);
    }
    let answer = anonymous
        .call(
            "requestEmailLogin",
            "challengeToken",
            json!({ "email": "joan@example.com" }),
        )
        .await;
    let challenge = &answer.data("requestEmailLogin")["challengeToken"];
    let letter = app.mail("joan@example.com", "sign_in_code").await;
    let input = json!({ "challengeToken": challenge, "token": letter.token() });
    let anonymous = anonymous.agent(FIREFOX);
    for _ in 0..2 {
        let answer = anonymous
            .call("loginWithEmailLink", "session { id }", input.clone())
            .await;
        assert_eq!(answer.user_errors("loginWithEmailLink"), []);
    }
    let token = app.mail("joan@example.com", "new_sign_in").await.token();
    let answer = anonymous
        .call("endReportedSession", "isEnded", json!({ "token": token }))
        .await;
    assert_eq!(answer.user_errors("endReportedSession"), []);
}

/// On a server where addresses must be verified.
pub(super) async fn sign_up_by_mail(app: &TestApp) {
    let anonymous = app.anonymous();
    let input = json!({ "name": "Karen", "email": "karen@example.com", "password": PASSWORD });
    let answer = anonymous.signup(input).await;
    assert_eq!(answer.user_errors("signup"), []);
    let input = json!({ "email": "karen@example.com" });
    let answer = anonymous.call("resendVerificationEmail", "email", input).await;
    assert_eq!(answer.user_errors("resendVerificationEmail"), []);
    let token = app
        .mail("karen@example.com", "confirm_registration")
        .await
        .token();
    let input = json!({ "token": token, "password": PASSWORD });
    let answer = anonymous.call("verifyEmail", "isVerified", input).await;
    assert_eq!(answer.user_errors("verifyEmail"), []);
}

/// On the pages, at once and again much later.
async fn send_twice(app: &TestApp) {
    let browser = app.browser();
    let form = Filled::sign_up(&browser, "grace").await;
    for _ in 0..2 {
        assert_eq!(form.send_and_lose(&browser).await.status.as_u16(), 303);
    }
    app.pass(Duration::from_mins(2));
    assert_eq!(form.send_and_lose(&browser).await.status.as_u16(), 422);
}

/// Takes the data along, and leaves with a grace period: once on second thoughts, once closed by a former address.
pub(super) async fn leave_slowly(app: &TestApp) {
    const EXPORT: &str = "mutation { exportMyData { data userErrors { code } } }";
    const KEEP: &str = "mutation { cancelAccountDeletion { userErrors { code } } }";
    let zoe = crate::email_change::proven(app, "zoe").await;
    let input = json!({ "password": PASSWORD });
    let proven = zoe
        .client
        .call("reauthenticate", "tokens { accessToken refreshToken }", input)
        .await
        .tokens("reauthenticate");
    done(&app.bearer(&proven.access), EXPORT, json!({})).await;
    let password = json!({ "currentPassword": PASSWORD });
    zoe.client
        .call("deleteAccount", "deletesAt", password.clone())
        .await;
    let again = app.sign_in(&zoe.email).await;
    done(&again.client, KEEP, json!({})).await;
    crate::email_change::change(app, &again.client, "zoe@example.net").await;
    again.client.call("deleteAccount", "deletesAt", password).await;
    for days in [8, 7] {
        app.pass(Duration::from_hours(days * 24));
        account::delete_due(&app.app).await.unwrap();
    }
    assert!(app.row("zoe@example.net").await.is_none());
}
