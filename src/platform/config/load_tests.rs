//! Tests of the whole path from texts to settings.

use std::{fs, path::Path, time::Duration};

use super::*;

pub(super) const GOOD: &str = "q3J8vXb0TnYc5LwRz7KfHd2MgPs6UaEo";
pub(super) const BETTER: &str = "Zk1p/WvN9+xGt4QyBh8CjSrDmFi0OuAl";

pub(super) fn variables(pairs: &[(&str, &str)]) -> Inputs {
    Inputs {
        variables: pairs
            .iter()
            .map(|(name, value)| (name.into(), value.into()))
            .collect(),
        ..Inputs::default()
    }
}

pub(super) fn set(key: &str, text: &str) -> Flag {
    Flag {
        flag: "--set",
        key: key.to_owned(),
        text: text.to_owned(),
    }
}

pub(super) fn loaded(pairs: &[(&str, &str)]) -> Config {
    load(variables(pairs)).unwrap().config
}

pub(super) fn error(pairs: &[(&str, &str)]) -> String {
    load(variables(pairs)).unwrap_err().to_string()
}

fn source(loaded: &Loaded, key: &str) -> String {
    let settings = loaded.redacted();
    settings
        .into_iter()
        .find(|setting| setting.key == key)
        .unwrap()
        .source
}

#[test]
fn nothing_given_is_a_server_for_development() {
    let loaded = load(Inputs::default()).unwrap();
    let config = loaded.config;
    assert_eq!(config.public_url.as_str(), "http://localhost:8000");
    assert_eq!(config.audience, "http://localhost:8000");
    let listen: Vec<_> = config.listen.iter().map(ToString::to_string).collect();
    assert_eq!(listen, ["127.0.0.1:8000", "[::1]:8000"]);
    assert!(config.metrics_listen.is_empty());
    assert_eq!(config.database_url.expose(), "sqlite:./data/portcullis.db");
    assert!(config.secret.is_none());
    assert!(config.introspection && config.graphiql && config.cors_origins.loopback);
    assert_eq!(config.access_token_ttl, Duration::from_mins(15));
    assert_eq!(config.service_token_ttl, Duration::from_mins(15));
    assert_eq!(
        config.jwt_algorithm,
        crate::platform::crypto::SigningAlgorithm::Es256
    );
    assert_eq!(config.jwt_claims.len(), 4);
    assert!(loaded.warnings.is_empty());
}

#[test]
fn a_public_address_closes_what_is_for_development() {
    let config = load(variables(&[(
        "PORTCULLIS_PUBLIC_URL",
        "https://accounts.example.com",
    )]))
    .unwrap()
    .config;
    assert_eq!(config.audience, "https://accounts.example.com");
    assert!(!config.introspection && !config.graphiql);
    assert_eq!(config.cors_origins, CorsOrigins::default());
}

#[test]
fn where_only_trusted_documents_run_there_is_no_page_to_type_others() {
    let strict = [
        ("PORTCULLIS_TRUSTED_DOCUMENTS", "documents.json"),
        ("PORTCULLIS_TRUSTED_DOCUMENTS_ONLY", "true"),
    ];
    let config = load(variables(&strict)).unwrap().config;
    assert!(!config.graphiql && config.introspection);
}

#[test]
fn the_listening_port_follows_a_plain_local_address_only() {
    for (url, listen) in [
        ("http://localhost:9000", "127.0.0.1:9000"),
        ("https://localhost", "127.0.0.1:8000"),
        ("https://accounts.example.com", "127.0.0.1:8000"),
    ] {
        let loaded = load(variables(&[("PORTCULLIS_PUBLIC_URL", url)])).unwrap();
        assert_eq!(loaded.config.listen[0].to_string(), listen, "{url}");
    }
}

#[test]
fn flags_beat_variables_beat_the_file_beats_the_default() {
    let root = tempfile::tempdir().unwrap();
    let file = root.path().join("portcullis.toml");
    fs::write(
        &file,
        "password_min_length = 9\nhash_queue = 9\nmax_connections = 9\n",
    )
    .unwrap();
    let mut inputs = variables(&[
        ("PORTCULLIS_CONFIG", file.to_str().unwrap()),
        ("PORTCULLIS_HASH_QUEUE", "10"),
        ("PORTCULLIS_MAX_CONNECTIONS", "10"),
    ]);
    inputs.flags = vec![set("max_connections", "11")];
    let loaded = load(inputs).unwrap();
    let config = &loaded.config;
    assert_eq!(
        (
            config.password_min_length,
            config.hash_queue,
            config.max_connections
        ),
        (9, 10, 11)
    );
    assert_eq!(source(&loaded, "password_min_length"), file.display().to_string());
    assert_eq!(source(&loaded, "hash_queue"), "PORTCULLIS_HASH_QUEUE");
    assert_eq!(source(&loaded, "max_connections"), "--set");
    assert_eq!(source(&loaded, "public_url"), "default");
}

