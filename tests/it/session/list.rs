//! One's own sessions, page by page.

use std::time::Duration;

use serde_json::{Value, json};

use crate::support::{Client, PASSWORD, Person, TestApp};

const LIST: &str = "query ($first: Int, $after: String, $last: Int, $before: String) {
    me { sessions(first: $first, after: $after, last: $last, before: $before) {
        nodes { id isCurrent deviceName lastUsedAt authMethods }
        edges { cursor node { id } }
        pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
        totalCount
    } }
}";

async fn list(client: &Client, arguments: Value) -> Value {
    let answer = client.run(LIST, arguments).await;
    answer.data("me")["sessions"].clone()
}

fn ids(page: &Value) -> Vec<String> {
    let nodes = page["nodes"].as_array().unwrap();
    let edges = page["edges"].as_array().unwrap();
    let of_nodes: Vec<String> = nodes.iter().map(|node| text(&node["id"])).collect();
    let of_edges: Vec<String> = edges.iter().map(|edge| text(&edge["node"]["id"])).collect();
    assert_eq!(of_nodes, of_edges);
    of_nodes
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

/// Signs in again, and gives the session's id and its client.
async fn sign_in(app: &TestApp, person: &Person) -> (String, Client) {
    let answer = app.anonymous().login(&person.email, PASSWORD).await;
    let login = answer.data("login");
    let client = app.bearer(login["tokens"]["accessToken"].as_str().unwrap());
    (text(&login["session"]["id"]), client)
}

/// Somebody with seven sessions, some begun in the same millisecond; ids from the last used to the first.
async fn with_seven_sessions(app: &TestApp) -> (Person, Vec<String>) {
    let ada = app.user("ada").await;
    let first = ada.client.query("{ viewer { session { id } } }").await;
    let mut all = vec![(0, text(&first.data("viewer")["session"]["id"]))];
    for at in [0, 1, 1, 1, 2, 3] {
        let now = all.last().unwrap().0;
        app.pass(Duration::from_millis(at - now));
        all.push((at, sign_in(app, &ada).await.0));
    }
    all.sort();
    all.reverse();
    (ada, all.into_iter().map(|(_, id)| id).collect())
}

#[tokio::test]
async fn the_last_used_session_comes_first_and_the_present_one_is_marked() {
    let app = TestApp::start().await;
    let (ada, eve) = (app.user("ada").await, app.user("eve").await);
    let (second, client) = sign_in(&app, &ada).await;
    app.pass(Duration::from_mins(2));
    let page = list(&ada.client, json!({})).await;
    assert_eq!(page["totalCount"], 2);
    assert_eq!(page["nodes"][0]["isCurrent"], true);
    assert_eq!(page["nodes"][1]["isCurrent"], false);
    assert_eq!(page["nodes"][1]["id"], json!(second));
    assert_eq!(page["nodes"][0]["authMethods"], json!(["PASSWORD"]));
    app.pass(Duration::from_mins(2));
    let page = list(&client, json!({})).await;
    assert_eq!(page["nodes"][0]["id"], json!(second));
    assert_eq!(page["nodes"][0]["isCurrent"], true);
    assert_eq!(list(&eve.client, json!({})).await["totalCount"], 1);
}

#[tokio::test]
async fn ended_sessions_are_on_no_page() {
    let app = TestApp::with(|config| config.session_idle_timeout = Duration::from_mins(30)).await;
    let ada = app.user("ada").await;
    let (_, ended) = sign_in(&app, &ada).await;
    ended.logout().await;
    assert_eq!(list(&ada.client, json!({})).await["totalCount"], 1);
    let (idle, _) = sign_in(&app, &ada).await;
    app.pass(Duration::from_mins(10));
    let (kept, client) = sign_in(&app, &ada).await;
    app.pass(Duration::from_mins(10));
    assert!(ids(&list(&client, json!({})).await).contains(&idle));
    app.pass(Duration::from_mins(10));
    let answer = app.anonymous().login(&ada.email, PASSWORD).await;
    let client = app.bearer(answer.data("login")["tokens"]["accessToken"].as_str().unwrap());
    let page = list(&client, json!({})).await;
    assert_eq!((page["totalCount"].as_i64(), ids(&page).len()), (Some(2), 2));
    assert!(ids(&page).contains(&kept));
}

#[tokio::test]
async fn pages_of_every_size_put_together_are_the_whole_list_from_both_ends() {
    let app = TestApp::start().await;
    let (ada, all) = with_seven_sessions(&app).await;
    assert_eq!(ids(&list(&ada.client, json!({})).await), all);
    for size in 1..=8 {
        for (count, cursor, more, end) in [
            ("first", "after", "hasNextPage", "endCursor"),
            ("last", "before", "hasPreviousPage", "startCursor"),
        ] {
            let (mut walked, mut arguments) = (Vec::new(), json!({ count: size }));
            loop {
                let page = list(&ada.client, arguments.clone()).await;
                assert_eq!(page["totalCount"], 7);
                assert!(ids(&page).len() <= size);
                if count == "first" {
                    walked.extend(ids(&page));
                } else {
                    walked.splice(0..0, ids(&page));
                }
                if page["pageInfo"][more] == false {
                    break;
                }
                arguments[cursor] = page["pageInfo"][end].clone();
            }
            assert_eq!(walked, all, "{count}: {size}");
        }
    }
}

#[tokio::test]
async fn a_page_that_cannot_be_is_refused_with_advice() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    for (arguments, advice) in [
        (json!({ "first": 0 }), "`first`"),
        (json!({ "first": 101 }), "`first`"),
        (json!({ "last": -1 }), "`last`"),
        (json!({ "first": 1, "last": 1 }), "not both"),
        (json!({ "after": "garbage" }), "`after`"),
        (json!({ "before": "' OR 1=1 --" }), "`before`"),
    ] {
        let answer = ada.client.run(LIST, arguments.clone()).await;
        assert_eq!(answer.codes(), ["BAD_USER_INPUT"], "{arguments}");
        let error = &answer.body["errors"][0];
        assert!(error["message"].as_str().unwrap().contains(advice), "{error}");
        assert_eq!(error["path"], json!(["me", "sessions"]));
    }
}

