//! Administration in GraphQL.

mod inputs;
mod payloads;
mod query;

use async_graphql::{Context, Object};
use entity::UserId;

use self::{
    inputs::{
        CreateUserInput, DeleteUserInput, DisableUserInput, EnableUserInput, ResetUserMfaInput,
        RevokeUserSessionsInput, SendPasswordResetInput, UpdateUserInput, UpdateUserRolesInput,
    },
    payloads::{
        CreateUserPayload, DeleteUserPayload, DisableUserPayload, EnableUserPayload, ResetUserMfaPayload,
        RevokeUserSessionsPayload, SendPasswordResetPayload, UpdateUserPayload, UpdateUserRolesPayload,
    },
};
use super::{
    Changes, Invitee, Refused, delete, disable, enable, invite, reset_mfa, revoke_sessions, send_reset,
    set_roles, update,
};
use crate::{
    context::graphql::operation,
    features::{
        authority::{Authority, ChangeRight, Right, StepUpRequired},
        user::User,
    },
    platform::{
        config::Permission,
        failure::{Failed, Failure, Outcome},
    },
};

pub use query::AdminQuery;

/// The mutations of administration.
#[derive(Default)]
pub struct AdminMutation;

/// The caller's authority, with refusals as the use cases have them.
async fn authority<'a, R: ChangeRight>(context: &Context<'a>) -> Outcome<Authority<'a, R>, Refused> {
    let checked = Authority::to_change(operation(context)?).await;
    checked.map_err(|failure: Failure<StepUpRequired>| failure.map(Refused::from))
}

/// The changed account, for callers who may also read accounts: who may change some of it does not see all of it.
fn shown<R: Right>(authority: &Authority<'_, R>, user: impl Into<User>) -> Option<User> {
    authority.has(Permission::ReadUsers).then(|| user.into())
}

/// The id of a user; a text that is none names nobody.
fn user_id(id: &str) -> Result<UserId, Refused> {
    id.parse().map_err(|_| Refused::NotFound)
}

#[Object]
impl AdminMutation {
    /// Create a user and mail an invitation, which works for three days. Needs permission `manage_users` and a
    /// reauthentication; to give roles, also `manage_roles` and every permission that they have: otherwise FORBIDDEN.
    /// Codes: REAUTHENTICATION_REQUIRED, REQUIRED, TOO_LONG, INVALID_CHARACTERS, INVALID_EMAIL, EMAIL_TAKEN,
    /// INVALID_ROLE, LIMIT_REACHED, FEATURE_DISABLED. After too many changes, or mails to one address: RATE_LIMITED.
    async fn create_user(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Whom to invite.")] input: CreateUserInput,
    ) -> Result<CreateUserPayload, Failed> {
        let invitee = Invitee {
            name: input.name,
            email: input.email,
            roles: input.roles.unwrap_or_default(),
        };
        let done = async {
            let authority = authority(context).await.map_err(|failure| failure.map(one))?;
            let listed = invite(&authority, &invitee).await;
            listed.map(|listed| shown(&authority, listed))
        };
        Ok(match done.await {
            Ok(user) => CreateUserPayload {
                user,
                user_errors: Vec::new(),
            },
            Err(failure) => CreateUserPayload {
                user: None,
                user_errors: failure.refusal()?.into_iter().map(Into::into).collect(),
            },
        })
    }

    /// Change a user's name or address. Omitted or null fields stay unchanged. A changed address is unverified until
    /// its mailbox answers, and a mail goes to the old one. Needs permission `manage_users` and a reauthentication.
    /// Codes: REAUTHENTICATION_REQUIRED, NOT_FOUND, REQUIRED, TOO_LONG, INVALID_CHARACTERS, INVALID_EMAIL, EMAIL_TAKEN,
    /// CANNOT_TARGET_SELF, LAST_ADMIN. After too many changes, or mails to one address: RATE_LIMITED.
    async fn update_user(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Whom, and what to change.")] input: UpdateUserInput,
    ) -> Result<UpdateUserPayload, Failed> {
        let changes = Changes {
            name: input.name,
            email: input.email,
        };
        let done = async {
            let authority = authority(context).await.map_err(|failure| failure.map(one))?;
            let id = user_id(&input.user_id).map_err(one)?;
            let user = update(&authority, id, &changes).await;
            user.map(|user| shown(&authority, User::of_another(user)))
        };
        Ok(match done.await {
            Ok(user) => UpdateUserPayload {
                user,
                user_errors: Vec::new(),
            },
            Err(failure) => UpdateUserPayload {
                user: None,
                user_errors: failure.refusal()?.into_iter().map(Into::into).collect(),
            },
        })
    }

    /// Replace a user's roles. A user whose address is unconfirmed gets them by an invitation, which is mailed. Needs
    /// permission `manage_roles` and a reauthentication, and every permission that the user has or gets: otherwise
    /// FORBIDDEN. Codes: REAUTHENTICATION_REQUIRED, NOT_FOUND, INVALID_ROLE, LIMIT_REACHED, LAST_ADMIN. After too many
    /// changes, or mails to one address: RATE_LIMITED.
    async fn update_user_roles(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Whose, and which.")] input: UpdateUserRolesInput,
    ) -> Result<UpdateUserRolesPayload, Failed> {
        let done = async {
            let authority = authority(context).await?;
            let listed = set_roles(&authority, user_id(&input.user_id)?, &input.roles).await;
            listed.map(|listed| shown(&authority, listed))
        };
        Ok(match done.await {
            Ok(user) => UpdateUserRolesPayload {
                user,
                user_errors: Vec::new(),
            },
            Err(failure) => UpdateUserRolesPayload {
                user: None,
                user_errors: vec![failure.refusal()?.into()],
            },
        })
    }

