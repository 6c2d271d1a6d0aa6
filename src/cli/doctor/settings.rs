//! Findings about the settings alone.

use ipnet::IpNet;

use super::finding::Finding;
use crate::{
    cli::CliError,
    platform::config::{Config, DatabaseKind},
    server::{listen::ConnectionLimits, router},
};

/// Checks every setting that can be right for one server and wrong for another.
pub(super) fn findings(config: &Config) -> Vec<Finding> {
    let mut findings = vec![public_url(config)];
    findings.extend(of_exposure(config));
    findings.extend([development(config), metrics(config), documents(config)]);
    findings.extend(limits(config));
    findings
}

/// Whether the settings let strangers in, or trust them.
pub(super) fn of_exposure(config: &Config) -> Vec<Finding> {
    let mut findings = vec![listen(config), proxies(config)];
    findings.extend(pages(config));
    findings
}

fn public_url(config: &Config) -> Finding {
    const ABOUT: &str = "public URL";
    let url = &config.public_url;
    // A slash at the end would make it another issuer; it is removed, however the setting was written.
    let seen = format!("{url} (the issuer in tokens, without a slash at the end)");
    if url.is_loopback() {
        let advice = "fine for development; otherwise set public_url to the https address that people use";
        return Finding::warning(ABOUT, seen, advice);
    }
    if !url.is_https() {
        let advice = "passwords and tokens are sent unencrypted: put a proxy with TLS in front, and let public_url \
                      start with https";
        return Finding::error(ABOUT, seen, advice);
    }
    Finding::ok(ABOUT, seen)
}

fn listen(config: &Config) -> Finding {
    const ABOUT: &str = "listen";
    let addresses: Vec<_> = config.listen.iter().map(ToString::to_string).collect();
    let seen = addresses.join(", ");
    let is_open = config.listen.iter().any(|address| !address.ip().is_loopback());
    if is_open && config.public_url.is_loopback() {
        let advice = "other machines can reach the server, but its public_url is for this machine only: set public_url, \
                      or listen on 127.0.0.1";
        return Finding::error(ABOUT, seen, advice);
    }
    Finding::ok(ABOUT, seen)
}

/// Which proxies are trusted, and whether strangers could be among them.
fn proxies(config: &Config) -> Finding {
    const ABOUT: &str = "trusted proxies";
    let networks: Vec<_> = config.trusted_proxies.iter().map(ToString::to_string).collect();
    let seen = if networks.is_empty() {
        "none".to_owned()
    } else {
        networks.join(", ")
    };
    if config.trusted_proxies.iter().any(holds_strangers) {
        let advice = "that network includes strangers, who could then claim any address: name only your proxies \
                      in trusted_proxies";
        return Finding::error(ABOUT, seen, advice);
    }
    if networks.is_empty() && config.public_url.is_https() {
        let advice = "https implies a proxy in front: add its address to trusted_proxies; otherwise all clients have \
                      the proxy's address, and share the limits per address";
        return Finding::warning(ABOUT, seen, advice);
    }
    Finding::ok(ABOUT, seen)
}

/// Whether a network is larger than any operator's own, including private addresses and the networks of the large CDNs.
fn holds_strangers(network: &IpNet) -> bool {
    match network {
        IpNet::V4(network) => network.prefix_len() < 8,
        IpNet::V6(network) => network.prefix_len() < 7,
    }
}

fn development(config: &Config) -> Finding {
    const ABOUT: &str = "introspection";
    let on = [
        ("introspection", config.introspection),
        ("graphiql", config.graphiql),
    ];
    let on: Vec<_> = on
        .iter()
        .filter(|(_, is_on)| *is_on)
        .map(|(name, _)| *name)
        .collect();
    if on.is_empty() {
        return Finding::ok(ABOUT, "off, and so is GraphiQL");
    }
    let seen = format!("on: {}", on.join(", "));
    if config.public_url.is_loopback() {
        return Finding::ok(ABOUT, seen);
    }
    let advice = "they show the schema to strangers: turn them off, unless the API is meant to be public";
    Finding::warning(ABOUT, seen, advice)
}

fn metrics(config: &Config) -> Finding {
    const ABOUT: &str = "metrics";
    if config.metrics_listen.is_empty() {
        return Finding::ok(ABOUT, "not served");
    }
    let addresses: Vec<_> = config.metrics_listen.iter().map(ToString::to_string).collect();
    let seen = addresses.join(", ");
    if config
        .metrics_listen
        .iter()
        .any(|address| address.ip().is_unspecified())
    {
        let advice =
            "anyone who reaches the address can read them: set metrics_listen to one inside your network";
        return Finding::warning(ABOUT, seen, advice);
    }
    Finding::ok(ABOUT, seen)
}

