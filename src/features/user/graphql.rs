//! Users in GraphQL.

use std::sync::Arc;

use async_graphql::{Context, Enum, ID, Object};
use entity::{SessionId, session, user};
use tokio::sync::OnceCell;

use super::{EmailProblem, Listed, NameProblem};
use crate::{
    context::{
        App, Caller,
        graphql::{
            operation, signed_in,
            user_error::{UserError, UserErrorCode},
        },
        second_factor_gate::{self, has_second_factor},
    },
    features::{
        audit,
        identity::{self, Identity},
        mfa::MfaSettings,
        passkey::{self, Passkey},
        session::{Session, SessionPages},
    },
    platform::{
        failure::{Denied, Failed, Failure},
        graphql::{
            connection::{Connection, PageArguments},
            scalars::DateTime,
        },
    },
};

/// An account, visible to its owner and to those who may read accounts.
#[derive(Debug, Clone)]
pub struct User {
    account: user::Model,
    reader: Reader,
    roles: Arc<OnceCell<Vec<String>>>,
    mfa: MfaSettings,
    sessions: Arc<SessionPages>,
}

/// Who reads an account.
#[derive(Debug, Clone, Copy)]
enum Reader {
    /// Its owner.
    Owner {
        /// The session in use.
        session_id: SessionId,
        /// Whether a second factor was given in it.
        has_factor: bool,
    },
    /// Somebody whose permission was checked.
    Administrator,
}

impl Reader {
    fn owner(session: &session::Model) -> Self {
        Self::Owner {
            session_id: session.id,
            has_factor: has_second_factor(session),
        }
    }
}

impl User {
    /// A user who has just signed in or refreshed, with this session.
    pub fn signed_in(user: user::Model, roles: Vec<String>, session: &session::Model) -> Self {
        let user_id = user.id;
        Self {
            account: user,
            reader: Reader::owner(session),
            roles: Arc::new(OnceCell::new_with(Some(roles))),
            mfa: MfaSettings::new(user_id),
            sessions: Arc::default(),
        }
    }

    /// The caller after a change.
    pub fn changed(user: user::Model, caller: &Caller) -> Self {
        let user_id = user.id;
        Self {
            account: user,
            reader: Reader::owner(&caller.session),
            roles: caller.roles.clone(),
            mfa: MfaSettings::new(user_id),
            sessions: Arc::default(),
        }
    }

    /// The account of somebody else, for a caller whose permission was checked.
    pub fn of_another(user: user::Model) -> Self {
        let user_id = user.id;
        Self {
            account: user,
            reader: Reader::Administrator,
            roles: Arc::default(),
            mfa: MfaSettings::new(user_id),
            sessions: Arc::default(),
        }
    }
}

/// The account of somebody else, with its roles, for a caller whose permission was checked.
impl From<Listed> for User {
    fn from(Listed { user, roles }: Listed) -> Self {
        Self {
            roles: Arc::new(OnceCell::new_with(Some(roles))),
            ..Self::of_another(user)
        }
    }
}

impl User {
    /// Checks that no role of the user needs a second factor that the session lacks.
    async fn check_gate(&self, context: &Context<'_>) -> Result<(), Failed> {
        let app = &operation(context)?.app;
        // The check of an administrator's permission has passed the gate.
        let Reader::Owner {
            has_factor: false, ..
        } = self.reader
        else {
            return Ok(());
        };
        if app.config.mfa_required_roles.is_empty() {
            return Ok(());
        }
        if second_factor_gate::needs(app, self.load_roles(app).await?) {
            return Err(Denied::MfaRequired.into());
        }
        Ok(())
    }

    /// Records that somebody else sees more of the account than a line of a list.
    async fn record_view(&self, context: &Context<'_>) -> Result<(), Failed> {
        match self.reader {
            Reader::Owner { .. } => Ok(()),
            Reader::Administrator => Box::pin(audit::record_view(operation(context)?, self.account.id)).await,
        }
    }

    async fn load_roles(&self, app: &App) -> Result<&[String], Failed> {
        let roles = self
            .roles
            .get_or_try_init(|| Box::pin(super::roles(&app.db, self.account.id)))
            .await;
        Ok(roles.map_err(Failure::from)?)
    }
}

impl From<&Caller> for User {
    fn from(caller: &Caller) -> Self {
        Self::changed(caller.user.clone(), caller)
    }
}

impl From<NameProblem> for UserError {
    fn from(problem: NameProblem) -> Self {
        let code = match problem {
            NameProblem::Required => UserErrorCode::Required,
            NameProblem::TooLong => UserErrorCode::TooLong,
            NameProblem::InvalidCharacters => UserErrorCode::InvalidCharacters,
        };
        Self::at("name", code, problem.message())
    }
}

impl EmailProblem {
    /// The problem as an error of `field`.
    pub fn at(self, field: &str) -> UserError {
        let code = match self {
            Self::Required => UserErrorCode::Required,
            Self::Invalid => UserErrorCode::InvalidEmail,
            Self::TooLong => UserErrorCode::TooLong,
            Self::InvalidCharacters => UserErrorCode::InvalidCharacters,
        };
        UserError::at(field, code, self.message())
    }
}

