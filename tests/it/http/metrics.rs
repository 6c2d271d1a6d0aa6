//! The counters: what they count, what is not in them, and where they are.

use std::{net::TcpListener, time::Duration};

use portcullis::server::metrics::serve;
use reqwest::Method;
use tokio::task::JoinSet;

use crate::support::{Answer, Client, PASSWORD, Program, Running, TestApp};

/// A server with someone who watches it.
struct Watched {
    app: TestApp,
    watcher: Client,
    _serving: JoinSet<()>,
}

impl Watched {
    async fn start() -> Self {
        let app = TestApp::start().await;
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let watcher = Client::new(format!("http://{}", listener.local_addr().unwrap()), None);
        let mut serving = JoinSet::new();
        serving.spawn(serve(vec![listener], app.app.clone()));
        Self {
            app,
            watcher,
            _serving: serving,
        }
    }

    async fn text(&self) -> String {
        let answer = self.watcher.get("/metrics").await;
        assert_eq!(answer.status.as_u16(), 200, "{}", answer.text);
        answer.text
    }

    /// What stands behind this name; zero where it is not there yet.
    async fn value(&self, name: &str) -> u64 {
        let text = self.text().await;
        let value = text
            .lines()
            .find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
        value.map_or(0, |value| value.parse().unwrap())
    }
}

const VERIFICATIONS: &str = "portcullis_password_verifications_total";

#[tokio::test]
async fn the_text_is_openmetrics_and_tells_the_version() {
    let watched = Watched::start().await;
    let answer = watched.watcher.get("/metrics").await;
    assert_eq!(
        answer.header("content-type"),
        Some("application/openmetrics-text; version=1.0.0; charset=utf-8")
    );
    for (name, value) in [
        ("cache-control", "no-store"),
        (
            "content-security-policy",
            "default-src 'none'; frame-ancestors 'none'",
        ),
        ("referrer-policy", "no-referrer"),
        ("x-content-type-options", "nosniff"),
    ] {
        assert_eq!(answer.header(name), Some(value));
    }
    let version = env!("CARGO_PKG_VERSION");
    let build = format!("portcullis_build_info{{version=\"{version}\"}} 1\n");
    assert!(answer.text.contains(&build), "{}", answer.text);
    assert!(answer.text.ends_with("\n# EOF\n"), "{}", answer.text);
    for name in [
        "portcullis_refresh_tokens_reused_total 0",
        "portcullis_refresh_answers_repeated_total 0",
        "portcullis_password_verifications_total 0",
    ] {
        assert!(
            answer.text.lines().any(|line| line == name),
            "{name}: {}",
            answer.text
        );
    }
}

#[tokio::test]
async fn each_password_that_is_verified_counts_whether_or_not_there_is_an_account() {
    let watched = Watched::start().await;
    let client = watched.app.anonymous();
    watched.app.user("ada").await;
    assert_eq!(
        watched.value(VERIFICATIONS).await,
        0,
        "a sign-up verifies nothing"
    );
    for (email, password, counted) in [
        ("ada@example.com", PASSWORD, 1),
        ("ada@example.com", "not the password", 2),
        ("nobody@example.com", PASSWORD, 3),
        ("not an address", PASSWORD, 4),
        // What can be no password is not hashed.
        ("ada@example.com", "with\0nul", 4),
    ] {
        client.login(email, password).await;
        assert_eq!(
            watched.value(VERIFICATIONS).await,
            counted,
            "{email} {password:?}"
        );
    }
}

#[tokio::test]
async fn requests_count_by_method_and_status() {
    let watched = Watched::start().await;
    let client = watched.app.anonymous();
    client.query("{ __typename }").await;
    client.query("{ __typename }").await;
    client.query("{").await;
    for path in ["/healthz", "/nothing", "/nowhere"] {
        client.get(path).await;
    }
    Answer::of(client.request(Method::HEAD, "/healthz")).await;
    Answer::of(client.request(Method::POST, "/healthz")).await;
    for (method, status, count) in [
        ("POST", 200, 3),
        ("GET", 200, 1),
        ("GET", 404, 2),
        ("HEAD", 200, 1),
        ("POST", 405, 1),
        ("POST", 404, 0),
    ] {
        let name = format!("portcullis_http_requests_total{{method=\"{method}\",status=\"{status}\"}}");
        assert_eq!(watched.value(&name).await, count, "{name}");
    }
}