/// Whether the files that the settings name can be used: trusted documents, and the files of the pages.
fn documents(config: &Config) -> Finding {
    const ABOUT: &str = "files";
    match router::check(config) {
        Ok(()) if config.trusted_documents_only => {
            Finding::ok(ABOUT, "all can be used; only trusted documents are accepted")
        }
        Ok(()) => Finding::ok(ABOUT, "all files in the settings can be used"),
        Err(error) => Finding::error(
            ABOUT,
            CliError::from(error).to_string(),
            "the server does not start: fix the file, or remove the setting",
        ),
    }
}

/// Limits that are off, or so wide that they have no effect. Add every limit that can be turned off with 0.
fn limits(config: &Config) -> Vec<Finding> {
    const ABOUT: &str = "limits";
    let mut findings = Vec::new();
    if config.max_connections_per_address >= config.max_connections {
        findings.push(Finding::warning(
            ABOUT,
            "max_connections_per_address is as large as max_connections",
            "one client can take every connection: set it to a small part, such as 200 of 10000",
        ));
    }
    let wanted = ConnectionLimits {
        connections: config.max_connections,
        ..ConnectionLimits::default()
    };
    let possible = wanted.within_open_files().connections;
    if possible < config.max_connections {
        findings.push(Finding::warning(
            ABOUT,
            format!(
                "only {possible} of max_connections ({}) are possible here",
                config.max_connections
            ),
            "raise the limit of open files: `LimitNOFILE` of systemd, `ulimit -Hn` of a shell",
        ));
    }
    for (limit, name) in [
        (config.attempts_per_account, "attempts_per_account"),
        (config.logins_per_network, "logins_per_network"),
        (config.signups_per_network, "signups_per_network"),
        (config.account_writes, "account_writes"),
    ] {
        if limit == 0 {
            findings.push(Finding::warning(
                ABOUT,
                format!("{name} is 0, which is no limit"),
                "attackers can do that thousands of times: remove the setting",
            ));
        }
    }
    if config.refresh_replay_window.is_zero() {
        findings.push(Finding::warning(
            ABOUT,
            "refresh_replay_window is 0s",
            "people with several tabs are signed out when two refresh at once: 30s is usual",
        ));
    }
    if findings.is_empty() {
        findings.push(Finding::ok(ABOUT, "none is off"));
    }
    findings
}

fn pages(config: &Config) -> Vec<Finding> {
    const ABOUT: &str = "pages";
    let mut findings = vec![match config.pages {
        true => Finding::ok(ABOUT, format!("served, at {}/login", config.public_url)),
        false if config.redirect_urls.is_empty() => Finding::ok(ABOUT, "not served"),
        false => Finding::warning(
            ABOUT,
            "not served, but redirect_urls is set",
            "it has no effect without pages: turn pages on, or remove the setting",
        ),
    }];
    for url in &config.redirect_urls {
        let is_local = ["http://localhost", "http://127.0.0.1", "http://[::1]"]
            .iter()
            .any(|it| {
                let rest = url.strip_prefix(it);
                rest.is_some_and(|rest| rest.starts_with([':', '/']))
            });
        if url.starts_with("http:") && !(is_local && config.public_url.is_loopback()) {
            findings.push(Finding::error(
                ABOUT,
                format!("redirect_urls: {url}"),
                "a sign-in would lead to a page that anybody on the network path can change: it must start with https",
            ));
        }
    }
    findings
}

/// Whether others may be able to read the connection to a database on another machine.
pub(super) fn database_address(config: &Config) -> Option<Finding> {
    let url = &config.database_url;
    if url.kind() == DatabaseKind::Sqlite || url.is_on_this_machine() {
        return None;
    }
    let address = url.expose().to_ascii_lowercase();
    let is_verified = ["verify-full", "verify_full", "verify-identity", "verify_identity"];
    if is_verified.iter().any(|word| address.contains(word)) {
        return None;
    }
    let parameter = match url.kind() {
        DatabaseKind::Postgres => "sslmode=verify-full",
        _ => "ssl-mode=VERIFY_IDENTITY",
    };
    Some(Finding::warning(
        "database",
        "the connection does not verify the certificate of the database",
        format!(
            "others on the network path could read it: add `?{parameter}` to database_url, unless the network is private"
        ),
    ))
}

