//! Identities in GraphQL.

mod mutation;

use async_graphql::{Context, ID, Object, SimpleObject};
use entity::identity::Model;

pub use self::mutation::IdentityMutation;
use super::provider_name;
use crate::{
    context::{App, graphql::operation},
    platform::{failure::Failed, graphql::scalars::DateTime, oidc::Provider},
};

/// Another provider to sign in with.
#[derive(Debug, Clone, SimpleObject)]
pub struct SocialProvider {
    /// Short name, as in the settings.
    id: ID,
    /// Name to show.
    name: String,
}

impl From<&Provider> for SocialProvider {
    fn from(provider: &Provider) -> Self {
        Self {
            id: provider.id().into(),
            name: provider.name().to_owned(),
        }
    }
}

impl SocialProvider {
    /// The provider with this id.
    fn named(app: &App, id: &str) -> Self {
        Self {
            id: id.into(),
            name: provider_name(app, id).to_owned(),
        }
    }
}

/// An account of another provider that signs in to this one.
#[derive(Debug, Clone)]
pub struct Identity(Model);

impl From<Model> for Identity {
    fn from(identity: Model) -> Self {
        Self(identity)
    }
}

/// An account of another provider that signs in to this one.
#[Object]
#[expect(clippy::unused_async, reason = "resolvers are async")]
impl Identity {
    /// Opaque and unique across all types.
    pub async fn id(&self) -> ID {
        self.0.id.to_string().into()
    }

    /// Which provider.
    async fn provider(&self, context: &Context<'_>) -> Result<SocialProvider, Failed> {
        Ok(SocialProvider::named(&operation(context)?.app, &self.0.provider))
    }

    /// Address that the provider gave when it was linked; not necessarily confirmed.
    async fn email(&self) -> Option<&str> {
        self.0.email.as_deref()
    }

    /// When it was linked.
    async fn created_at(&self) -> DateTime {
        DateTime::from_millis(self.0.created_at)
    }

    /// Last sign-in with it.
    async fn last_used_at(&self) -> Option<DateTime> {
        self.0.last_used_at.map(DateTime::from_millis)
    }
}
