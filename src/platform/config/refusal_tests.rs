//! Tests of refused settings, and that secrets are never shown.

use super::{
    load_tests::{BETTER, GOOD, error, loaded, set, variables},
    *,
};

#[test]
fn blank_secrets_are_refused_wherever_they_come_from() {
    for value in ["", "  "] {
        let error = error(&[("PORTCULLIS_SECRET", value)]);
        assert!(error.starts_with("PORTCULLIS_SECRET: is blank"), "{error}");
    }
}

#[test]
fn secrets_are_not_taken_from_flags() {
    let inputs = Inputs {
        flags: vec![set("jwt_secret", GOOD)],
        ..Inputs::default()
    };
    let error = load(inputs).unwrap_err().to_string();
    assert!(
        error.contains("PORTCULLIS_JWT_SECRET_FILE") && !error.contains(GOOD),
        "{error}"
    );
}

#[test]
fn no_service_can_have_a_secret_of_the_server() {
    let (caller, both) = (format!("shop:{BETTER}"), format!("{GOOD},{BETTER}"));
    for (of_server, name) in [
        (&[("PORTCULLIS_SECRET", &*both)][..], "secret"),
        (
            &[
                ("PORTCULLIS_JWT_ALGORITHM", "HS256"),
                ("PORTCULLIS_JWT_SECRET", BETTER),
            ],
            "jwt_secret",
        ),
    ] {
        let error = error(&[of_server, &[("PORTCULLIS_INTROSPECTION_CALLERS", &caller)]].concat());
        let start = "introspection_callers (from PORTCULLIS_INTROSPECTION_CALLERS): must not be the same as";
        assert!(error.starts_with(&format!("{start} {name}; ")), "{error}");
    }
}

#[test]
fn impossible_combinations_are_refused_by_key() {
    let long = format!("{GOOD}{BETTER}");
    for (pairs, start) in [
        (vec![("DATABASE_URL", "postgres://h/d")], "secret: must be given"),
        (vec![("JWT_ALGORITHM", "HS256")], "jwt_secret: must be given"),
        (
            vec![("METRICS_LISTEN", "127.0.0.1:8000")],
            "metrics_listen (from PORTCULLIS_METRICS_LISTEN): must not be an address of listen",
        ),
        (
            vec![("LISTEN", "[::]:80"), ("METRICS_LISTEN", "127.0.0.1:80,[::1]:80")],
            "metrics_listen (from PORTCULLIS_METRICS_LISTEN): must not be an address of listen",
        ),
        (
            vec![("JWT_SECRET", GOOD)],
            "jwt_secret (from PORTCULLIS_JWT_SECRET): has no use",
        ),
        (
            vec![("JWT_ALGORITHM", "HS384"), ("JWT_SECRET", GOOD)],
            "jwt_secret (from PORTCULLIS_JWT_SECRET): is too short: at least 48 bytes",
        ),
        (
            vec![("JWT_ALGORITHM", "HS512"), ("JWT_SECRET", &long[..63])],
            "jwt_secret (from PORTCULLIS_JWT_SECRET): is too short: at least 64 bytes",
        ),
        (
            vec![("JWT_ALGORITHM", "HS256"), ("JWT_SECRET", GOOD), ("SECRET", GOOD)],
            "jwt_secret (from PORTCULLIS_JWT_SECRET): must not be the same as secret",
        ),
        (
            vec![("SESSION_IDLE_TIMEOUT", "31d")],
            "session_idle_timeout (from PORTCULLIS_SESSION_IDLE_TIMEOUT): must not be longer",
        ),
        (
            vec![("SESSION_IDLE_TIMEOUT", "10m")],
            "access_token_ttl: must not be longer",
        ),
        (
            vec![("SESSION_IDLE_TIMEOUT", "20m"), ("SERVICE_TOKEN_TTL", "21m")],
            "service_token_ttl (from PORTCULLIS_SERVICE_TOKEN_TTL): must not be longer",
        ),
        (
            vec![("ATTEMPT_WINDOW", "61m")],
            "attempt_window (from PORTCULLIS_ATTEMPT_WINDOW): must not be longer",
        ),
        (
            vec![
                ("PUBLIC_URL", "https://a.example.com"),
                ("CORS_ORIGINS", "loopback"),
            ],
            "cors_origins (from PORTCULLIS_CORS_ORIGINS): `loopback` is for development",
        ),
        (
            vec![("TRUSTED_DOCUMENTS_ONLY", "true")],
            "trusted_documents_only (from PORTCULLIS_TRUSTED_DOCUMENTS_ONLY): refuses every document without",
        ),
        (
            vec![
                ("TRUSTED_DOCUMENTS", "documents.json"),
                ("TRUSTED_DOCUMENTS_ONLY", "true"),
                ("GRAPHIQL", "true"),
            ],
            "graphiql (from PORTCULLIS_GRAPHIQL): has no use with trusted_documents_only",
        ),
        (
            vec![("SMTP_SERVER", "mail.example.com")],
            "smtp_server (from PORTCULLIS_SMTP_SERVER): needs mail_from",
        ),
        (
            vec![
                ("SMTP_SERVER", "mail.example.com"),
                ("MAIL_FROM", "accounts@example.com"),
                ("SMTP_SECURITY", "none"),
            ],
            "smtp_security (from PORTCULLIS_SMTP_SECURITY): `none` sends mails and the password unencrypted",
        ),
        (
            vec![("SMTP_USERNAME", "accounts")],
            "smtp_username (from PORTCULLIS_SMTP_USERNAME): needs smtp_password",
        ),
        (
            vec![("SMTP_PASSWORD", "hunter2")],
            "smtp_password (from PORTCULLIS_SMTP_PASSWORD): needs smtp_username",
        ),
    ] {
        let pairs: Vec<_> = pairs
            .iter()
            .map(|(key, value)| (format!("PORTCULLIS_{key}"), *value))
            .collect();
        let pairs: Vec<_> = pairs
            .iter()
            .map(|(name, value)| (name.as_str(), *value))
            .collect();
        let error = error(&pairs);
        assert!(error.starts_with(start), "{error}");
    }
    let fits = [
        ("PORTCULLIS_JWT_ALGORITHM", "HS512"),
        ("PORTCULLIS_JWT_SECRET", &long),
    ];
    assert!(load(variables(&fits)).unwrap().config.jwt_secret.is_some());
}

