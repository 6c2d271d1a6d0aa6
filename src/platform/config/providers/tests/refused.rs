//! Tables that are refused, and what is said about them.

use super::{apple_key, read};

/// The keys that every table has here.
const ID: &str = "client_id = \"abc\"";
const BOTH: &str = "client_id = \"abc\"\nclient_secret = \"hunter2\"";

/// Reads tables that are wrong: what follows the name and the keys of each, and how the problem begins.
fn refuses(tables: &[(&str, &str, &str, &str)]) {
    for (id, keys, more, start) in tables {
        let text = format!("[{id}]\n{keys}\n{more}");
        let problem = read(&text).unwrap_err();
        assert!(problem.starts_with(start), "{text}\n{problem}");
        assert!(
            !problem.contains("hunter2") && !problem.contains('\n'),
            "{problem}"
        );
    }
}

#[test]
fn what_is_no_table_of_a_provider_is_refused() {
    for (text, start) in [
        ("hunter2", "line 1 is not valid TOML"),
        ("[google]\nclient_id = hunter2", "line 2 is not valid TOML"),
        (
            "client_id = \"hunter2\"",
            "client_id: must be in the table of a provider",
        ),
        (
            "login_redirect_urls = \"https://hunter2.example/\"",
            "login_redirect_urls is a setting of the server: it belongs in the settings",
        ),
        (
            "secret = \"hunter2\"",
            "secret: must be in the table of a provider",
        ),
    ] {
        let problem = read(text).unwrap_err();
        assert!(
            problem.starts_with(start) && !problem.contains("hunter2"),
            "{problem}"
        );
    }
    let long = "a".repeat(33);
    refuses(&[
        ("Google", BOTH, "", "Google: the name of a table"),
        ("a_b", BOTH, "", "a_b: the name of a table"),
        (&long, BOTH, "", &format!("{long}: the name of a table")),
    ]);
}

#[test]
fn what_is_wrong_is_named_by_provider_and_key_and_never_by_value() {
    refuses(&[
        (
            "google",
            "client_secret = \"hunter2\"",
            "",
            "google: client_id: must be given",
        ),
        ("google", ID, "", "google: client_secret: must be given"),
        ("github", ID, "", "github: client_secret: must be given"),
        (
            "google",
            ID,
            "client_secret = \" \"",
            "google: client_secret: is blank",
        ),
        (
            "google",
            ID,
            "client_secret = 7",
            "google: client_secret: must be a string",
        ),
        (
            "google",
            ID,
            "client_secret = \"hunter2\u{e4}\"",
            "google: client_secret: must be 1 to 1024",
        ),
        (
            "google",
            BOTH,
            "client_secret_file = \"/hunter2\"",
            "google: client_secret: is given twice, also as client_secret_file",
        ),
        (
            "google",
            ID,
            "client_secret_file = \"/hunter2/hunter2\"",
            "google: client_secret_file: cannot read the file",
        ),
        (
            "google",
            BOTH,
            "isuer = \"hunter2\"",
            "google: isuer: no such key; there are: client_id, ",
        ),
        (
            "corp",
            "",
            "isuer = \"hunter2\"",
            "corp: isuer: no such key; did you mean issuer?",
        ),
        (
            "google",
            BOTH,
            "xyzzy = \"hunter2\"",
            "google: xyzzy: no such key; there are: client_id, client_secret, client_secret_file, email_domains, name, \
             preset, scopes, url",
        ),
        (
            "corp",
            "",
            "redirect_uri = \"hunter2\"",
            "corp: redirect_uri: no such key; there are: client_id, client_secret, client_secret_file, email_domains, \
             issuer, name, preset, scopes",
        ),
        (
            "google",
            BOTH,
            "login_redirect_urls = \"https://hunter2.example/\"",
            "google: login_redirect_urls is a setting of the server",
        ),
        (
            "google",
            BOTH,
            "secret = \"hunter2\"",
            "google: secret: no such key",
        ),
        (
            "google",
            BOTH,
            "issuer = \"https://hunter2\"",
            "google: issuer: is not used by the preset",
        ),
        (
            "google",
            BOTH,
            "tenant = \"common\"",
            "google: tenant: is not used",
        ),
        (
            "google",
            BOTH,
            "team_id = \"hunter2\"",
            "google: team_id: is not used",
        ),
    ]);
}

