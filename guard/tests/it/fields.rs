//! The guards of async-graphql.

use async_graphql::{Context, EmptyMutation, EmptySubscription, Object, Request, Result, Schema};
use portcullis_guard::graphql::{HasRole, SignedIn, claims};
use serde_json::{Value, json};

use crate::support::{Service, claims_with, es256};

struct Query;

#[expect(clippy::unused_async, reason = "resolvers are async")]
#[Object]
impl Query {
    async fn anybody(&self) -> bool {
        true
    }

    #[graphql(guard = "SignedIn")]
    async fn id(&self, context: &Context<'_>) -> Result<String> {
        Ok(claims(context)?.sub.clone())
    }

    #[graphql(guard = "HasRole(\"editor\")")]
    async fn drafts(&self) -> u32 {
        3
    }
}

/// The answer to a document for somebody with these roles, or for nobody.
async fn answer(document: &str, roles: Option<&[&str]>) -> Value {
    let mut request = Request::new(document);
    if let Some(roles) = roles {
        let token = es256().token(&claims_with(&json!({ "roles": roles })));
        request = request.data(Service::new().verify(&token).await.unwrap());
    }
    let schema = Schema::new(Query, EmptyMutation, EmptySubscription);
    serde_json::to_value(schema.execute(request).await).unwrap()
}

#[tokio::test]
async fn fields_are_open_to_those_they_are_for() {
    let all = "{ anybody id drafts }";
    let data = json!({ "anybody": true, "id": "user-1", "drafts": 3 });
    assert_eq!(answer(all, Some(&["writer", "editor"])).await["data"], data);
    assert_eq!(answer("{ anybody id }", Some(&[])).await["data"]["id"], "user-1");
    assert_eq!(answer("{ anybody }", None).await["data"]["anybody"], true);
}

#[tokio::test]
async fn others_get_the_codes_of_portcullis() {
    let missing = json!({ "code": "UNAUTHENTICATED", "reason": "TOKEN_MISSING" });
    let forbidden = json!({ "code": "FORBIDDEN" });
    for (document, roles, extensions) in [
        ("{ id }", None, &missing),
        ("{ drafts }", None, &missing),
        ("{ drafts }", Some(&[][..]), &forbidden),
        ("{ drafts }", Some(&["Editor", "editors", ""]), &forbidden),
    ] {
        let answer = answer(document, roles).await;
        assert_eq!(answer["data"], Value::Null, "{document}");
        assert_eq!(
            &answer["errors"][0]["extensions"], extensions,
            "{document} {answer}"
        );
    }
}
