//! The subgraph (Apollo Federation Subgraph Specification).
//!
//! Its fields are ordinary resolvers, not the library's: those resolve one entity at a time, and fail all of a list if
//! one of them is unknown.

mod representation;

use std::{collections::BTreeSet, sync::Arc};

use async_graphql::{Context, ID, Object, SimpleObject, Union};

use self::representation::Representation;
use crate::{
    context::App,
    features::user,
    platform::failure::{Denied, Failed, Fault},
};

/// What routers compose: the same types as in [`FederationQuery`], without the fields that every subgraph has.
pub const SDL: &str = include_str!("../subgraph.graphql");

/// Maximum number of entities for one `_entities`.
const MAX_ENTITIES: usize = 100;

/// A person with an account. Null for unknown ids, and for accounts that are deleted, about to be deleted, or disabled.
#[derive(Debug, Clone, SimpleObject)]
#[graphql(name = "User")]
pub(super) struct FederatedUser {
    /// The id that tokens of this person have as `sub`.
    id: ID,
    /// The name that the person chose. Any text: escape it.
    name: String,
}

/// Everything that other subgraphs can refer to.
#[derive(Debug, Clone, Union)]
#[graphql(name = "_Entity")]
pub(super) enum Entity {
    /// A person.
    User(FederatedUser),
}

/// This subgraph.
#[derive(Debug, Clone, Copy, SimpleObject)]
#[graphql(name = "_Service")]
pub(super) struct Service {
    /// The schema that routers compose.
    sdl: &'static str,
}

/// The fields that a router needs.
#[derive(Debug, Clone, Copy, Default)]
pub struct FederationQuery;

/// The fields that a router needs.
#[Object(name = "Query")]
impl FederationQuery {
    /// The entities with these representations, in the same order; at most 100. Null for each that does not exist; null
    /// with an error for each representation that is malformed. Codes: BAD_USER_INPUT.
    #[graphql(name = "_entities")]
    async fn entities(
        &self,
        context: &Context<'_>,
        #[graphql(
            desc = "Objects with `__typename` and the key of that type, such as the `id` of a `User`."
        )]
        representations: Vec<Representation>,
    ) -> Result<Vec<Option<Result<Entity, Failed>>>, Failed> {
        if representations.len() > MAX_ENTITIES {
            return Err(Denied::BadUserInput("Ask for at most 100 entities at a time.".into()).into());
        }
        let users: Vec<_> = representations.iter().map(Representation::user).collect();
        let ids: BTreeSet<_> = users.iter().filter_map(|id| *id.as_ref().ok()?).collect();
        let names = user::public_names(&app(context)?.db, ids).await?;
        let entity = |id| {
            let name = names.get(&id)?.clone();
            Some(Entity::User(FederatedUser {
                id: ID::from(id.to_string()),
                name,
            }))
        };
        let users = users.into_iter().map(|id| match id {
            Ok(id) => id.and_then(entity).map(Ok),
            Err(denied) => Some(Err(denied.into())),
        });
        Ok(users.collect())
    }

    /// This subgraph, for routers that compose while they run. Works also where introspection is switched off.
    #[graphql(name = "_service")]
    async fn service(&self) -> Service {
        Service { sdl: SDL }
    }
}

/// The server, from the data of the request: there is no caller here.
fn app<'a>(context: &Context<'a>) -> Result<&'a App, Failed> {
    let app = context.data_opt::<Arc<App>>();
    app.map(|app| &**app)
        .ok_or_else(|| Fault::new("find the server", "the endpoint did not provide it").into())
}