/// Whether an account may sign in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "user::Status")]
pub enum UserStatus {
    /// May sign in.
    Active,
    /// Was disabled by an admin.
    Disabled,
}

/// An account, visible to its owner and to those who may read accounts.
#[Object]
impl User {
    /// Same value as the `sub` claim of the access tokens.
    pub async fn id(&self) -> ID {
        self.account.id.to_string().into()
    }

    /// Display name, 1 to 100 characters.
    async fn name(&self) -> &str {
        &self.account.name
    }

    /// Address used to sign in.
    async fn email(&self) -> &str {
        &self.account.email
    }

    /// Whether the address was confirmed.
    async fn is_email_verified(&self) -> bool {
        self.account.email_verified_at.is_some()
    }

    /// New address that waits for confirmation.
    async fn pending_email(&self, context: &Context<'_>) -> Result<Option<&str>, Failed> {
        self.record_view(context).await?;
        Ok(self.account.pending_email.as_deref())
    }

    /// Language of mails and pages (BCP 47); learnt at sign-up.
    async fn locale(&self) -> &str {
        &self.account.locale
    }

    /// Whether a mail reports new sign-ins from unknown devices or networks. Notices about password and address are
    /// always sent.
    async fn is_sign_in_notice_enabled(&self) -> bool {
        self.account.sign_in_notices_off_at.is_none()
    }

    /// When the account will be deleted. If it is set after a sign-in, ask whether to keep the account:
    /// `cancelAccountDeletion`.
    async fn deletes_at(&self) -> Option<DateTime> {
        self.account.deletes_at.map(DateTime::from_millis)
    }

    /// Whether the owner can still sign in and cancel that deletion. False if there is none, or if it closes the account.
    async fn is_deletion_cancellable(&self) -> bool {
        super::cancellable_deletion(&self.account).is_some()
    }

    /// Whether the account may sign in.
    async fn status(&self) -> UserStatus {
        self.account.status.into()
    }

    /// Role names, sorted. The `roles` claim has them too, without those that need a second factor until the session
    /// has given one.
    async fn roles(&self, context: &Context<'_>) -> Result<&[String], Failed> {
        self.load_roles(&operation(context)?.app).await
    }

    /// Whether a password is set; false for accounts that sign in by passkey or with another provider.
    async fn has_password(&self) -> bool {
        self.account.password_hash.is_some()
    }

    /// Second factors.
    async fn mfa(&self, context: &Context<'_>) -> Result<MfaSettings, Failed> {
        self.record_view(context).await?;
        Ok(self.mfa.clone())
    }

    /// Registered passkeys, newest first; at most 20.
    async fn passkeys(&self, context: &Context<'_>) -> Result<Vec<Passkey>, Failed> {
        self.check_gate(context).await?;
        self.record_view(context).await?;
        let found = Box::pin(passkey::of_user(&operation(context)?.app.db, self.account.id)).await;
        Ok(found
            .map_err(Failure::from)?
            .into_iter()
            .map(Passkey::from)
            .collect())
    }

    /// Linked accounts of other providers, oldest first; at most 20.
    async fn identities(&self, context: &Context<'_>) -> Result<Vec<Identity>, Failed> {
        self.check_gate(context).await?;
        self.record_view(context).await?;
        let found = Box::pin(identity::of_user(
            operation(context)?.app.db.reader(),
            self.account.id,
        ))
        .await;
        Ok(found
            .map_err(Failure::from)?
            .into_iter()
            .map(Identity::from)
            .collect())
    }

    /// Live sessions, most recently used first. Page size 1 to 100, default 20. Codes: BAD_USER_INPUT.
    async fn sessions(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "How many, starting with the most recently used.")] first: Option<i32>,
        #[graphql(desc = "Only those after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many, starting with the least recently used.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
    ) -> Result<Arc<Connection<Session>>, Failed> {
        let page = PageArguments {
            first,
            after,
            last,
            before,
        };
        self.check_gate(context).await?;
        self.record_view(context).await?;
        let operation = operation(context)?;
        let user_id = self.account.id;
        let current = match self.reader {
            Reader::Owner { session_id, .. } => Some(session_id),
            Reader::Administrator => None,
        };
        Box::pin(self.sessions.load(operation, user_id, current, page)).await
    }

    /// Last successful sign-in.
    async fn last_login_at(&self) -> Option<DateTime> {
        self.account.last_login_at.map(DateTime::from_millis)
    }

    /// When the account was created.
    async fn created_at(&self) -> DateTime {
        DateTime::from_millis(self.account.created_at)
    }

    /// When the account last changed.
    async fn updated_at(&self) -> DateTime {
        DateTime::from_millis(self.account.updated_at)
    }
}

/// The query `me`.
#[derive(Default)]
pub struct UserQuery;

#[Object]
impl UserQuery {
    /// The signed-in user. If not signed in: null, and an UNAUTHENTICATED error at this path whose `extensions.reason`
    /// says why.
    async fn me(&self, context: &Context<'_>) -> Option<Result<User, Failed>> {
        // `Option<Result<..>>`, not `Result<Option<..>>`: with the latter, an error would null the siblings too.
        Some(signed_in(context).await.map(User::from))
    }
}
