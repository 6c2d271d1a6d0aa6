//! The state of the second factors in GraphQL.

use std::sync::Arc;

use async_graphql::{Context, Object};
use entity::UserId;
use tokio::sync::OnceCell;

use crate::{
    context::graphql::operation,
    features::{mfa::Factors, recovery_code},
    platform::{
        db::DbFailure,
        failure::{Failed, Failure},
    },
};

/// State of the second factors.
#[derive(Debug, Clone)]
pub struct MfaSettings {
    user_id: UserId,
    /// Loaded when first needed; shared by all selections of one user.
    loaded: Arc<OnceCell<(Factors, u64)>>,
}

impl MfaSettings {
    /// Those of a user.
    pub fn new(user_id: UserId) -> Self {
        Self {
            user_id,
            loaded: Arc::default(),
        }
    }

    async fn load(&self, context: &Context<'_>) -> Result<&(Factors, u64), Failed> {
        let app = &operation(context)?.app;
        let load = || async {
            let factors = Factors::of(app, self.user_id).await?;
            let codes = recovery_code::count_unused(app.db.reader(), self.user_id).await?;
            Ok((factors, codes))
        };
        let loaded = self.loaded.get_or_try_init(|| Box::pin(load())).await;
        Ok(loaded.map_err(|failure: DbFailure| Failure::from(failure))?)
    }
}

/// State of the second factors.
#[Object]
impl MfaSettings {
    /// Whether a sign-in with a password or a mailed code needs a second factor, too.
    async fn is_enabled(&self, context: &Context<'_>) -> Result<bool, Failed> {
        Ok(self.load(context).await?.0.is_any())
    }

    /// Whether an authenticator app is set up.
    async fn is_totp_enabled(&self, context: &Context<'_>) -> Result<bool, Failed> {
        Ok(self.load(context).await?.0.totp.is_some())
    }

    /// Unused recovery codes.
    async fn recovery_codes_remaining(&self, context: &Context<'_>) -> Result<i32, Failed> {
        let (_, codes) = self.load(context).await?;
        Ok(i32::try_from(*codes).unwrap_or(i32::MAX))
    }
}