#[test]
fn the_file_that_the_flag_names_wins_over_the_one_in_the_variable() {
    let root = tempfile::tempdir().unwrap();
    let file = root.path().join("flag.toml");
    fs::write(&file, "hash_queue = 9\n").unwrap();
    let mut inputs = variables(&[("PORTCULLIS_CONFIG", "/does/not/exist.toml")]);
    inputs.config_file = Some(file);
    assert_eq!(load(inputs).unwrap().config.hash_queue, 9);

    let missing = error(&[("PORTCULLIS_CONFIG", "/does/not/exist.toml")]);
    assert_eq!(
        missing,
        "/does/not/exist.toml: cannot read the file: No such file or directory (os error 2)"
    );
}

#[test]
fn unknown_settings_are_refused_with_the_likely_name_in_the_same_spelling() {
    assert_eq!(
        error(&[("PORTCULLIS_PUBLIC_URI", "hunter2")]),
        "PORTCULLIS_PUBLIC_URI: no such setting; did you mean PORTCULLIS_PUBLIC_URL?"
    );
    assert_eq!(
        error(&[("PORTCULLIS_XYZZY", "hunter2")]),
        "PORTCULLIS_XYZZY: no such setting; `portcullis config` lists them all"
    );
    let inputs = Inputs {
        flags: vec![set("lisen", "hunter2")],
        ..Inputs::default()
    };
    let flag = load(inputs).unwrap_err().to_string();
    assert_eq!(flag, "lisen (--set): no such setting; did you mean listen?");
}

#[test]
fn no_error_tells_the_value_of_any_setting() {
    for setting in SETTINGS {
        let variable = format!("PORTCULLIS_{}", setting.key.to_uppercase());
        // Texts that different parsers reject at different places.
        for value in [
            "hunter2 \n",
            "http://hunter2@x/",
            "postgres://u:hunter2@",
            "1.hunter2,",
            "=hunter2",
        ] {
            // Some settings take any path or text.
            if let Err(error) = load(variables(&[(&variable, value)])) {
                let error = error.to_string();
                assert!(!error.contains("hunter2") && !error.contains('\n'), "{error}");
                assert!(
                    error.contains(setting.key) && error.contains(&variable),
                    "{error}"
                );
            } else {
                assert!(
                    [
                        "data_dir",
                        "cors_headers",
                        "further_hosts",
                        "mfa_required_roles",
                        "roles",
                        "audience",
                        "claims_default_role",
                        "claims_database_roles",
                        "brand_name",
                        "brand_logo",
                        "brand_texts",
                        "smtp_ca_file",
                        "trusted_documents"
                    ]
                    .contains(&setting.key),
                    "{} took {value}",
                    setting.key
                );
            }
        }
    }
}

#[test]
fn a_secret_in_a_file_is_read_without_its_line_break() {
    let root = tempfile::tempdir().unwrap();
    let file = root.path().join("secret");
    fs::write(&file, format!("{GOOD}\n")).unwrap();
    make_private(&file);
    let path = file.to_str().unwrap();
    let loaded = load(variables(&[("PORTCULLIS_SECRET_FILE", path)])).unwrap();
    let secret = loaded.config.secret.clone().unwrap();
    assert_eq!(
        secrecy::ExposeSecret::expose_secret(secret.all().next().unwrap()),
        GOOD
    );
    assert_eq!(source(&loaded, "secret"), "PORTCULLIS_SECRET_FILE");
    assert!(loaded.warnings.is_empty());

    let twice = error(&[("PORTCULLIS_SECRET", GOOD), ("PORTCULLIS_SECRET_FILE", path)]);
    assert_eq!(
        twice,
        "PORTCULLIS_SECRET_FILE: given twice, also as PORTCULLIS_SECRET"
    );
    let mistaken = error(&[("PORTCULLIS_SECRET_FILE", "hunter2")]);
    assert_eq!(
        mistaken,
        "PORTCULLIS_SECRET_FILE: cannot read the file: No such file or directory (os error 2)"
    );
}

#[cfg(unix)]
fn make_private(path: &Path) {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(0o600)).unwrap();
}

#[cfg(unix)]
#[test]
fn secrets_in_files_that_others_can_read_are_warned_of() {
    use std::os::unix::fs::PermissionsExt;
    let root = tempfile::tempdir().unwrap();
    let secret = root.path().join("secret");
    let settings = root.path().join("portcullis.toml");
    fs::write(&secret, BETTER).unwrap();
    fs::write(&settings, format!("secret = \"{GOOD}\"")).unwrap();
    for path in [&secret, &settings] {
        fs::set_permissions(path, fs::Permissions::from_mode(0o644)).unwrap();
    }
    let mut inputs = variables(&[("PORTCULLIS_SECRET_FILE", secret.to_str().unwrap())]);
    inputs.config_file = Some(settings.clone());
    let warnings = load(inputs).unwrap().warnings;
    assert_eq!(
        warnings,
        [
            format!(
                "{}: holds a secret, and other users can read the file",
                settings.display()
            ),
            "PORTCULLIS_SECRET_FILE: other users can read the file".to_owned(),
        ]
    );
}