#[test]
fn lists_and_names_are_what_they_must_be() {
    let long = format!("name = \"{}\"", "hunter2".repeat(9));
    refuses(&[
        (
            "google",
            BOTH,
            "scopes = [\"email\"]",
            "google: scopes: must include openid",
        ),
        (
            "google",
            BOTH,
            "scopes = \"openid\"",
            "google: scopes: must be a list of strings",
        ),
        (
            "google",
            BOTH,
            "scopes = [7]",
            "google: scopes: must be a list of strings",
        ),
        (
            "google",
            BOTH,
            "scopes = [\"openid hunter2\"]",
            "google: scopes: must be a list of words",
        ),
        (
            "google",
            BOTH,
            "email_domains = [\"@hunter2.example\"]",
            "google: email_domains: must be",
        ),
        (
            "google",
            BOTH,
            "email_domains = [\"*.hunter2.example\"]",
            "google: email_domains: must be",
        ),
        (
            "google",
            BOTH,
            "email_domains = [\"hunter2\"]",
            "google: email_domains: must be",
        ),
        ("google", BOTH, &long, "google: name: must be 1 to 60"),
        (
            "google",
            BOTH,
            "preset = \"hunter2\"",
            "google: preset: must be one of: google, microsoft",
        ),
    ]);
}

#[test]
fn an_address_of_a_provider_is_bare_and_over_tls() {
    refuses(&[
        (
            "google",
            BOTH,
            "url = \"hunter2\"",
            "google: url: must be an address",
        ),
        (
            "google",
            BOTH,
            "url = \"http://hunter2.example\"",
            "google: url: must start with https",
        ),
        ("corp", BOTH, "", "corp: issuer: must be given, unless"),
        (
            "oidc",
            BOTH,
            "",
            "oidc: issuer: must be given, unless the table is named after one of these presets, or has one as \
             `preset`: google, microsoft, apple, github, gitlab, discord",
        ),
        (
            "corp",
            BOTH,
            "url = \"https://hunter2\"",
            "corp: issuer: must be given, unless",
        ),
        (
            "corp",
            BOTH,
            "issuer = \"https://a.example\"\nurl = \"https://hunter2\"",
            "corp: url: is not used by the preset oidc",
        ),
        (
            "corp",
            BOTH,
            "issuer = \"ftp://hunter2.example\"",
            "corp: issuer: must start with https",
        ),
        (
            "corp",
            BOTH,
            "issuer = \"https://u:hunter2@a.example\"",
            "corp: issuer: must be an address",
        ),
        (
            "corp",
            BOTH,
            "issuer = \"https://a.example/?hunter2\"",
            "corp: issuer: must be an address",
        ),
        (
            "corp",
            BOTH,
            "issuer = \"https://a.example/#hunter2\"",
            "corp: issuer: must be an address",
        ),
        (
            "corp",
            BOTH,
            "issuer = \"https://a.example/hun ter2\"",
            "corp: issuer: must be an address",
        ),
    ]);
}

#[test]
fn keys_of_one_preset_are_required_there_and_refused_elsewhere() {
    let key = apple_key();
    let both = format!("team_id = \"T\"\nkey_id = \"K\"\nprivate_key = \"\"\"{key}\"\"\"");
    refuses(&[
        (
            "microsoft",
            BOTH,
            "tenant = \"hunter2\"",
            "microsoft: tenant: must be common",
        ),
        (
            "microsoft",
            BOTH,
            "tenants = [\"hunter2\"]",
            "microsoft: tenants: must be a list of ids",
        ),
        // An administrator of a tenant can give its accounts any address.
        (
            "microsoft",
            BOTH,
            "email_domains = [\"example.com\"]",
            "microsoft: email_domains: is not used by the preset microsoft",
        ),
        ("apple", BOTH, "", "apple: team_id: must be given"),
        ("apple", ID, "team_id = \"T\"", "apple: key_id: must be given"),
        (
            "apple",
            ID,
            "team_id = \"T\"\nkey_id = \"K\"",
            "apple: private_key: must be given, or",
        ),
        (
            "apple",
            ID,
            "team_id = \"T\"\nkey_id = \"K\"\nprivate_key = \"hunter2\"",
            "apple: private_key: must be the .p8 file",
        ),
        ("apple", BOTH, &both, "apple: client_secret: is not used"),
    ]);
}