#[tokio::test]
async fn a_client_cannot_make_series_of_its_own() {
    let watched = Watched::start().await;
    let client = watched.app.anonymous();
    for number in 0..50 {
        let method = Method::from_bytes(format!("BREW{number}").as_bytes()).unwrap();
        Answer::of(client.request(method, "/nothing")).await;
    }
    for method in ["get", "DELETE", "TRACE", "PROPFIND", "!#$%&'*+-.^_`|~"] {
        let method = Method::from_bytes(method.as_bytes()).unwrap();
        Answer::of(client.request(method, "/nothing")).await;
    }
    let text = watched.text().await;
    let series: Vec<_> = text
        .lines()
        .filter(|line| line.starts_with("portcullis_http_requests_total"))
        .collect();
    assert_eq!(
        series,
        ["portcullis_http_requests_total{method=\"other\",status=\"404\"} 55"]
    );
}

#[tokio::test]
async fn nothing_that_a_client_sends_is_in_the_text() {
    let watched = Watched::start().await;
    let quagga = watched.app.user("quagga").await;
    quagga.client.login(&quagga.email, "zebra the password").await;
    quagga.client.me().await;
    quagga.client.get("/zebra/path?zebra=query").await;
    let agent = quagga
        .client
        .request(Method::GET, "/healthz")
        .header("user-agent", "zebra");
    Answer::of(agent).await;
    let text = watched.text().await;
    let signature = quagga.token.rsplit('.').next().unwrap();
    for private in ["quagga", "zebra", "@", "/", "127.0.0.1", &quagga.id, signature] {
        assert!(!text.contains(private), "{private}: {text}");
    }
}

#[tokio::test]
async fn there_is_nothing_else_beside_the_counters_and_no_counters_beside_the_rest() {
    let watched = Watched::start().await;
    for path in [
        "/",
        "/graphql",
        "/graphiql",
        "/healthz",
        "/metrics/",
        "/.well-known/jwks.json",
    ] {
        for method in [Method::GET, Method::POST] {
            let answer = Answer::of(watched.watcher.request(method.clone(), path)).await;
            assert_eq!(
                (answer.status.as_u16(), &*answer.text),
                (404, ""),
                "{method} {path}"
            );
        }
    }
    let answer = Answer::of(watched.watcher.request(Method::POST, "/metrics")).await;
    assert_eq!(
        (answer.status.as_u16(), answer.header("allow")),
        (405, Some("GET,HEAD"))
    );

    let answer = watched.app.anonymous().get("/metrics").await;
    assert_eq!((answer.status.as_u16(), answer.codes()), (404, vec!["NOT_FOUND"]));
}

#[tokio::test]
async fn the_program_listens_for_watchers_only_when_told_to_and_until_it_stops() {
    let program = Program::new().await;
    assert_eq!(watched_at(&program.serve().await), None);

    let program = program.with("METRICS_LISTEN", "127.0.0.1:0");
    let mut server = program.serve().await;
    let watcher = Client::new(watched_at(&server).unwrap(), None);
    // A port that is taken and not served would never answer.
    let asked = watcher
        .request(Method::GET, "/metrics")
        .timeout(Duration::from_mins(1));
    let text = Answer::of(asked).await.text;
    assert!(
        text.contains("\nportcullis_http_requests_total{method=\"GET\",status=\"200\"} "),
        "{text}"
    );
    assert_eq!(server.client().get("/metrics").await.status.as_u16(), 404);
    assert_eq!(watcher.query("{ __typename }").await.status.as_u16(), 404);

    server.terminate();
    assert!(server.wait().success(), "{}", server.log());
    assert!(watcher.request(Method::GET, "/metrics").send().await.is_err());
}

/// Where a server says that it listens for metrics.
fn watched_at(server: &Running) -> Option<String> {
    let log = server.log();
    let mut lines = log
        .lines()
        .filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok());
    let line = lines.find(|line| line["message"] == "listening for metrics")?;
    Some(format!("http://{}", line["address"].as_str()?))
}
