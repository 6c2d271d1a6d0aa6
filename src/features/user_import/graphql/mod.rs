//! The import of users in GraphQL.

mod types;

use async_graphql::{Context, Object};

use self::types::{ImportUserResult, ImportUsersInput, ImportUsersPayload};
use super::{Import, Imported, ImportedUser, MAX_USERS_OF_CALL, Mode, Refused};
use crate::{
    context::graphql::{
        operation,
        user_error::{UserError, UserErrorCode},
    },
    features::authority::{Authority, StepUpRequired},
    platform::{
        config::Permission,
        crypto::ForeignHashOptions,
        failure::{Failed, Failure, Outcome},
    },
};

/// The mutation that imports users.
#[derive(Default)]
pub struct UserImportMutation;

#[Object]
impl UserImportMutation {
    /// Take over users from another system, at most 100 at a time, with the password hashes of that system. Addresses
    /// that exist are skipped, never changed. Each user succeeds or fails alone, in `results`. Needs permission
    /// `import_users` and a reauthentication; for confirmed addresses and roles also `manage_roles` and every permission
    /// of these roles: otherwise FORBIDDEN. Codes: REAUTHENTICATION_REQUIRED, LIMIT_REACHED, REQUIRED, TOO_LONG,
    /// INVALID_CHARACTERS, INVALID_EMAIL, EMAIL_TAKEN, PASSWORD_HASH_INVALID, PASSWORD_HASH_TOO_COSTLY, INVALID_ROLE,
    /// INVALID_TIME. The first is that of the whole, LIMIT_REACHED of the whole or of a user, the others of a user. After
    /// too many changes, or too many weak hashes from one network: RATE_LIMITED.
    async fn import_users(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Whom.")] input: ImportUsersInput,
    ) -> Result<ImportUsersPayload, Failed> {
        let done = async {
            let authority = Authority::to_change(operation(context)?).await;
            let authority =
                authority.map_err(|failure: Failure<StepUpRequired>| failure.map(Refused::from))?;
            if input.users.len() > MAX_USERS_OF_CALL {
                return Err(Refused::TooMany.into());
            }
            let import = Import {
                hashes: ForeignHashOptions::new(authority.app().hasher.cost()),
                mode: if input.is_dry_run {
                    Mode::DryRun
                } else {
                    Mode::Create
                },
            };
            let users: Vec<ImportedUser> = input.users.into_iter().map(Into::into).collect();
            let may_read = authority.has(Permission::ReadUsers);
            Ok((import.run(&authority, &users).await?, may_read))
        };
        let done: Outcome<(Vec<Imported>, bool), Refused> = done.await;
        Ok(match done {
            Ok((imported, may_read)) => ImportUsersPayload {
                results: imported
                    .into_iter()
                    .enumerate()
                    .map(|imported| ImportUserResult::new(imported, may_read))
                    .collect(),
                user_errors: Vec::new(),
            },
            Err(failure) => ImportUsersPayload {
                results: Vec::new(),
                user_errors: vec![failure.refusal()?.into()],
            },
        })
    }
}

impl From<Refused> for UserError {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::StepUpRequired => Self::reauthentication_required(),
            Refused::TooMany => Self::at(
                "users",
                UserErrorCode::LimitReached,
                "Please import at most 100 users at a time.",
            ),
        }
    }
}