#[test]
fn a_router_has_no_secret_of_the_server() {
    let both = format!("{BETTER},{GOOD}");
    for (given, same) in [
        (vec![("PORTCULLIS_SECRET", GOOD)], "secret"),
        (
            vec![
                ("PORTCULLIS_JWT_ALGORITHM", "HS256"),
                ("PORTCULLIS_JWT_SECRET", GOOD),
            ],
            "jwt_secret",
        ),
    ] {
        let given = [given, vec![("PORTCULLIS_FEDERATION_SECRETS", both.as_str())]].concat();
        let error = error(&given);
        let start = "federation_secrets (from PORTCULLIS_FEDERATION_SECRETS): must not be the same as ";
        assert!(error.starts_with(&format!("{start}{same};")), "{error}");
        assert!(!error.contains(GOOD) && !error.contains(BETTER), "{error}");
    }
}

#[test]
fn counters_may_have_any_address_that_clients_do_not_reach() {
    for (listen, metrics) in [
        ("0.0.0.0:8000", "127.0.0.1:9000"),
        ("127.0.0.1:8000", "127.0.0.2:8000"),
        ("0.0.0.0:8000", "[::1]:8000"),
        ("127.0.0.1:0", "127.0.0.1:0"),
    ] {
        let given = [
            ("PORTCULLIS_LISTEN", listen),
            ("PORTCULLIS_METRICS_LISTEN", metrics),
        ];
        let config = load(variables(&given)).unwrap().config;
        assert_eq!(config.metrics_listen, [metrics.parse().unwrap()]);
    }
}

#[test]
fn settings_below_the_floors_are_refused() {
    for (key, value) in [
        ("ARGON2_MEMORY_KIB", "19455"),
        ("ARGON2_ITERATIONS", "1"),
        ("ARGON2_PARALLELISM", "0"),
        ("PASSWORD_MIN_LENGTH", "7"),
        ("PASSWORD_MAX_LENGTH", "63"),
        ("PASSWORD_MAX_LENGTH", "257"),
        ("ACCESS_TOKEN_TTL", "59s"),
        ("ACCESS_TOKEN_TTL", "2h"),
        ("SERVICE_TOKEN_TTL", "59s"),
        ("SERVICE_TOKEN_TTL", "2h"),
        ("JWT_ALGORITHM", "none"),
        ("SECRET", "changeme"),
        ("FEDERATION_SECRETS", "too-short"),
    ] {
        let variable = format!("PORTCULLIS_{key}");
        let error = error(&[(&variable, value)]);
        assert!(error.contains(&variable), "{error}");
    }
}

