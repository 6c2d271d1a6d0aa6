use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use async_graphql::{EmptyMutation, EmptySubscription, Schema, value};
use uuid::Uuid;

use super::*;
use crate::platform::{
    failure::{Denied, Failed, Fault},
    keyset::Direction,
};

const LIST: ListTag = ListTag(*b"tst");
const LENGTH: i64 = 5;

/// A thing.
#[derive(SimpleObject)]
struct Thing {
    /// Its number.
    number: i64,
}

fn at(key: i64) -> Position {
    Position { key, id: Uuid::nil() }
}

/// The requested page of the things 5 to 1.
fn page(arguments: &PageArguments) -> Result<Page<(Position, Thing)>, Denied> {
    let request = arguments.request(LIST)?;
    let mut numbers: Vec<_> = (1..=LENGTH).rev().collect();
    if request.direction == Direction::Backward {
        numbers.reverse();
    }
    numbers.retain(|it| request.after.is_none_or(|after| at(*it) < after));
    numbers.retain(|it| request.before.is_none_or(|before| at(*it) > before));
    numbers.truncate(usize::try_from(request.limit()).unwrap());
    Ok(request.page(numbers).map(|number| (at(number), Thing { number })))
}

/// Counts how often the things were counted.
struct Query(Arc<AtomicUsize>);

#[Object]
#[expect(clippy::unused_async, reason = "resolvers are async")]
impl Query {
    /// Things, the greatest first.
    async fn things(
        &self,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> Result<Connection<Thing>, Failed> {
        let arguments = PageArguments {
            first,
            after,
            last,
            before,
        };
        let counted = self.0.clone();
        Ok(Connection::new(LIST, page(&arguments)?, async move {
            counted.fetch_add(1, Ordering::Relaxed);
            Ok(Total::exact(LENGTH.unsigned_abs()))
        }))
    }

    /// Things that cannot be counted.
    async fn lost(&self) -> Result<Connection<Thing>, Failed> {
        Ok(Connection::new(LIST, page(&PageArguments::default())?, async {
            Err(Failed::Fault(Fault::new("count", "the database is away")))
        }))
    }

    /// More things than fit into a number.
    async fn endless(&self) -> Result<Connection<Thing>, Failed> {
        Ok(Connection::new(LIST, page(&PageArguments::default())?, async {
            Ok(Total::exact(u64::MAX))
        }))
    }
}

struct Fixture {
    schema: Schema<Query, EmptyMutation, EmptySubscription>,
    counted: Arc<AtomicUsize>,
}

impl Fixture {
    fn new() -> Self {
        let counted = Arc::new(AtomicUsize::new(0));
        let query = Query(counted.clone());
        let schema = Schema::build(query, EmptyMutation, EmptySubscription).finish();
        Self { schema, counted }
    }