    /// Forbid a user to sign in, and end all their sessions. The user gets a mail. Needs permission `manage_users` and
    /// a reauthentication. Codes: REAUTHENTICATION_REQUIRED, NOT_FOUND, TOO_LONG, INVALID_CHARACTERS,
    /// CANNOT_TARGET_SELF, LAST_ADMIN. After too many changes: RATE_LIMITED.
    async fn disable_user(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Whom, and why.")] input: DisableUserInput,
    ) -> Result<DisableUserPayload, Failed> {
        let done = async {
            let authority = authority(context).await?;
            let id = user_id(&input.user_id)?;
            let disabled = disable(&authority, id, input.reason.as_deref()).await;
            disabled.map(|disabled| shown(&authority, User::of_another(disabled.user)))
        };
        Ok(match done.await {
            Ok(user) => DisableUserPayload {
                user,
                user_errors: Vec::new(),
            },
            Err(failure) => DisableUserPayload {
                user: None,
                user_errors: vec![failure.refusal()?.into()],
            },
        })
    }

    /// Allow a user to sign in again. Needs permission `manage_users` and a reauthentication. Codes:
    /// REAUTHENTICATION_REQUIRED, NOT_FOUND. After too many changes: RATE_LIMITED.
    async fn enable_user(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Whom.")] input: EnableUserInput,
    ) -> Result<EnableUserPayload, Failed> {
        let done = async {
            let authority = authority(context).await?;
            let user = enable(&authority, user_id(&input.user_id)?).await;
            user.map(|user| shown(&authority, User::of_another(user)))
        };
        Ok(match done.await {
            Ok(user) => EnableUserPayload {
                user,
                user_errors: Vec::new(),
            },
            Err(failure) => EnableUserPayload {
                user: None,
                user_errors: vec![failure.refusal()?.into()],
            },
        })
    }

    /// Delete a user at once and for good, with everything that belongs to them. The user gets a mail. Needs permission
    /// `manage_users` and a reauthentication. Codes: REAUTHENTICATION_REQUIRED, NOT_FOUND, CANNOT_TARGET_SELF, LAST_ADMIN.
    /// After too many changes: RATE_LIMITED.
    async fn delete_user(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Whom.")] input: DeleteUserInput,
    ) -> Result<DeleteUserPayload, Failed> {
        let done = async {
            let authority = authority(context).await?;
            let id = user_id(&input.user_id)?;
            delete(&authority, id).await.map(|()| id)
        };
        Ok(match done.await {
            Ok(id) => DeleteUserPayload {
                deleted_user_id: Some(id.to_string().into()),
                user_errors: Vec::new(),
            },
            Err(failure) => DeleteUserPayload {
                user_errors: vec![failure.refusal()?.into()],
                ..DeleteUserPayload::default()
            },
        })
    }

    /// End all sessions of a user. Needs permission `manage_users` and a reauthentication. Codes:
    /// REAUTHENTICATION_REQUIRED, NOT_FOUND. After too many changes: RATE_LIMITED.
    async fn revoke_user_sessions(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Whose.")] input: RevokeUserSessionsInput,
    ) -> Result<RevokeUserSessionsPayload, Failed> {
        let done = async {
            let authority = authority(context).await?;
            revoke_sessions(&authority, user_id(&input.user_id)?).await
        };
        Ok(match done.await {
            Ok(count) => RevokeUserSessionsPayload {
                revoked_session_count: i32::try_from(count).unwrap_or(i32::MAX),
                user_errors: Vec::new(),
            },
            Err(failure) => RevokeUserSessionsPayload {
                user_errors: vec![failure.refusal()?.into()],
                ..RevokeUserSessionsPayload::default()
            },
        })
    }

    /// Mail a user a link to set a new password, or another invitation if the user never accepted one. Nobody chooses
    /// or sees a password for others. Needs permission `manage_users` and a reauthentication. Codes:
    /// REAUTHENTICATION_REQUIRED, NOT_FOUND, FEATURE_DISABLED. After too many changes, or mails to one address:
    /// RATE_LIMITED.
    async fn send_password_reset(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "To whom.")] input: SendPasswordResetInput,
    ) -> Result<SendPasswordResetPayload, Failed> {
        let done = async {
            let authority = authority(context).await?;
            send_reset(&authority, user_id(&input.user_id)?).await
        };
        Ok(match done.await {
            Ok(()) => SendPasswordResetPayload {
                is_queued: true,
                user_errors: Vec::new(),
            },
            Err(failure) => SendPasswordResetPayload {
                is_queued: false,
                user_errors: vec![failure.refusal()?.into()],
            },
        })
    }

    /// Remove a user's second factors and passkeys, and end all their sessions. The user gets a mail, and a link
    /// to set a password if no way to sign in is left. Check first that it is the owner who asks. Needs permission
    /// `manage_users` and a reauthentication. Codes: REAUTHENTICATION_REQUIRED, NOT_FOUND, CANNOT_TARGET_SELF. After too
    /// many changes: RATE_LIMITED.
    async fn reset_user_mfa(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Whose.")] input: ResetUserMfaInput,
    ) -> Result<ResetUserMfaPayload, Failed> {
        let done = async {
            let authority = authority(context).await?;
            let reset = reset_mfa(&authority, user_id(&input.user_id)?).await;
            reset.map(|reset| shown(&authority, User::of_another(reset.user)))
        };
        Ok(match done.await {
            Ok(user) => ResetUserMfaPayload {
                user,
                user_errors: Vec::new(),
            },
            Err(failure) => ResetUserMfaPayload {
                user: None,
                user_errors: vec![failure.refusal()?.into()],
            },
        })
    }
}

fn one(refused: Refused) -> Vec<Refused> {
    vec![refused]
}
