//! Keys by HTTP, from a server on this machine.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use axum::{
    Router,
    extract::State,
    response::{IntoResponse as _, Response},
    routing::get,
};
use http::{HeaderName, HeaderValue, StatusCode, header};
use portcullis_guard::{Algorithm, Guard, Rejection};
use serde_json::json;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpListener,
    task::{JoinHandle, JoinSet},
};

use crate::support::{AUDIENCE, NOW, SigningKey, TestClock, claims_with, es256, key_set, word};

/// A server that publishes a key set, and a service that trusts it.
struct Setup {
    issuer: String,
    published: Arc<Published>,
    serving: JoinHandle<()>,
    clock: Arc<TestClock>,
    guard: Guard,
}

#[derive(Default)]
struct Published {
    answer: Mutex<Answer>,
    fetches: AtomicUsize,
}

#[derive(Clone)]
struct Answer {
    status: StatusCode,
    headers: Vec<(HeaderName, HeaderValue)>,
    body: String,
}

impl Answer {
    fn new(status: StatusCode, body: String) -> Self {
        Self {
            status,
            headers: Vec::new(),
            body,
        }
    }

    fn keys<'a>(keys: impl IntoIterator<Item = &'a SigningKey>) -> Self {
        Self::new(StatusCode::OK, key_set(keys))
    }

    fn header(mut self, name: HeaderName, value: &str) -> Self {
        self.headers.push((name, value.parse().unwrap()));
        self
    }
}

impl Default for Answer {
    fn default() -> Self {
        Self::keys([es256()])
    }
}

async fn answer(State(published): State<Arc<Published>>) -> Response {
    published.fetches.fetch_add(1, Ordering::SeqCst);
    // Long enough for others to ask meanwhile.
    tokio::time::sleep(Duration::from_millis(20)).await;
    let answer = published.answer.lock().unwrap().clone();
    let mut response = (answer.status, answer.body).into_response();
    response.headers_mut().extend(answer.headers);
    response
}

fn guard(issuer: &str, clock: &Arc<TestClock>) -> Guard {
    let builder = Guard::builder(issuer).audience(AUDIENCE).clock(Arc::clone(clock));
    builder.build().unwrap()
}

impl Setup {
    async fn new() -> Self {
        let published = Arc::new(Published::default());
        let routes = Router::new()
            .route("/.well-known/jwks.json", get(answer))
            .with_state(Arc::clone(&published));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let issuer = format!("http://{}", listener.local_addr().unwrap());
        let serving = tokio::spawn(async move { axum::serve(listener, routes).await.unwrap() });
        let clock = TestClock::new();
        Self {
            guard: guard(&issuer, &clock),
            issuer,
            published,
            serving,
            clock,
        }
    }

    fn publish(&self, answer: Answer) {
        *self.published.answer.lock().unwrap() = answer;
    }

    fn fetches(&self) -> usize {
        self.published.fetches.load(Ordering::SeqCst)
    }

    /// A token that is valid at this second and does not expire in these tests.
    fn token(&self, key: &SigningKey) -> String {
        key.token(&claims_with(
            &json!({ "iss": self.issuer, "exp": NOW + 1_000_000 }),
        ))
    }

    async fn at(&self, seconds: u64, token: &str) -> (&'static str, usize) {
        self.clock.set(seconds);
        (word(&self.guard.verify(token).await), self.fetches())
    }

    /// Why the keys are unavailable.
    async fn problem(&self) -> String {
        match self.guard.verify(&self.token(es256())).await {
            Err(Rejection::KeysUnavailable(error)) => error.to_string(),
            result => panic!("{result:?}"),
        }
    }
}