    async fn query(&self, selection: &str) -> async_graphql::Value {
        let response = self.schema.execute(format!("{{ {selection} }}")).await;
        response.into_result().unwrap().data
    }
}

#[test]
fn the_types_are_those_of_relay_and_everything_is_described() {
    let sdl = Fixture::new().schema.sdl();
    for ty in [
        r#"
"""
A page of a list.
"""
type ThingConnection {
	"""
	The items of this page with their cursors.
	"""
	edges: [ThingEdge!]!
	"""
	The items of this page without cursors.
	"""
	nodes: [Thing!]!
	"""
	Position of this page in the list.
	"""
	pageInfo: PageInfo!
	"""
	Number of items over all pages; counted only when selected.
	"""
	totalCount: Int!
	"""
	Whether `totalCount` is exact: long lists are counted up to 10,000.
	"""
	isTotalCountExact: Boolean!
}
"#,
        r#"
"""
An item of a page, with its position in the list.
"""
type ThingEdge {
	"""
	Opaque position of the item, for `after` and `before`.
	"""
	cursor: String!
	"""
	The item.
	"""
	node: Thing!
}
"#,
        r#"
"""
Position of a page in its list.
"""
type PageInfo {
	"""
	Whether more items follow; those up to `before` when it is given with `first`.
	"""
	hasNextPage: Boolean!
	"""
	Whether more items precede; those from `after` on when it is given with `last`.
	"""
	hasPreviousPage: Boolean!
	"""
	Cursor of the first item; null when the page is empty.
	"""
	startCursor: String
	"""
	Cursor of the last item; null when the page is empty.
	"""
	endCursor: String
}
"#,
    ] {
        assert!(sdl.contains(ty.trim_start()), "{ty} is not in {sdl}");
    }
}

#[tokio::test]
async fn edges_nodes_and_cursors_belong_together() {
    let [four, three] = [4, 3].map(|key| LIST.cursor(&at(key)));
    let after = LIST.cursor(&at(5));
    let data = Fixture::new()
        .query(&format!(
            "things(first: 2, after: \"{after}\") {{ edges {{ cursor node {{ number }} }} nodes {{ number }}
             pageInfo {{ hasNextPage hasPreviousPage startCursor endCursor }} }}"
        ))
        .await;
    let page = value!({ "things": {
        "edges": [
            { "cursor": (four.clone()), "node": { "number": 4 } },
            { "cursor": (three.clone()), "node": { "number": 3 } },
        ],
        "nodes": [{ "number": 4 }, { "number": 3 }],
        "pageInfo": {
            "hasNextPage": true,
            "hasPreviousPage": true,
            "startCursor": (four),
            "endCursor": (three),
        },
    }});
    assert_eq!(data, page);
}

#[tokio::test]
async fn the_last_items_come_in_the_order_of_the_list() {
    let data = Fixture::new()
        .query("things(last: 2) { nodes { number } pageInfo { hasNextPage hasPreviousPage } }")
        .await;
    let page = value!({ "things": {
        "nodes": [{ "number": 2 }, { "number": 1 }],
        "pageInfo": { "hasNextPage": false, "hasPreviousPage": true },
    }});
    assert_eq!(data, page);
}

#[tokio::test]
async fn an_empty_page_has_no_cursors() {
    let end = LIST.cursor(&at(1));
    let data = Fixture::new()
        .query(&format!(
            "things(after: \"{end}\") {{ edges {{ cursor }} pageInfo {{ hasNextPage startCursor endCursor }} }}"
        ))
        .await;
    let page = value!({ "things": {
        "edges": [],
        "pageInfo": { "hasNextPage": false, "startCursor": null, "endCursor": null },
    }});
    assert_eq!(data, page);
}

#[tokio::test]
async fn all_items_are_counted_once_and_only_when_somebody_asks() {
    let fixture = Fixture::new();
    fixture
        .query("things { nodes { number } pageInfo { hasNextPage } }")
        .await;
    assert_eq!(fixture.counted.load(Ordering::Relaxed), 0);
    let data = fixture
        .query("things(first: 1) { one: totalCount two: totalCount }")
        .await;
    assert_eq!(data, value!({ "things": { "one": 5, "two": 5 } }));
    assert_eq!(fixture.counted.load(Ordering::Relaxed), 1);
}

#[tokio::test]
async fn a_number_too_great_for_int_is_the_greatest_that_fits() {
    let data = Fixture::new().query("endless { totalCount }").await;
    assert_eq!(data, value!({ "endless": { "totalCount": (i32::MAX) } }));
}

#[tokio::test]
async fn errors_keep_their_code_and_place() {
    let fixture = Fixture::new();
    for (document, code, path) in [
        ("{ things(first: 0) { totalCount } }", "BAD_USER_INPUT", "things"),
        (
            "{ lost { totalCount } }",
            "INTERNAL_SERVER_ERROR",
            "lost.totalCount",
        ),
    ] {
        let errors = fixture.schema.execute(document).await.errors;
        let [error] = &errors[..] else {
            panic!("{errors:?}")
        };
        let extensions = error.extensions.as_ref().unwrap();
        assert_eq!(extensions.get("code"), Some(&value!(code)));
        let place: Vec<_> = error
            .path
            .iter()
            .map(|it| serde_json::to_value(it).unwrap())
            .collect();
        assert_eq!(place, path.split('.').collect::<Vec<_>>());
    }
}