#[cfg(test)]
mod tests {
    use super::{super::finding::Severity, *};
    use crate::platform::config::{DatabaseUrl, Flag, Inputs, load};

    fn config(settings: &[(&str, &str)]) -> Config {
        let flags = settings
            .iter()
            .map(|(key, value)| Flag::from_pair("--set", &format!("{key}={value}")).unwrap());
        let inputs = Inputs {
            flags: flags.collect(),
            ..Inputs::default()
        };
        load(inputs).unwrap().config
    }

    /// All findings that are not ok: subject and severity.
    fn problems(settings: &[(&str, &str)]) -> Vec<(&'static str, Severity)> {
        let findings = findings(&config(settings)).into_iter();
        let problems = findings.filter(|it| it.severity != Severity::Ok);
        problems.map(|it| (it.about, it.severity)).collect()
    }

    const PUBLIC: (&str, &str) = ("public_url", "https://accounts.example");
    const PROXY: (&str, &str) = ("trusted_proxies", "10.0.0.1");

    #[test]
    fn a_server_for_others_behind_a_proxy_has_nothing_to_mind() {
        assert_eq!(problems(&[PUBLIC, PROXY]), []);
        assert_eq!(
            problems(&[
                PUBLIC,
                ("trusted_proxies", "104.16.0.0/13,2a06:98c0::/29,fc00::/7")
            ]),
            []
        );
    }

    #[test]
    fn each_trouble_is_found_alone() {
        use Severity::{Error, Warning};
        for (settings, trouble) in [
            (&[][..], ("public URL", Warning)),
            (
                &[("public_url", "http://accounts.example"), PROXY],
                ("public URL", Error),
            ),
            (&[PUBLIC], ("trusted proxies", Warning)),
            (
                &[PUBLIC, ("trusted_proxies", "0.0.0.0/0")],
                ("trusted proxies", Error),
            ),
            (
                &[PUBLIC, ("trusted_proxies", "10.0.0.1,::/0")],
                ("trusted proxies", Error),
            ),
            (&[PUBLIC, PROXY, ("graphiql", "true")], ("introspection", Warning)),
            (
                &[PUBLIC, PROXY, ("metrics_listen", "0.0.0.0:9464")],
                ("metrics", Warning),
            ),
            (
                &[PUBLIC, PROXY, ("max_connections_per_address", "10000")],
                ("limits", Warning),
            ),
            (
                &[PUBLIC, PROXY, ("max_connections", "1000000")],
                ("limits", Warning),
            ),
            (
                &[PUBLIC, PROXY, ("refresh_replay_window", "0s")],
                ("limits", Warning),
            ),
            (
                &[PUBLIC, PROXY, ("redirect_urls", "http://app.example/")],
                ("pages", Error),
            ),
            (
                &[PUBLIC, PROXY, ("redirect_urls", "http://localhost.evil.example/")],
                ("pages", Error),
            ),
            (
                &[
                    PUBLIC,
                    PROXY,
                    ("pages", "false"),
                    ("redirect_urls", "https://app.example/"),
                ],
                ("pages", Warning),
            ),
            (
                &[PUBLIC, PROXY, ("trusted_documents", "/nowhere.json")],
                ("files", Error),
            ),
            (&[PUBLIC, PROXY, ("brand_logo", "/nowhere.png")], ("files", Error)),
        ] {
            assert_eq!(problems(settings), [trouble], "{settings:?}");
        }
    }

    #[test]
    fn a_server_of_this_machine_that_others_reach_is_wrong() {
        assert_eq!(
            problems(&[("listen", "0.0.0.0:8000")]),
            [("public URL", Severity::Warning), ("listen", Severity::Error)]
        );
        let settings = [("redirect_urls", "http://localhost:5173/,http://[::1]:5173/")];
        assert_eq!(problems(&settings), [("public URL", Severity::Warning)]);
    }

    #[test]
    fn a_database_elsewhere_should_show_a_certificate() {
        let minds = |url| {
            let config = Config {
                database_url: DatabaseUrl::parse(url).unwrap(),
                ..config(&[])
            };
            database_address(&config).is_some()
        };
        assert!(minds("postgres://u@db.example/d") && minds("mysql://u@db.example/d?ssl-mode=REQUIRED"));
        assert!(!minds("postgres://u@db.example/d?sslmode=verify-full"));
        assert!(!minds("mysql://u@db.example/d?ssl-mode=VERIFY_IDENTITY"));
        assert!(!minds("postgres://u@127.0.0.1/d") && !minds("sqlite:d.db"));
    }
}
