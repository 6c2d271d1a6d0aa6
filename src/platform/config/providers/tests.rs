use std::fs;

use aws_lc_rs::{
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use secrecy::ExposeSecret as _;

use super::{
    super::load_tests::{error, loaded, variables},
    *,
};

fn read(text: &str) -> Result<Vec<ProviderConfig>, String> {
    ProviderConfig::parse(&text.into())
}

/// The only provider of the text.
fn one(text: &str) -> ProviderConfig {
    let mut all = read(text).unwrap();
    assert_eq!(all.len(), 1);
    all.remove(0)
}

fn secret(provider: &ProviderConfig) -> Option<&str> {
    match &provider.credential {
        ClientCredential::Secret(secret) => Some(secret.expose_secret()),
        _ => None,
    }
}

/// A new key, as Apple hands it out.
fn apple_key() -> String {
    let der = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &SystemRandom::new()).unwrap();
    format!(
        "-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----",
        STANDARD.encode(der.as_ref())
    )
}

#[test]
fn a_known_provider_needs_an_id_and_a_secret() {
    for (id, name, url, scopes) in [
        (
            "google",
            "Google",
            "https://accounts.google.com",
            "openid email profile",
        ),
        (
            "microsoft",
            "Microsoft",
            "https://login.microsoftonline.com",
            "openid email profile",
        ),
        ("github", "GitHub", "https://github.com", "read:user user:email"),
        ("gitlab", "GitLab", "https://gitlab.com", "openid email profile"),
        ("discord", "Discord", "https://discord.com", "identify email"),
    ] {
        let provider = one(&format!("[{id}]\nclient_id = \"abc\"\nclient_secret = \"s e c\""));
        assert_eq!(
            (
                provider.id.as_str(),
                provider.name.as_str(),
                provider.url.as_str()
            ),
            (id, name, url)
        );
        assert_eq!(provider.preset.word(), id);
        assert_eq!(provider.scopes.join(" "), scopes);
        assert_eq!(
            (provider.client_id.as_str(), secret(&provider)),
            ("abc", Some("s e c"))
        );
        assert_eq!(provider.tenant, Tenant::Common);
        assert!(provider.email_domains.is_empty() && provider.exposed_file.is_none());
    }
}

#[test]
fn any_other_provider_has_an_issuer_which_stays_as_it_is_written() {
    let provider = one(
        "[corp]\nissuer = \"https://id.example.com/\"\nclient_id = \"abc\"\nscopes = [\"openid\", \"groups\"]\n\
         email_domains = [\"Example.COM\", \"b\u{fc}cher.example\"]",
    );
    assert_eq!(provider.preset, Preset::Oidc);
    assert_eq!(
        (provider.name.as_str(), provider.url.as_str()),
        ("Corp", "https://id.example.com/")
    );
    assert!(matches!(provider.credential, ClientCredential::None));
    assert_eq!(provider.scopes, ["openid", "groups"]);
    assert_eq!(provider.email_domains, ["example.com", "xn--bcher-kva.example"]);
}

#[test]
fn a_preset_can_have_another_name_and_another_host() {
    let provider = one(
        "[work]\npreset = \"github\"\nurl = \"https://github.example.com/\"\nname = \"Work\"\nclient_id = \"abc\"\n\
         client_secret = \"def\"",
    );
    assert_eq!((provider.id.as_str(), provider.preset), ("work", Preset::GitHub));
    assert_eq!(
        (provider.name.as_str(), provider.url.as_str()),
        ("Work", "https://github.example.com")
    );
}

#[test]
fn microsoft_has_tenants() {
    let id = "72f988bf-86f1-41af-91ab-2d7cd011db47";
    let provider = one(&format!(
        "[microsoft]\nclient_id = \"a\"\nclient_secret = \"b\"\ntenant = \"organizations\"\ntenants = [\"{id}\"]"
    ));
    assert_eq!(provider.tenant, Tenant::Organizations);
    assert_eq!(provider.tenants, [id.parse::<uuid::Uuid>().unwrap()]);
}

#[test]
fn apple_has_a_key_instead_of_a_secret() {
    let key = apple_key();
    let provider = one(&format!(
        "[apple]\nclient_id = \"com.example.web\"\nteam_id = \"T\"\nkey_id = \"K\"\nprivate_key = \"\"\"\n{key}\n\"\"\""
    ));
    assert_eq!(provider.scopes, ["openid", "email"]);
    let ClientCredential::Apple {
        team_id,
        key_id,
        private_key,
    } = provider.credential
    else {
        panic!("not the credential of Apple");
    };
    assert_eq!((team_id.as_str(), key_id.as_str()), ("T", "K"));
    assert_eq!(private_key.expose_secret(), key);
}

#[test]
fn providers_keep_the_order_of_the_file() {
    let tables = ["zeta", "google", "alpha", "github"].map(|id| {
        let keys = "client_id = \"a\"\nclient_secret = \"b\"\npreset = \"github\"";
        format!("[{id}]\n{keys}\n")
    });
    let ids: Vec<_> = read(&tables.concat())
        .unwrap()
        .into_iter()
        .map(|it| it.id)
        .collect();
    assert_eq!(ids, ["zeta", "google", "alpha", "github"]);
    assert!(read("").unwrap().is_empty());
}

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
        let warnings = super::super::load(inputs).unwrap().warnings;
        let warning = |path: &PathBuf| {
            let start = "providers: google: other users can read the file that holds the secret: chmod 600";
            format!("{start} {}", path.display())
        };
        let expected: Vec<_> = exposed.map(warning).into_iter().collect();
        assert_eq!(warnings, expected, "{text}");
    }
}