#[tokio::test]
async fn a_hundred_requests_at_once_cause_one_fetch() {
    let setup = Setup::new().await;
    let token = setup.token(es256());
    let mut requests = JoinSet::new();
    for _ in 0..100 {
        let (guard, token) = (setup.guard.clone(), token.clone());
        requests.spawn(async move { word(&guard.verify(&token).await) });
    }
    let results = requests.join_all().await;
    assert_eq!(results, ["ok"; 100]);
    assert_eq!(setup.fetches(), 1);
}

#[tokio::test]
async fn the_header_of_the_answer_says_how_long_keys_are_fresh() {
    let setup = Setup::new().await;
    setup.publish(Answer::default().header(header::CACHE_CONTROL, "public, max-age=900"));
    let token = setup.token(es256());
    assert_eq!(setup.at(0, &token).await, ("ok", 1));
    assert_eq!(setup.at(719, &token).await, ("ok", 1));
    assert_eq!(setup.at(900, &token).await, ("ok", 2));
}

#[tokio::test]
async fn a_removed_key_counts_until_the_set_is_fetched_again() {
    let setup = Setup::new().await;
    let (old, new) = (es256(), SigningKey::new(Algorithm::Es256, "new"));
    let (by_old, by_new) = (setup.token(old), setup.token(&new));
    assert_eq!(setup.at(0, &by_old).await, ("ok", 1));
    setup.publish(Answer::keys([&new]));
    assert_eq!(setup.at(5, &by_old).await, ("ok", 1));
    assert_eq!(
        setup.at(10, &by_new).await,
        ("ok", 2),
        "the new key brings the new set"
    );
    assert_eq!(setup.at(10, &by_old).await, ("TOKEN_INVALID", 2));
}

#[tokio::test]
async fn no_live_token_is_refused_through_three_rotations() {
    let setup = Setup::new().await;
    let keys: Vec<_> = (0..4)
        .map(|number| SigningKey::new(Algorithm::Es256, &format!("key-{number}")))
        .collect();
    let tokens: Vec<_> = keys.iter().map(|key| setup.token(key)).collect();
    // Each key is published ten seconds before it signs, as with `key rotate --now`, and for an hour after it did.
    for second in 0..3_600 {
        let signing = usize::try_from(second / 900).unwrap();
        let published = usize::try_from((second + 10) / 900).unwrap().min(3);
        setup.publish(Answer::keys(&keys[..=published]));
        for token in &tokens[..=signing] {
            let (result, _) = setup.at(second, token).await;
            assert_eq!(result, "ok", "at {second}");
        }
    }
    // One each four minutes, when the set is nearly five minutes old, and one more for each new key at most.
    assert!((12..=20).contains(&setup.fetches()), "{}", setup.fetches());
}

#[tokio::test]
async fn a_server_that_is_down_is_survived_for_an_hour() {
    let setup = Setup::new().await;
    let token = setup.token(es256());
    assert_eq!(setup.at(0, &token).await, ("ok", 1));
    setup.serving.abort();
    for second in [300, 301, 1_800, 3_599] {
        assert_eq!(setup.at(second, &token).await, ("ok", 1), "at {second}");
    }
    assert_eq!(setup.at(3_600, &token).await, ("SERVICE_UNAVAILABLE", 1));
}

