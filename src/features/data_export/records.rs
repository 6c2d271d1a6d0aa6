//! The items of the long lists: rows without secrets and hashes.

use entity::{UserId, mail, one_time_token, session};
use serde::Serialize;
use std::collections::BTreeMap;

use crate::{features::activity::Activity, platform::clock::from_millis};

/// A time as in the API.
pub(super) type Time = String;

/// This time, in milliseconds since 1970.
pub(super) fn time(millis: i64) -> Time {
    format!("{:.3}", from_millis(millis))
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Session {
    id: String,
    device_name: String,
    user_agent: Option<String>,
    last_refresh_user_agent: Option<String>,
    ip_address: Option<String>,
    auth_methods: String,
    token_delivery: &'static str,
    created_at: Time,
    last_used_at: Time,
    last_refreshed_at: Option<Time>,
    reauthenticated_at: Option<Time>,
    expires_at: Time,
    ended_at: Option<Time>,
    end_reason: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Mail {
    id: String,
    kind: String,
    state: String,
    to: Option<String>,
    created_at: Time,
    ended_at: Option<Time>,
    expires_at: Time,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Token {
    purpose: String,
    created_at: Time,
    expires_at: Time,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Event {
    id: String,
    kind: &'static str,
    actor_kind: &'static str,
    actor_id: Option<String>,
    subject_id: Option<String>,
    session_id: Option<String>,
    ip_address: Option<String>,
    user_agent: Option<String>,
    details: BTreeMap<String, String>,
    personal: BTreeMap<String, String>,
    created_at: Time,
}

impl From<session::Model> for Session {
    fn from(row: session::Model) -> Self {
        Self {
            id: row.id.to_string(),
            device_name: row.device_name,
            user_agent: row.user_agent,
            last_refresh_user_agent: row.rotated_by,
            ip_address: row.ip_address,
            auth_methods: row.auth_methods,
            token_delivery: match row.token_delivery {
                session::TokenDelivery::Body => "body",
                session::TokenDelivery::Cookie => "cookie",
            },
            created_at: time(row.created_at),
            last_used_at: time(row.last_used_at),
            last_refreshed_at: row.rotated_at.map(time),
            reauthenticated_at: row.reauthenticated_at.map(time),
            expires_at: time(row.expires_at),
            ended_at: row.revoked_at.map(time),
            end_reason: row.revocation_reason.map(session::RevocationReason::word),
        }
    }
}

impl From<mail::Model> for Mail {
    fn from(row: mail::Model) -> Self {
        Self {
            id: row.id.to_string(),
            kind: row.kind,
            state: row.state.word(),
            to: row.to_address,
            created_at: time(row.created_at),
            ended_at: row.ended_at.map(time),
            expires_at: time(row.expires_at),
        }
    }
}

impl From<one_time_token::Model> for Token {
    fn from(row: one_time_token::Model) -> Self {
        Self {
            purpose: row.purpose.word(),
            created_at: time(row.created_at),
            expires_at: time(row.expires_at),
        }
    }
}

impl Event {
    /// An event as this user may see it. What is personal about somebody else is not theirs.
    pub(super) fn new(activity: Activity, user: UserId) -> Self {
        let event = activity.event;
        let is_own = event.subject_id.is_none_or(|subject| subject == user);
        Self {
            id: event.id.to_string(),
            kind: activity.kind.word(),
            actor_kind: activity.actor_kind.word(),
            actor_id: event.actor_id.map(|id| id.to_string()),
            subject_id: event.subject_id.map(|id| id.to_string()),
            session_id: event.session_id.map(|id| id.to_string()),
            ip_address: event.ip_address,
            user_agent: event.user_agent,
            details: event.details.into_iter().collect(),
            personal: event.personal.into_iter().filter(|_| is_own).collect(),
            created_at: time(event.created_at),
        }
    }
}
