//! Providers over TLS.

use portcullis::platform::{
    config::{Config, Preset},
    oidc::{Flow, Providers, Step},
};

use super::{flow, unreachable};
use crate::support::{ManualClock, Script, SmtpServer, Speaks};

/// Asks a server that speaks TLS, with a certificate that nobody trusts.
async fn asked(server: &SmtpServer, flow: &Flow) -> (Step, String) {
    let text = format!(
        "[corp]\nissuer = \"https://127.0.0.1:{}\"\nclient_id = \"a\"",
        server.port
    );
    let providers = portcullis::platform::config::ProviderConfig::parse(&text.into()).unwrap();
    assert_eq!(providers[0].preset, Preset::Oidc);
    let config = Config {
        providers,
        ..Config::default()
    };
    let providers = Providers::new(&config).unwrap();
    let provider = providers.find("corp").unwrap();
    let clock = ManualClock::default();
    unreachable(provider.authorization_url(&clock, flow).await.unwrap_err())
}

#[tokio::test]
async fn nothing_is_said_to_a_server_that_cannot_prove_who_it_is() {
    let server = SmtpServer::start(Script::new(Speaks::Tls)).await;
    let (step, problem) = asked(&server, &flow()).await;
    assert_eq!(step, Step::Discovery);
    assert!(problem.starts_with("TLS failed: the certificate is"), "{problem}");
    assert_eq!(server.lines(), [""; 0]);
}

#[tokio::test]
async fn a_server_without_tls_is_not_spoken_to_in_plain() {
    let server = SmtpServer::start(Script::new(Speaks::Plain)).await;
    let (step, problem) = asked(&server, &flow()).await;
    assert_eq!(step, Step::Discovery);
    let expected = "TLS failed: the server answered with something else (is it http?)";
    assert_eq!(problem, expected);
    assert!(
        server.lines().iter().all(|line| !line.contains("GET")),
        "{:?}",
        server.lines()
    );
}