#[tokio::test]
async fn a_guard_without_keys_says_why() {
    let setup = Setup::new().await;
    for (seconds, answer, problem) in [
        (0, Answer::new(StatusCode::NOT_FOUND, String::new()), "status 404"),
        (
            10,
            Answer::new(StatusCode::SERVICE_UNAVAILABLE, key_set([es256()])),
            "status 503",
        ),
        (
            20,
            Answer::new(StatusCode::NO_CONTENT, String::new()),
            "status 204",
        ),
        (
            30,
            Answer::new(StatusCode::OK, "<html>".to_owned()),
            "not a key set",
        ),
        (
            40,
            Answer::new(StatusCode::OK, json!({ "keys": [] }).to_string()),
            "no key that can verify",
        ),
        (
            50,
            Answer::new(StatusCode::OK, " ".repeat(256 * 1024 + 1)),
            "larger than 256 KiB",
        ),
    ] {
        setup.publish(answer);
        setup.clock.set(seconds);
        let found = setup.problem().await;
        assert!(found.contains(problem), "{found}");
    }
    setup.publish(Answer::new(
        StatusCode::OK,
        format!("{}{}", key_set([es256()]), " ".repeat(200_000)),
    ));
    assert_eq!(setup.at(60, &setup.token(es256())).await, ("ok", 7));
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let setup = Setup::new().await;
    let target = Setup::new().await;
    let address = format!("{}/.well-known/jwks.json", target.issuer);
    for (index, status) in [301, 302, 303, 307, 308].into_iter().enumerate() {
        let status = StatusCode::from_u16(status).unwrap();
        setup.publish(Answer::new(status, key_set([es256()])).header(header::LOCATION, &address));
        setup.clock.set(10 * u64::try_from(index).unwrap());
        let problem = setup.problem().await;
        assert!(problem.contains("a redirect, which is not followed"), "{problem}");
    }
    assert_eq!(target.fetches(), 0);
}

#[tokio::test]
async fn the_key_set_can_have_an_address_of_its_own() {
    let setup = Setup::new().await;
    let guard = Guard::builder("https://accounts.example")
        .audience(AUDIENCE)
        .clock(Arc::clone(&setup.clock))
        .jwks_url(format!("{}/.well-known/jwks.json", setup.issuer))
        .build()
        .unwrap();
    let token = es256().token(&claims_with(&json!({ "iss": "https://accounts.example" })));
    assert_eq!(word(&guard.verify(&token).await), "ok");
    assert_eq!(setup.fetches(), 1);
}

/// What a guard says of a server that sends these bytes and closes.
async fn problem_with(bytes: String) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let issuer = format!("http://{}", listener.local_addr().unwrap());
    let serving = tokio::spawn(async move {
        let (mut socket, _) = listener.accept().await.unwrap();
        let mut request = [0; 4096];
        let _ = socket.read(&mut request).await;
        // The guard may hang up before it has everything.
        let _ = socket.write_all(bytes.as_bytes()).await;
    });
    let token = es256().token(&claims_with(&json!({ "iss": issuer })));
    let result = guard(&issuer, &TestClock::new()).verify(&token).await;
    serving.await.unwrap();
    match result {
        Err(Rejection::KeysUnavailable(error)) => error.to_string(),
        result => panic!("{result:?}"),
    }
}

#[tokio::test]
async fn an_answer_that_never_ends_or_breaks_off_is_none() {
    const HEAD: &str = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n";
    let chunk = format!("2000\r\n{}\r\n", " ".repeat(0x2000));
    let endless = format!("{HEAD}Transfer-Encoding: chunked\r\n\r\n{}", chunk.repeat(33));
    assert_eq!(problem_with(endless).await, "the answer is larger than 256 KiB");
    for broken in [
        format!("{HEAD}Content-Length: 10000\r\n\r\n{}", key_set([es256()])),
        "HTTP/1.1 200 OK\r\n".to_owned(),
        "hello\r\n\r\n".to_owned(),
        String::new(),
    ] {
        assert_eq!(problem_with(broken).await, "the answer broke off or is not HTTP");
    }
}

#[tokio::test]
async fn a_port_that_refuses_and_a_server_without_tls_are_told_apart() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let setup = Setup::new().await;
    let plain = setup.issuer.replace("http:", "https:");
    for (issuer, problem) in [
        (format!("http://{address}"), "cannot connect"),
        (plain, "TLS failed"),
    ] {
        let token = es256().token(&claims_with(&json!({ "iss": issuer })));
        let result = guard(&issuer, &TestClock::new()).verify(&token).await;
        let text = result.unwrap_err().to_string();
        assert!(text.contains(problem) && !text.contains(&token), "{text}");
    }
}
