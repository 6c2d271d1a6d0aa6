//! The setting that names the file.

use std::{fs, path::PathBuf};

use super::super::super::{
    load,
    load_tests::{error, loaded, variables},
};

#[test]
fn the_setting_names_the_file_and_errors_name_the_setting() {
    let root = tempfile::tempdir().unwrap();
    let file = root.path().join("providers.toml");
    let setting = ("PORTCULLIS_PROVIDERS", file.to_str().unwrap());
    assert_eq!(
        error(&[setting]),
        "providers (from PORTCULLIS_PROVIDERS): cannot read the file: No such file or directory (os error 2)"
    );
    assert_eq!(
        error(&[("PORTCULLIS_PROVIDERS", "no/such/file.toml")]),
        "providers (from PORTCULLIS_PROVIDERS): cannot read the file: No such file or directory (os error 2); \
         relative paths begin at the folder in which the server was started"
    );
    fs::write(&file, "# none yet\n").unwrap();
    assert_eq!(
        error(&[setting]),
        "providers (from PORTCULLIS_PROVIDERS): the file names no provider"
    );
    fs::write(&file, "[google]\nclient_secret = \"hunter2\"").unwrap();
    assert_eq!(
        error(&[setting]),
        "providers (from PORTCULLIS_PROVIDERS): google: client_id: must be given"
    );
    fs::write(
        &file,
        "[google]\nclient_id = \"abc\"\nclient_secret = \"hunter2\"",
    )
    .unwrap();
    let config = loaded(&[setting]);
    assert_eq!(config.providers.len(), 1);
    assert!(!format!("{config:?}").contains("hunter2"));
}

#[test]
fn plain_http_is_for_development() {
    let root = tempfile::tempdir().unwrap();
    let file = root.path().join("providers.toml");
    let setting = ("PORTCULLIS_PROVIDERS", file.to_str().unwrap());
    let public = ("PORTCULLIS_PUBLIC_URL", "https://accounts.example.com");
    for (table, key) in [
        ("[corp]\nissuer = \"http://127.0.0.1:9000\"", "corp: issuer"),
        ("[github]\nurl = \"http://localhost:9000\"", "github: url"),
        ("[google]\nurl = \"http://[::1]:9000\"", "google: url"),
    ] {
        fs::write(
            &file,
            format!("{table}\nclient_id = \"a\"\nclient_secret = \"b\""),
        )
        .unwrap();
        assert_eq!(loaded(&[setting]).providers.len(), 1);
        let problem = error(&[setting, public]);
        let start = format!("providers (from PORTCULLIS_PROVIDERS): {key}: plain http is for development");
        assert!(problem.starts_with(&start), "{problem}");
    }
    fs::write(&file, "[google]\nclient_id = \"a\"\nclient_secret = \"b\"").unwrap();
    let plain = [
        ("PORTCULLIS_PUBLIC_URL", "http://accounts.example.com"),
        ("PORTCULLIS_PAGES", "false"),
    ];
    let problem = error(&[setting, plain[0], plain[1]]);
    assert!(
        problem.starts_with("providers (from PORTCULLIS_PROVIDERS): google: sign-ins over plain http"),
        "{problem}"
    );
    assert_eq!(loaded(&[setting, public]).providers.len(), 1);
}

#[cfg(unix)]
#[test]
fn secrets_that_others_can_read_are_warned_of() {
    use std::{fs::Permissions, os::unix::fs::PermissionsExt as _};
    let root = tempfile::tempdir().unwrap();
    let (file, secret) = (root.path().join("providers.toml"), root.path().join("secret"));
    let write = |path, text: &str, mode| {
        fs::write(path, text).unwrap();
        fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
    };
    let inline = "[google]\nclient_id = \"a\"\nclient_secret = \"b\"";
    let of_file = format!(
        "[google]\nclient_id = \"a\"\nclient_secret_file = \"{}\"",
        secret.display()
    );
    let public = "[corp]\nclient_id = \"a\"\nissuer = \"https://id.example.com\"";
    for (text, file_mode, secret_mode, exposed) in [
        (inline, 0o600, 0o600, None),
        (inline, 0o640, 0o600, Some(&file)),
        (&of_file, 0o644, 0o600, None),
        (&of_file, 0o600, 0o644, Some(&secret)),
        (public, 0o644, 0o600, None),
    ] {
        write(&file, text, file_mode);
        write(&secret, "hunter2\n", secret_mode);
        let inputs = variables(&[("PORTCULLIS_PROVIDERS", file.to_str().unwrap())]);
        let warnings = load(inputs).unwrap().warnings;
        let warning = |path: &PathBuf| {
            let start = "providers: google: other users can read the file that holds the secret: chmod 600";
            format!("{start} {}", path.display())
        };
        let expected: Vec<_> = exposed.map(warning).into_iter().collect();
        assert_eq!(warnings, expected, "{text}");
    }
}