#[test]
fn mail_without_encryption_stays_on_this_machine() {
    for server in ["localhost", "127.0.0.1:1025", "[::1]:1025"] {
        let given = [
            ("PORTCULLIS_SMTP_SERVER", server),
            ("PORTCULLIS_SMTP_SECURITY", "none"),
            ("PORTCULLIS_SMTP_USERNAME", "accounts"),
            ("PORTCULLIS_SMTP_PASSWORD", "hunter2"),
            ("PORTCULLIS_MAIL_FROM", "accounts@example.com"),
        ];
        assert!(loaded(&given).smtp().unwrap().login.is_some(), "{server}");
    }
    for host in ["mail.localhost", "localhost.example.com", "10.0.0.1", "0.0.0.0"] {
        let error = error(&[
            ("PORTCULLIS_SMTP_SERVER", host),
            ("PORTCULLIS_SMTP_SECURITY", "none"),
            ("PORTCULLIS_MAIL_FROM", "accounts@example.com"),
        ]);
        assert!(error.starts_with("smtp_security "), "{error}");
    }
}

#[test]
fn names_of_senders_and_passwords_are_one_line() {
    for (key, value) in [
        ("MAIL_FROM", "Example\r\nBcc: <eve@example.com>"),
        ("MAIL_REPLY_TO", "a\u{7}b <a@example.com>"),
        ("SMTP_USERNAME", "a\u{0}b"),
        ("SMTP_PASSWORD", "a\r\nQUIT"),
    ] {
        let variable = format!("PORTCULLIS_{key}");
        let error = error(&[(&variable, value)]);
        assert!(
            error.contains(&variable) && error.contains("must") | error.contains("has"),
            "{error}"
        );
    }
}

#[test]
fn claims_that_would_be_too_long_for_a_cookie_need_an_audience() {
    let settings = [
        ("PORTCULLIS_JWT_ALGORITHM", "RS256"),
        ("PORTCULLIS_CLAIMS_PRESET", "hasura"),
    ];
    let refused = error(&settings);
    let expected = "claims_preset (from PORTCULLIS_CLAIMS_PRESET): `hasura` needs an audience of its own";
    assert!(refused.starts_with(expected), "{refused}");
    let [algorithm, preset] = settings;
    let audience = ("PORTCULLIS_AUDIENCE", "https://api.example.com");
    assert!(load(variables(&[algorithm, preset, audience])).is_ok());
}

/// Signing keys are kept for as long as a token can live.
#[test]
fn no_token_lives_longer_than_the_longest() {
    for setting in ["PORTCULLIS_ACCESS_TOKEN_TTL", "PORTCULLIS_SERVICE_TOKEN_TTL"] {
        let longest = LONGEST_TOKEN_TTL.as_secs();
        let ttl = |seconds: u64| load(variables(&[(setting, &format!("{seconds}s"))]));
        assert!(ttl(longest).is_ok());
        assert!(ttl(longest + 1).is_err(), "{setting}");
    }
}

#[test]
fn the_audience_is_one_word_that_leaves_room_in_a_token() {
    let (longest, longer) = ("a".repeat(255), "a".repeat(256));
    let audience = |text| load(variables(&[("PORTCULLIS_AUDIENCE", text)])).map(|it| it.config.audience);
    for fits in ["https://api.example.com", "urn:shop", &longest] {
        assert_eq!(audience(fits).unwrap(), fits);
    }
    for odd in [
        "",
        "two words",
        "a\u{a0}b",
        "a\u{7}",
        "say \"hi\"",
        "\"a\"",
        "a\\b",
        &longer,
    ] {
        assert!(audience(odd).is_err(), "{odd}");
    }
}

#[test]
fn no_secret_is_in_debug_or_in_what_is_shown() {
    let secrets = [GOOD, BETTER, "hunter2"];
    let loaded = load(variables(&[
        ("PORTCULLIS_SECRET", GOOD),
        ("PORTCULLIS_JWT_ALGORITHM", "HS256"),
        ("PORTCULLIS_JWT_SECRET", BETTER),
        ("PORTCULLIS_DATABASE_URL", "postgres://u:hunter2@h/d"),
        ("PORTCULLIS_SMTP_USERNAME", "accounts"),
        ("PORTCULLIS_SMTP_PASSWORD", "hunter2"),
    ]))
    .unwrap();
    for text in [
        format!("{loaded:?}"),
        format!("{:?}", loaded.config),
        format!("{:?}", loaded.redacted()),
    ] {
        assert!(secrets.iter().all(|secret| !text.contains(secret)), "{text}");
    }
    let settings = loaded.redacted();
    let value = |key| &settings.iter().find(|setting| setting.key == key).unwrap().value;
    assert_eq!(value("secret"), "[set]");
    assert_eq!(value("smtp_password"), "[set]");
    assert_eq!(value("database_url"), "postgres://u:***@h/d");
    let defaults = load(Inputs::default()).unwrap().redacted();
    assert!(
        defaults
            .iter()
            .any(|setting| setting.key == "jwt_secret" && setting.value == "[not set]")
    );
}
