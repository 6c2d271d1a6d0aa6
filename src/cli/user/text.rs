//! Accounts as text and as JSON. The JSON uses the names of the GraphQL schema.

use entity::user::{Model, Status};
use serde_json::{Value, json};

use crate::{
    features::{
        mfa::Reset,
        user::{Listed, cancellable_deletion},
    },
    platform::clock::Timestamp,
};

/// One line about a created account.
pub(super) fn created(made: &Listed) -> String {
    format!("created user {}", named(&made.user))
}

/// One line about a disabled account.
pub(super) fn disabled(user: &Model, ended_sessions: u64) -> String {
    format!("disabled user {}; {}", named(user), ended(ended_sessions))
}

/// One line about an account without second factors.
pub(super) fn mfa_reset(reset: &Reset) -> String {
    let (who, sessions) = (named(&reset.user), ended(reset.ended_sessions));
    let way_in = match (&reset.user.password_hash, reset.mails_link) {
        (None, true) => "; a link to set a password is on its way to the address",
        (None, false) if reset.had_factor => {
            "; the account has no password: if its owner cannot sign in with a provider, send a link with \
             `portcullis user send-reset`, which takes a server that sends mail"
        }
        _ => "",
    };
    let what = if reset.had_factor {
        "removed the second factors of"
    } else {
        "found no second factors of"
    };
    format!("{what} user {who}; {sessions}{way_in}")
}

/// How many sessions ended.
pub(super) fn ended(sessions: u64) -> String {
    match sessions {
        0 => "no session was open".to_owned(),
        1 => "1 session ended".to_owned(),
        count => format!("{count} sessions ended"),
    }
}

/// One line about an enabled account.
pub(super) fn enabled(user: &Model) -> String {
    format!("enabled user {}", named(user))
}

/// One line about the roles of an account.
pub(super) fn roles(listed: &Listed) -> String {
    let who = named(&listed.user);
    match listed.roles.as_slice() {
        [] => format!("user {who} has no roles"),
        [role] => format!("user {who} has the role {role}"),
        roles => format!("user {who} has the roles {}", roles.join(", ")),
    }
}

/// One line of the list of all accounts.
pub(super) fn row(listed: &Listed) -> String {
    let Listed { user, roles } = listed;
    let line = format!(
        "{}  {:8}  {:32}  {:24}  {}",
        user.id,
        status(user.status).to_lowercase(),
        user.email,
        user.name,
        roles.join(",")
    );
    line.trim_end().to_owned()
}

/// Everything about an account.
pub(super) fn account(listed: &Listed) -> Value {
    let Listed { user, roles } = listed;
    json!({
        "id": user.id.to_string(),
        "name": user.name,
        "email": user.email,
        "isEmailVerified": user.email_verified_at.is_some(),
        "status": status(user.status),
        "roles": roles,
        "deletesAt": user.deletes_at.and_then(instant),
        "isDeletionCancellable": cancellable_deletion(user).is_some(),
        "lastLoginAt": user.last_login_at.and_then(instant),
        "createdAt": instant(user.created_at),
        "updatedAt": instant(user.updated_at),
    })
}

/// Whether an account may sign in.
pub(super) fn status(status: Status) -> &'static str {
    match status {
        Status::Active => "ACTIVE",
        Status::Disabled => "DISABLED",
    }
}

fn named(user: &Model) -> String {
    format!("{} ({})", user.id, user.email)
}

/// An instant as in the API.
pub(super) fn instant(millis: i64) -> Option<String> {
    let instant = Timestamp::from_millisecond(millis).ok()?;
    Some(format!("{instant:.3}"))
}
