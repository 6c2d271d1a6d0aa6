//! The rules about imports.

/// A rule about the paths that a file may name.
pub(super) struct Rule {
    /// The rule in one sentence.
    pub(super) says: &'static str,
    /// Whether a file breaks it by naming a path, given as its segments.
    pub(super) breaks: fn(file: &str, path: &[String]) -> bool,
}

pub(super) const RULES: &[Rule] = &[
    Rule {
        says: "the platform imports neither context, features, server nor command line, and no entity",
        breaks: |file, path| {
            file.starts_with("src/platform/")
                && (is_ours(path, &["context", "features", "server", "cli"]) || is_of(path, &["entity"]))
        },
    },
    Rule {
        says: "the context imports the platform, not features, server or command line",
        breaks: |file, path| {
            file.starts_with("src/context/") && is_ours(path, &["features", "server", "cli"])
        },
    },
    Rule {
        says: "use cases do not import the entry points that call them",
        breaks: |file, path| {
            let is_entry_point = |name: &String| name == "graphql" || name == "http";
            let is_of_entry_point = is_part(file, "graphql") || is_part(file, "http") || is_part(file, "mod");
            file.starts_with("src/features/")
                && !file.starts_with("src/features/page/")
                && !is_of_entry_point
                && is_ours(path, &["features"])
                && path.get(3).is_some_and(is_entry_point)
        },
    },
    Rule {
        says: "features import platform, context and each other, not server or command line",
        breaks: |file, path| file.starts_with("src/features/") && is_ours(path, &["server", "cli"]),
    },
    Rule {
        says: "the server does not import the command line",
        breaks: |file, path| file.starts_with("src/server/") && is_ours(path, &["cli"]),
    },
    Rule {
        says: "entities import no other crate of ours, no GraphQL and no HTTP",
        breaks: |file, path| {
            file.starts_with("entity/") && is_of(path, &["portcullis", "migration", "async_graphql", "axum"])
        },
    },
    Rule {
        says: "migrations import no other crate of ours: today's code must not change an old migration",
        breaks: |file, path| {
            file.starts_with("migration/") && is_of(path, &["portcullis", "entity", "async_graphql", "axum"])
        },
    },
    Rule {
        says: "the guard imports no other crate of ours: services use it without the server",
        breaks: |file, path| {
            file.starts_with("guard/") && is_of(path, &["portcullis", "entity", "migration", "sea_orm"])
        },
    },
    Rule {
        says: "only a `store` uses SeaORM, and in the platform only `platform/db`",
        breaks: |file, path| {
            is_of(path, &["sea_orm", "sea_orm_migration", "sqlx"])
                && file.starts_with("src/")
                && !(is_part(file, "store") || is_in(file, &["src/platform/db/", "src/context/store.rs"]))
        },
    },
    Rule {
        says: "only `platform/db` opens connections and begins transactions: a dropped request cannot cancel them there",
        breaks: |file, path| {
            let opens = |name: &String| {
                [
                    "Database",
                    "DatabaseConnection",
                    "DatabaseTransaction",
                    "TransactionTrait",
                    "TransactionSession",
                ]
                .contains(&name.as_str())
            };
            file.starts_with("src/")
                && !file.starts_with("src/platform/db/")
                && (is_of(path, &["sqlx", "deadpool"])
                    || (is_of(path, &["sea_orm"]) && path.iter().any(|name| name == "sqlx" || opens(name))))
        },
    },
    Rule {
        says: "in a feature only `graphql` uses async-graphql, in the platform only `platform/graphql`",
        breaks: |file, path| {
            is_of(path, &["async_graphql", "async_graphql_axum"])
                && file.starts_with("src/")
                && !(is_part(file, "graphql")
                    || is_in(
                        file,
                        &["src/server/", "src/platform/graphql/", "src/context/graphql/"],
                    ))
        },
    },
    Rule {
        says: "in a feature only `http` and `page` use axum, in the platform only `platform/http`",
        breaks: |file, path| {
            is_of(path, &["axum", "tower_http", "hyper"])
                && file.starts_with("src/")
                && !(is_part(file, "http")
                    || is_in(file, &["src/features/page/", "src/server/", "src/platform/http/"]))
        },
    },
    Rule {
        says: "only `platform/crypto` hashes passwords and signs tokens",
        breaks: |file, path| {
            is_of(
                path,
                &["argon2", "argon2_rust", "bcrypt", "jsonwebtoken", "scrypt"],
            ) && file.starts_with("src/")
                && !file.starts_with("src/platform/crypto/")
        },
    },
    Rule {
        says: "only `platform/mail` builds mails",
        breaks: |file, path| {
            is_of(path, &["lettre"]) && file.starts_with("src/") && !file.starts_with("src/platform/mail/")
        },
    },
    Rule {
        says: "only `platform/tls` and `platform/mail` use TLS; with the database, its driver does",
        breaks: |file, path| {
            is_of(path, &["rustls", "rustls_native_certs", "tokio_rustls"])
                && file.starts_with("src/")
                && !is_in(file, &["src/platform/mail/", "src/platform/tls.rs"])
        },
    },
    Rule {
        says: "only `platform/oidc` makes HTTP requests",
        breaks: |file, path| {
            let is_client =
                |names: &[String]| names[1] == "client" && ["hyper", "hyper_util"].contains(&&*names[0]);
            (is_of(path, &["reqwest"]) || path.windows(2).any(is_client))
                && file.starts_with("src/")
                && !file.starts_with("src/platform/oidc/")
        },
    },
    Rule {
        says: "only `features/passkey` reads what authenticators send",
        breaks: |file, path| {
            is_of(path, &["passki", "ciborium"])
                && file.starts_with("src/")
                && !file.starts_with("src/features/passkey/")
        },
    },
    Rule {
        says: "only `context/metrics` and `platform/counter` use the metrics library",
        breaks: |file, path| {
            is_of(path, &["prometheus_client"])
                && file.starts_with("src/")
                && !["src/context/metrics.rs", "src/platform/counter.rs"].contains(&file)
        },
    },
    Rule {
        says: "resolvers return `Failed`: the library's error would publish any text",
        breaks: |file, path| {
            file.starts_with("src/features/")
                && is_of(path, &["async_graphql"])
                && path
                    .get(1)
                    .is_some_and(|name| name == "Error" || name == "Result")
        },
    },
    Rule {
        says: "each table has one owner: only its feature uses its `store`",
        breaks: |file, path| {
            let owner = feature(file);
            file.starts_with("src/")
                && path
                    .windows(2)
                    .any(|pair| pair[1] == "store" && IS_FEATURE(&pair[0]) && owner != Some(&pair[0]))
        },
    },
    Rule {
        says: "a feature is imported through its `mod.rs`",
        breaks: |file, path| {
            let Some(own) = feature(file) else {
                return false;
            };
            is_ours(path, &["features"])
                && path.get(2).is_some_and(|other| other != own)
                && path.len() > 4
                && path[3].starts_with(|first: char| first.is_ascii_lowercase())
        },
    },
    Rule {
        says: "only reviewed files declare that a write invalidates less than `Invalidates::All`",
        breaks: |file, path| {
            let says_so = |pair: &[String]| pair[0] == "Invalidates" && pair[1] != "All";
            path.windows(2).any(says_so)
                && file.starts_with("src/features/")
                && ![
                    "src/features/account/update_profile.rs",
                    "src/features/attempt/budget.rs",
                    "src/features/attempt/store.rs",
                    "src/features/audit/event.rs",
                    "src/features/audit/purge.rs",
                    "src/features/audit/refused.rs",
                    "src/features/audit/erase.rs",
                    "src/features/audit/seal.rs",
                    "src/features/audit/store/erasing.rs",
                    "src/features/audit/store/seals.rs",
                    "src/features/data_key/store.rs",
                    "src/features/email_change/cancel.rs",
                    "src/features/email_login/request.rs",
                    "src/features/email_verification/resend.rs",
                    "src/features/form_receipt/store.rs",
                    "src/features/key/retire.rs",
                    "src/features/key/rotate.rs",
                    "src/features/key/store.rs",
                    "src/features/lease/store.rs",
                    "src/features/mail/budget.rs",
                    "src/features/mail/deliver.rs",
                    "src/features/mail/store.rs",
                    "src/features/mfa/passkey_setup.rs",
                    "src/features/mfa/passkeys.rs",
                    "src/features/mfa/presented.rs",
                    "src/features/mfa/totp_setup.rs",
                    "src/features/one_time_token/store.rs",
                    "src/features/passkey_login/challenge.rs",
                    "src/features/password_reset/request.rs",
                    "src/features/reauthentication/start.rs",
                    "src/features/session/issue.rs",
                    "src/features/session/revoke.rs",
                    "src/features/session/store.rs",
                    "src/features/signup/register.rs",
                    "src/features/social_login/address.rs",
                    "src/features/social_login/client_code.rs",
                    "src/features/totp/store.rs",
                    "src/features/user/store/reservation.rs",
                ]
                .contains(&file)
        },
    },
    Rule {
        says: "only `platform/config` reads environment variables",
        breaks: |file, path| {
            file.starts_with("src/")
                && !file.starts_with("src/platform/config/")
                && path
                    .windows(2)
                    .any(|pair| pair[0] == "env" && pair[1].starts_with("var"))
        },
    },
];

/// Whether this is the name of a feature.
const IS_FEATURE: fn(&str) -> bool = |name| {
    std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("src/features")
        .join(name)
        .is_dir()
};

/// The feature that a file belongs to.
fn feature(file: &str) -> Option<&str> {
    file.strip_prefix("src/features/")?
        .split_once('/')
        .map(|(room, _)| room)
}

/// Whether a file, or the folder that it is in, is this part of its feature.
fn is_part(file: &str, part: &str) -> bool {
    let within = file
        .strip_prefix("src/features/")
        .and_then(|rest| rest.split('/').nth(1));
    within.is_some_and(|name| name.trim_end_matches(".rs") == part)
}

fn is_in(file: &str, folders: &[&str]) -> bool {
    folders.iter().any(|folder| file.starts_with(folder))
}

/// Whether a path starts with one of these crates.
fn is_of(path: &[String], crates: &[&str]) -> bool {
    path.first().is_some_and(|first| crates.contains(&first.as_str()))
}

/// Whether a path starts in one of these top-level modules of the server.
fn is_ours(path: &[String], folders: &[&str]) -> bool {
    is_of(path, &["crate"])
        && path
            .get(1)
            .is_some_and(|second| folders.contains(&second.as_str()))
}
