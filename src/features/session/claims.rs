//! The claims of a session's tokens.

use std::time::Duration;

use entity::{session, user};

use crate::{
    context::{
        AuthMethod, OpContext,
        access_token::{AccessClaims, Expected, audience, shaped_roles::ShapedRoles},
        second_factor_gate,
    },
    platform::{
        clock::{Timestamp, from_millis, later},
        config::{ClaimsPreset, Config, JwtClaim, MailMode},
        id,
    },
};

/// A proof of identity that a token carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ProvenAgain {
    /// When it was given; seconds since 1970.
    pub(super) auth_time: u64,
    /// What it was.
    pub(super) method: AuthMethod,
}

/// The data for claims about a person.
pub(super) struct Person<'a> {
    pub(super) user: &'a user::Model,
    pub(super) roles: &'a [String],
}

/// A token to be signed.
pub(super) struct Unsigned<'a> {
    /// What its verifier expects.
    pub(super) expected: Expected<'a>,
    /// How long it lives; no longer than its session.
    pub(super) ttl: Duration,
    /// Whom the configured claims are about; none for a token without such claims.
    pub(super) person: Option<&'a Person<'a>>,
    /// The shape of the roles among them.
    pub(super) preset: ClaimsPreset,
    /// The proof of identity that it carries.
    pub(super) step_up: Option<ProvenAgain>,
}

impl<'a> Unsigned<'a> {
    /// The token for this server, and for services too if they have no separate audience.
    pub(super) fn for_server(config: &'a Config, person: &'a Person<'a>) -> Self {
        // Claims about a person are for services; this server reads the database.
        let is_for_services = audience::of_services(config).is_none();
        Self {
            expected: audience::of_server(config),
            ttl: config.access_token_ttl,
            person: is_for_services.then_some(person),
            preset: config.claims_preset,
            step_up: None,
        }
    }

    /// The token for services only, if they have a separate audience.
    pub(super) fn for_services(config: &'a Config, person: &'a Person<'a>) -> Option<Self> {
        Some(Self {
            expected: audience::of_services(config)?,
            ttl: config.service_token_ttl,
            person: Some(person),
            preset: config.claims_preset,
            step_up: None,
        })
    }

    /// Its claims if it is signed now, and when it stops working.
    pub(super) fn claims(&self, context: &OpContext, session: &session::Model) -> (AccessClaims, Timestamp) {
        let app = &context.app;
        let config = &app.config;
        let now = app.clock.now();
        // Services that do not ask this server would otherwise accept it after the session's end.
        let end = later(from_millis(session.created_at), config.session_lifetime);
        let expires_at = later(now, self.ttl).min(end);
        let seconds = |at: Timestamp| u64::try_from(at.as_second()).unwrap_or(0);
        let source = |claim| self.person.filter(|_| config.jwt_claims.contains(&claim));
        let roles = self
            .person
            .and_then(|it| named_roles(config, session, it.user, it.roles));
        let user_id = session.user_id.to_string();
        let shaped = self.person.map(|_| {
            let roles = roles.as_deref().unwrap_or_default();
            ShapedRoles::new(config, self.preset, &user_id, roles)
        });
        let claims = AccessClaims {
            iss: self.expected.issuer.to_owned(),
            sub: user_id,
            aud: self.expected.audience.to_owned(),
            exp: seconds(expires_at),
            nbf: seconds(now),
            iat: seconds(now),
            jti: id::new(&*app.clock, &*app.rng).to_string(),
            sid: session.id.to_string(),
            auth_time: self.step_up.map(|proven| proven.auth_time),
            amr: self.step_up.map(|proven| vec![proven.method.word().to_owned()]),
            name: source(JwtClaim::Name).map(|it| it.user.name.clone()),
            email: source(JwtClaim::Email)
                .filter(|it| !is_unproven(config, it.user))
                .map(|it| it.user.email.clone()),
            email_verified: source(JwtClaim::EmailVerified).map(|it| it.user.email_verified_at.is_some()),
            roles: roles.filter(|_| self.preset == ClaimsPreset::Plain),
            shaped: shaped.unwrap_or_default(),
        };
        // The claim has whole seconds: report the same expiry to clients.
        let expires_at = Timestamp::from_second(expires_at.as_second()).unwrap_or(expires_at);
        (claims, expires_at)
    }
}

/// Services take the claim for a proven address. In development no mail leaves the machine.
fn is_unproven(config: &Config, user: &user::Model) -> bool {
    config.mail_mode() == MailMode::Smtp && user.email_verified_at.is_none()
}

/// The roles that a token of this session names; none if `jwt_claims` leaves them out. Roles that need a second factor
/// are left out until the session has given one, and all of them while the address is unproven.
pub fn named_roles(
    config: &Config,
    session: &session::Model,
    user: &user::Model,
    roles: &[String],
) -> Option<Vec<String>> {
    if !config.jwt_claims.contains(&JwtClaim::Roles) {
        return None;
    }
    if is_unproven(config, user) {
        return Some(Vec::new());
    }
    let has_factor = second_factor_gate::has_second_factor(session);
    let is_shown = |role: &&String| has_factor || !config.mfa_required_roles.contains(role);
    Some(roles.iter().filter(is_shown).cloned().collect())
}
