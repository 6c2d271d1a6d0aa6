//! The first part of the document: what there is only little of.

use entity::{identity, passkey, user};
use serde::Serialize;

use super::records::{Time, time};
use crate::{
    context::App,
    features::{
        attempt::{self, KnownNetwork},
        identity as identities, passkey as passkeys, recovery_code, totp,
        user::{self as users, FormerAddress},
    },
    platform::{
        db::DbResult,
        failure::{Failed, Failure},
    },
};

/// The version of the document. Raise it when a name or its meaning changes.
const VERSION: u32 = 1;

/// What comes before the long lists.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Opening {
    version: u32,
    exported_at: Time,
    profile: Profile,
    roles: Vec<String>,
    former_addresses: Vec<Former>,
    authenticator_app: Option<AuthenticatorApp>,
    recovery_codes: Vec<RecoveryCode>,
    passkeys: Vec<Passkey>,
    identities: Vec<Identity>,
    networks: Vec<Network>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Profile {
    id: String,
    name: String,
    email: String,
    email_verified_at: Option<Time>,
    pending_email: Option<String>,
    locale: String,
    status: &'static str,
    has_password: bool,
    sign_in_notices_off_at: Option<Time>,
    deletes_at: Option<Time>,
    deletion_cancellable_since: Option<Time>,
    created_at: Time,
    updated_at: Time,
    last_login_at: Option<Time>,
}

/// An address that only this account can take back. It is stored in its normalised form.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Former {
    email: String,
    reserved_until: Time,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct AuthenticatorApp {
    created_at: Time,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RecoveryCode {
    created_at: Time,
    used_at: Option<Time>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Passkey {
    id: String,
    name: String,
    authenticator_model: String,
    transports: String,
    is_synced: bool,
    domain: String,
    created_at: Time,
    last_used_at: Option<Time>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Identity {
    id: String,
    provider: String,
    issuer: String,
    subject: String,
    email: Option<String>,
    created_at: Time,
    last_used_at: Option<Time>,
}

/// A network that signed in or failed to. Its address is stored only as a keyed hash, which cannot be read.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Network {
    is_known: bool,
    last_right_password_at: Option<Time>,
    last_failure_at: Option<Time>,
    failures: i64,
    forgotten_at: Time,
}

impl Opening {
    /// Reads it.
    pub(super) async fn read(app: &App, user: &user::Model) -> Result<Self, Failed> {
        let networks = attempt::known_networks(app, user).await?;
        let opening = Self::load(app, user, networks).await;
        Ok(opening.map_err(Failure::from)?)
    }

    async fn load(app: &App, user: &user::Model, networks: Vec<KnownNetwork>) -> DbResult<Self> {
        let (db, id) = (&app.db, user.id);
        let totp = totp::find(db.reader(), id).await?;
        let codes = recovery_code::of_user(db.reader(), id).await?;
        Ok(Self {
            version: VERSION,
            exported_at: time(app.clock.now().as_millisecond()),
            roles: users::roles(db, id).await?,
            former_addresses: users::former_addresses(db, id)
                .await?
                .into_iter()
                .map(Former::from)
                .collect(),
            authenticator_app: totp.map(|totp| AuthenticatorApp {
                created_at: time(totp.created_at),
            }),
            recovery_codes: codes
                .into_iter()
                .map(|code| RecoveryCode {
                    created_at: time(code.created_at),
                    used_at: code.used_at.map(time),
                })
                .collect(),
            passkeys: passkeys::of_user(db, id)
                .await?
                .into_iter()
                .map(Passkey::from)
                .collect(),
            identities: identities::of_user(db.reader(), id)
                .await?
                .into_iter()
                .map(Identity::from)
                .collect(),
            networks: networks.into_iter().map(Network::from).collect(),
            profile: Profile::from(user),
        })
    }
}

impl From<&user::Model> for Profile {
    fn from(user: &user::Model) -> Self {
        Self {
            id: user.id.to_string(),
            name: user.name.clone(),
            email: user.email.clone(),
            email_verified_at: user.email_verified_at.map(time),
            pending_email: user.pending_email.clone(),
            locale: user.locale.clone(),
            status: match user.status {
                user::Status::Active => "active",
                user::Status::Disabled => "disabled",
            },
            has_password: user.password_hash.is_some(),
            sign_in_notices_off_at: user.sign_in_notices_off_at.map(time),
            deletes_at: user.deletes_at.map(time),
            deletion_cancellable_since: user.deletion_cancellable_since.map(time),
            created_at: time(user.created_at),
            updated_at: time(user.updated_at),
            last_login_at: user.last_login_at.map(time),
        }
    }
}

impl From<FormerAddress> for Former {
    fn from(former: FormerAddress) -> Self {
        Self {
            email: former.email_key,
            reserved_until: time(former.reserved_until),
        }
    }
}

impl From<passkey::Model> for Passkey {
    fn from(passkey: passkey::Model) -> Self {
        Self {
            is_synced: passkeys::is_synced(&passkey),
            id: passkey.id.to_string(),
            name: passkey.name,
            authenticator_model: passkey.aaguid.to_string(),
            transports: passkey.transports,
            domain: passkey.rp_id,
            created_at: time(passkey.created_at),
            last_used_at: passkey.last_used_at.map(time),
        }
    }
}

impl From<identity::Model> for Identity {
    fn from(identity: identity::Model) -> Self {
        Self {
            id: identity.id.to_string(),
            provider: identity.provider,
            issuer: identity.issuer,
            subject: identity.subject,
            email: identity.email,
            created_at: time(identity.created_at),
            last_used_at: identity.last_used_at.map(time),
        }
    }
}

impl From<KnownNetwork> for Network {
    fn from(network: KnownNetwork) -> Self {
        Self {
            is_known: network.succeeded_at.is_some(),
            last_right_password_at: network.succeeded_at.map(time),
            last_failure_at: network.failed_at.map(time),
            failures: network.failures,
            forgotten_at: time(network.forget_at),
        }
    }
}