#[tokio::test]
async fn a_cursor_of_somebody_else_opens_nothing_of_theirs() {
    let app = TestApp::start().await;
    let (ada, all) = with_seven_sessions(&app).await;
    let eve = app.user("eve").await;
    let cursor = list(&ada.client, json!({ "first": 1 })).await["pageInfo"]["endCursor"].clone();
    for argument in ["after", "before"] {
        let page = list(&eve.client, json!({ argument: cursor })).await;
        assert!(ids(&page).iter().all(|id| !all.contains(id)));
        assert_eq!(page["totalCount"], 1);
    }
}

#[tokio::test]
async fn a_sign_in_shows_its_own_session_as_the_present_one() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    let query = "mutation ($input: LoginInput!) { login(input: $input) {
        session { id deviceName } user { sessions { nodes { id isCurrent deviceName } } }
    } }";
    let input = json!({ "email": ada.email, "password": PASSWORD, "deviceName": "  Ada's phone " });
    // The old token that comes along is not whom the answer is about.
    let answer = ada.client.run(query, json!({ "input": input })).await;
    let login = answer.data("login");
    assert_eq!(login["session"]["deviceName"], "Ada's phone");
    let nodes = login["user"]["sessions"]["nodes"].as_array().unwrap();
    let current: Vec<_> = nodes.iter().filter(|node| node["isCurrent"] == true).collect();
    assert_eq!((nodes.len(), current.len()), (2, 1));
    assert_eq!(current[0]["id"], login["session"]["id"]);
}

#[tokio::test]
async fn a_device_without_a_name_is_called_after_its_user_agent() {
    const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0";
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    let query = "mutation ($input: LoginInput!) { login(input: $input) {
        session { deviceName userAgent } userErrors { code field }
    } }";
    let sign_in = async |agent: &str, name: Option<&str>| {
        let input = json!({ "email": ada.email, "password": PASSWORD, "deviceName": name });
        let body = json!({ "query": query, "variables": { "input": input } });
        let request = app.anonymous().request(reqwest::Method::POST, "/graphql");
        let answer = crate::support::Answer::of(request.header("user-agent", agent).json(&body)).await;
        answer.data("login").clone()
    };
    let session = &sign_in(FIREFOX, None).await["session"];
    assert_eq!(session["deviceName"], "Firefox on Linux");
    assert_eq!(session["userAgent"], FIREFOX);
    assert_eq!(
        sign_in(FIREFOX, Some(" \u{3164}\u{2800}")).await["session"]["deviceName"],
        "Firefox on Linux"
    );
    assert_eq!(sign_in("", None).await["session"]["deviceName"], "Unknown device");
    for (name, code) in [
        ("x".repeat(101), "TOO_LONG"),
        ("a\u{7}b".to_owned(), "INVALID_CHARACTERS"),
    ] {
        let refused = sign_in(FIREFOX, Some(&name)).await;
        assert_eq!(refused["session"], Value::Null);
        assert_eq!(
            refused["userErrors"],
            json!([{ "code": code, "field": ["deviceName"] }])
        );
    }
}

#[tokio::test]
async fn a_user_agent_is_kept_up_to_256_bytes_and_no_half_character() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    for (sent, kept) in [
        (b"a".repeat(256), "a".repeat(256)),
        (b"a".repeat(257), "a".repeat(256)),
        // Not UTF-8: each byte is shown as a character of three.
        (vec![0xFF; 512], "\u{FFFD}".repeat(85)),
        ("é".repeat(200).into_bytes(), "é".repeat(128)),
    ] {
        let input = json!({ "email": ada.email, "password": PASSWORD });
        let query = "mutation ($input: LoginInput!) { login(input: $input) { session { userAgent } } }";
        let body = json!({ "query": query, "variables": { "input": input } });
        let request = app.anonymous().request(reqwest::Method::POST, "/graphql");
        let agent = reqwest::header::HeaderValue::from_bytes(&sent).unwrap();
        let answer = crate::support::Answer::of(request.header("user-agent", agent).json(&body)).await;
        assert_eq!(answer.data("login")["session"]["userAgent"], json!(kept));
    }
}

#[tokio::test]
async fn a_page_asked_for_under_many_aliases_is_read_once() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    let (watched, statements) = app.another_watched(|_| {}).await;
    let client = watched.bearer(&ada.token);
    client.me().await;
    let reads = async |pages: &str| {
        statements.take();
        let answer = client.query(&format!("{{ me {{ {pages} }} }}")).await;
        assert!(answer.codes().is_empty(), "{}", answer.text);
        let read = statements.take().into_iter();
        read.filter(|it| it.sql.contains("sessions")).count()
    };
    let once = reads("a: sessions(first: 5) { nodes { id } totalCount }").await;
    let many = (0..10).fold(String::new(), |pages, n| {
        pages + &format!("a{n}: sessions(first: 5) {{ nodes {{ id }} totalCount }} ")
    });
    assert_eq!((once, reads(&many).await), (2, 2));
    let two = "a: sessions(first: 5) { nodes { id } } b: sessions(first: 6) { nodes { id } }";
    assert_eq!(reads(two).await, 2);
}
