//! The mutation of identities in GraphQL.

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};

use super::super::{NotLinked, NotUnlinked, unlink};
use crate::{
    context::graphql::{
        operation,
        user_error::{UserError, UserErrorCode},
    },
    features::user::User,
    platform::failure::Failed,
};

/// Input of `unlinkIdentity`.
#[derive(InputObject)]
struct UnlinkIdentityInput {
    /// Id of the identity.
    identity_id: ID,
}

/// Result of `unlinkIdentity`.
#[derive(SimpleObject, Default)]
struct UnlinkIdentityPayload {
    /// Id of the removed identity, to evict it from caches; null on failure.
    removed_identity_id: Option<ID>,
    /// The account; null on failure.
    user: Option<User>,
    /// What went wrong.
    user_errors: Vec<UserError>,
}

/// The mutation of identities.
#[derive(Default)]
pub struct IdentityMutation;

#[Object]
impl IdentityMutation {
    /// Unlink an account of another provider; the other sessions end. Afterwards, it no longer links by its address. Needs
    /// sign-in and a recent `reauthenticate`. Reported by mail. Codes: NOT_FOUND, LAST_CREDENTIAL,
    /// REAUTHENTICATION_REQUIRED. After too many changes: RATE_LIMITED.
    async fn unlink_identity(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which identity.")] input: UnlinkIdentityInput,
    ) -> Result<UnlinkIdentityPayload, Failed> {
        let operation = operation(context)?;
        match unlink(operation, &input.identity_id).await {
            Ok((user, id)) => Ok(UnlinkIdentityPayload {
                removed_identity_id: Some(id.to_string().into()),
                user: Some(User::changed(user, operation.caller().await?)),
                user_errors: Vec::new(),
            }),
            Err(failure) => Ok(UnlinkIdentityPayload {
                user_errors: vec![failure.refusal()?.into()],
                ..UnlinkIdentityPayload::default()
            }),
        }
    }
}

impl From<NotLinked> for UserError {
    fn from(problem: NotLinked) -> Self {
        match problem {
            NotLinked::Used => Self::new(
                UserErrorCode::TokenInvalid,
                "This was used already. Please start again.",
            ),
            NotLinked::Taken => Self::new(
                UserErrorCode::IdentityTaken,
                "This account of the provider belongs to another user here.",
            ),
            NotLinked::LimitReached => Self::new(
                UserErrorCode::LimitReached,
                "Your account has 20 connected accounts, the maximum. Please disconnect one first.",
            ),
        }
    }
}

impl From<NotUnlinked> for UserError {
    fn from(problem: NotUnlinked) -> Self {
        match problem {
            NotUnlinked::NotFound => Self::at(
                "identityId",
                UserErrorCode::NotFound,
                "There is no such connected account.",
            ),
            NotUnlinked::LastCredential => Self::new(
                UserErrorCode::LastCredential,
                "This is your only way to sign in. Please set a password, add a passkey or connect another account first.",
            ),
            NotUnlinked::ReauthenticationRequired => Self::reauthentication_required(),
        }
    }
}
