//! Use case: whether a token is still good, and what it says now.

use std::sync::Arc;

use crate::{
    context::{
        App, SessionState,
        access_token::{SignedToken, audience, shaped_roles::ShapedRoles},
        claimed_ids, find_session_with_user, roles, session_state,
    },
    features::session::named_roles,
    platform::{config::ClaimsPreset, failure::Failed},
};

/// A token whose session is alive.
pub(super) struct ActiveToken {
    /// The token with its claims.
    pub(super) signed: Arc<SignedToken>,
    /// Names of the user's roles now, as a token issued now would name them; none if `jwt_claims` leaves them out.
    pub(super) named: Option<Vec<String>>,
    /// The claim `roles`; none if `claims_preset` has another shape.
    pub(super) roles: Option<Vec<String>>,
    /// The roles in the shape of `claims_preset`.
    pub(super) shaped: ShapedRoles,
}

/// The token, if it is one for services, is valid now, and its session is alive; none for anything else.
///
/// This reads the database each time, so an end of the session counts at once. It is no use of the session: it neither
/// extends it nor records the address of the service.
pub(super) async fn introspect(app: &App, token: &str) -> Result<Option<ActiveToken>, Failed> {
    let config = &app.config;
    let now = app.clock.now();
    // Without an audience of services, one token is for both.
    let expected = audience::of_services(config).unwrap_or_else(|| audience::of_server(config));
    let Ok(signed) = app.tokens.verify(token, &expected, now) else {
        return Ok(None);
    };
    let Ok((session_id, user_id)) = claimed_ids(&signed.claims) else {
        return Ok(None);
    };
    let Some((session, user)) = find_session_with_user(&app.db, session_id).await? else {
        return Ok(None);
    };
    if user.id != user_id || session_state(&session, &user, now) == SessionState::Ended {
        return Ok(None);
    }
    let held = roles(&app.db, user.id).await?;
    let named = named_roles(config, &session, &user, &held);
    let shaped = ShapedRoles::new(
        config,
        config.claims_preset,
        &signed.claims.sub,
        named.as_deref().unwrap_or_default(),
    );
    Ok(Some(ActiveToken {
        signed,
        roles: named
            .clone()
            .filter(|_| config.claims_preset == ClaimsPreset::Plain),
        named,
        shaped,
    }))
}
