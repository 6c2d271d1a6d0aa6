//! A service that accepts the access tokens of Portcullis, over REST and GraphQL.

use std::{env, error::Error, io::Write as _};

use async_graphql::{Context, EmptyMutation, EmptySubscription, ID, Object, Result, Schema, SimpleObject};
use async_graphql_axum::{GraphQLRequest, GraphQLResponse};
use axum::{
    Json, Router,
    extract::{FromRef, State},
    routing::{get, post},
};
use portcullis_guard::{
    Algorithm, Guard,
    axum::Caller,
    graphql::{SignedIn, claims},
};
use serde_json::{Value, json};
use tokio::net::TcpListener;

type ServiceSchema = Schema<Query, EmptyMutation, EmptySubscription>;

/// What every handler can use.
#[derive(Clone)]
struct App {
    guard: Guard,
    schema: ServiceSchema,
}

/// Lets [`Caller`] find the guard.
impl FromRef<App> for Guard {
    fn from_ref(app: &App) -> Self {
        app.guard.clone()
    }
}

/// The person who sends a request.
#[derive(SimpleObject)]
struct Me {
    /// The id of the account.
    id: ID,
    /// The names of the roles.
    roles: Vec<String>,
}

struct Query;

#[expect(clippy::unused_async, reason = "resolvers are async")]
#[Object]
impl Query {
    /// The person who sends the request.
    #[graphql(guard = "SignedIn")]
    async fn me(&self, context: &Context<'_>) -> Result<Me> {
        let claims = claims(context)?;
        Ok(Me {
            id: claims.sub.clone().into(),
            roles: claims.roles.clone(),
        })
    }
}

async fn me(Caller(claims): Caller) -> Json<Value> {
    Json(json!({ "id": claims.sub, "roles": claims.roles }))
}

/// Runs documents of anybody: a request without a token gets what is public, one with a bad token is refused.
async fn graphql(State(app): State<App>, caller: Option<Caller>, request: GraphQLRequest) -> GraphQLResponse {
    let mut request = request.into_inner();
    if let Some(Caller(claims)) = caller {
        request = request.data(claims);
    }
    app.schema.execute(request).await.into()
}

#[tokio::main]
async fn main() -> std::result::Result<(), Box<dyn Error>> {
    let issuer = setting("PORTCULLIS_ISSUER").ok_or("set PORTCULLIS_ISSUER to the address of Portcullis")?;
    let audience = setting("PORTCULLIS_AUDIENCE").unwrap_or_else(|| issuer.clone());
    let algorithms = setting("ALGORITHMS").unwrap_or_else(|| "ES256".to_owned());
    let algorithms = algorithms.split(',').map(|name| name.trim().parse::<Algorithm>());
    let app = App {
        guard: Guard::builder(issuer)
            .audience(audience)
            .algorithms(algorithms.collect::<std::result::Result<Vec<_>, _>>()?)
            .build()?,
        schema: Schema::new(Query, EmptyMutation, EmptySubscription),
    };
    let routes = Router::new()
        .route("/me", get(me))
        .route("/graphql", post(graphql))
        .with_state(app);

    let listen = setting("LISTEN").unwrap_or_else(|| "127.0.0.1:4000".to_owned());
    let listener = TcpListener::bind(listen).await?;
    writeln!(
        std::io::stdout(),
        "listening on http://{}",
        listener.local_addr()?
    )?;
    axum::serve(listener, routes).await?;
    Ok(())
}

/// A setting from the environment; none if it is not set or empty.
#[expect(
    clippy::disallowed_methods,
    reason = "its settings are in the environment alone"
)]
fn setting(name: &str) -> Option<String> {
    env::var(name).ok().filter(|value| !value.is_empty())
}
