//! Which module may import which: rules that are checked on the source text.

mod cycles;
mod paths;
mod rules;
mod sources;

use self::{cycles::cycles, paths::paths, rules::RULES, sources::sources};

/// One line for each path that a file must not name.
fn offences(file: &str, text: &str) -> Vec<String> {
    let mut offences = Vec::new();
    for (line, path) in paths(file, text) {
        for rule in RULES {
            if (rule.breaks)(file, &path) {
                offences.push(format!("{file}:{line}: {} ({})", path.join("::"), rule.says));
            }
        }
    }
    offences
}

#[test]
fn every_file_names_only_what_it_may() {
    let sources = sources();
    assert!(sources.len() > 100, "the sources were not found");
    let offences: Vec<_> = sources
        .iter()
        .flat_map(|(file, text)| offences(file, text))
        .collect();
    assert!(offences.is_empty(), "\n{}\n", offences.join("\n"));
}

#[test]
fn no_files_import_each_other_in_a_cycle() {
    assert_eq!(cycles(&sources()), [""; 0]);
}

#[test]
fn a_planted_cycle_is_found() {
    let file = |name: &str, text: &str| (format!("src/platform/shop/{name}.rs"), text.to_owned());
    let face = |text| file("mod", text);
    let cycle = ["src/platform/shop/a.rs, src/platform/shop/b.rs"];
    for sources in [
        [
            face(""),
            file("a", "use super::b::B;"),
            file("b", "fn b() { super::a::a() }"),
        ],
        // Through the `mod.rs` of the folder.
        [
            face("pub use a::A;\npub use b::B;"),
            file("a", "use super::B;"),
            file("b", "use crate::platform::shop::A;"),
        ],
    ] {
        assert_eq!(cycles(&sources), cycle);
    }
    let straight = [
        face("pub use a::A;\npub use b::B;\npub struct Shop(A);"),
        file("a", "use super::{B, Shop};"),
        file("b", "#[cfg(test)]\nmod tests {\n    use super::super::A;\n}"),
    ];
    assert_eq!(cycles(&straight), [""; 0]);
}

#[test]
fn every_file_has_a_name_that_says_what_is_in_it() {
    const VAGUE: [&str; 8] = [
        "utils", "util", "helpers", "helper", "common", "manager", "managers", "misc",
    ];
    for (file, _) in sources() {
        let mut names = file.split('/').map(|name| name.trim_end_matches(".rs"));
        assert!(!names.any(|name| VAGUE.contains(&name)), "{file}");
    }
}

/// Otherwise a dropped request could cancel a write before its commit, or leave stale rows in caches.
#[test]
fn features_write_only_through_transaction_or_write() {
    let writes = |(file, text): &(String, String)| {
        let plain: String = text.split_whitespace().collect();
        let by_hand = [
            "db.writer()",
            "exec(db.reader())",
            "exec_without_returning(db.reader())",
        ];
        file.starts_with("src/features/") && by_hand.iter().any(|way| plain.contains(way))
    };
    let files: Vec<_> = sources()
        .into_iter()
        .filter(writes)
        .map(|(file, _)| file)
        .collect();
    assert!(files.is_empty(), "{files:?}");
}

/// Otherwise an entry point could verify passwords without counting them.
#[test]
fn a_password_is_verified_in_an_attempt_and_nowhere_else() {
    let verifies = |(file, text): &(String, String)| {
        let plain: String = text.split_whitespace().collect();
        let is_ours = file.starts_with("src/") && !file.starts_with("src/platform/crypto/");
        is_ours && plain.contains("hasher.verify")
    };
    let files: Vec<_> = sources()
        .into_iter()
        .filter(verifies)
        .map(|(file, _)| file)
        .collect();
    assert_eq!(files, ["src/features/attempt/verify.rs"]);
}

/// The log is only added to. What changes or deletes its rows is listed here: a seal is set once, the personal parts
/// are erased, and old rows are removed with their seals.
#[test]
fn the_audit_log_is_written_in_one_place_and_changed_in_few_ways() {
    let plain = |text: &str| -> String { text.split_whitespace().collect() };
    let sources = sources();
    let names_the_tables = |(file, text): &&(String, String)| {
        let is_ours = file.starts_with("src/") && !file.starts_with("src/features/audit/store");
        let builds = [
            "audit_event::Entity",
            "audit_event::{",
            "audit_event::*",
            "audit_seal::Entity",
        ];
        is_ours && builds.iter().any(|name| plain(text).contains(name)) && file != "src/features/audit/mod.rs"
    };
    let others: Vec<_> = sources
        .iter()
        .filter(names_the_tables)
        .map(|(file, _)| file)
        .collect();
    assert!(others.is_empty(), "{others:?}");
    let changes = |file: &str| {
        let (_, text) = sources.iter().find(|(name, _)| name == file).unwrap();
        let text = plain(text);
        ["update_many(", "delete_many(", ".purge::<", "on_conflict("].map(|call| text.matches(call).count())
    };
    assert_eq!(changes("src/features/audit/store.rs"), [0; 4], "adds");
    assert_eq!(
        changes("src/features/audit/store/erasing.rs"),
        [1, 0, 0, 0],
        "erases"
    );
    assert_eq!(
        changes("src/features/audit/store/seals.rs"),
        [1, 0, 2, 0],
        "sets a seal, removes"
    );
    assert_eq!(changes("src/features/audit/store/reading.rs"), [0; 4]);
}

#[test]
fn the_document_lists_every_feature() {
    let document = std::fs::read_to_string("docs/architecture.md").unwrap();
    for entry in std::fs::read_dir("src/features").unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name().into_string().unwrap();
        let is_listed = document.contains(&format!("`{name}`"));
        assert!(is_listed || !entry.file_type().unwrap().is_dir(), "{name}");
    }
}

#[test]
fn a_planted_offence_is_found_with_its_line() {
    for (file, text, found) in [
        ("src/platform/clock.rs", "use crate::features::user;", 1),
        (
            "src/platform/clock.rs",
            "fn a() {\n    crate::server::router::router();\n}",
            2,
        ),
        (
            "src/platform/db/mod.rs",
            "use crate::{\n    platform::id,\n    server::{schema, router},\n};",
            3,
        ),
        ("src/features/user/mod.rs", "use crate::server::schema;", 1),
        (
            "src/features/user/mod.rs",
            "use super::super::super::server::schema;",
            1,
        ),
        ("src/server/router.rs", "use crate::cli;", 1),
        ("entity/src/user.rs", "use async_graphql::Enum;", 1),
        ("migration/src/lib.rs", "use entity::user;", 1),
        ("guard/src/lib.rs", "use portcullis::platform;", 1),
        ("src/features/user/new.rs", "use sea_orm::EntityTrait as _;", 1),
        ("src/features/user/new.rs", "fn a(b: sea_orm::DbErr) {}", 1),
        ("src/features/user/store.rs", "use async_graphql::ID;", 1),
        ("src/features/user/graphql.rs", "use axum::Router;", 1),
        (
            "src/features/user/graphql.rs",
            "// Ok.\nuse async_graphql::{Context, Result};",
            2,
        ),
        (
            "src/features/user/graphql.rs",
            "fn a() -> Result<(), async_graphql::Error> {}",
            1,
        ),
        (
            "src/features/user/new.rs",
            "use crate::features::session::store;",
            1,
        ),
        (
            "src/features/user/new.rs",
            "fn a() { session::store::revoke() }",
            1,
        ),
        (
            "src/features/user/new.rs",
            "use crate::features::session::{issue::prepare, Session};",
            1,
        ),
        (
            "src/server/graphql/node.rs",
            "use crate::features::session::store::find;",
            1,
        ),
        ("src/features/login/password.rs", "use argon2::Argon2;", 1),
        ("src/server/schema.rs", "use jsonwebtoken::decode;", 1),
        ("src/features/user/new.rs", "use lettre::Message;", 1),
        ("src/features/user/new.rs", "use reqwest::Client;", 1),
        ("src/server/post.rs", "use hyper::client::conn::http1;", 1),
        ("src/platform/oidc/fetch.rs", "use rustls::ClientConfig;", 1),
        ("src/platform/clock.rs", "use crate::context::App;", 1),
        ("src/platform/db/mod.rs", "use entity::UserId;", 1),
        ("src/context/caller.rs", "use crate::features::user;", 1),
        (
            "src/features/session/tokens.rs",
            "use super::graphql::AuthTokens;",
            1,
        ),
        (
            "src/features/login/password.rs",
            "use crate::features::session::graphql::AuthTokens;",
            1,
        ),
        (
            "src/server/metrics.rs",
            "use prometheus_client::registry::Registry;",
            1,
        ),
        (
            "src/platform/db/mod.rs",
            "fn a() {\n    std::env::var(\"A\");\n}",
            2,
        ),
        ("src/cli/mod.rs", "use std::{env::{self, var_os}, io};", 1),
    ] {
        let offences = offences(file, text);
        let place = format!("{file}:{found}: ");
        assert!(
            offences.iter().any(|it| it.starts_with(&place)),
            "{text}\n{offences:?}"
        );
    }
}

#[test]
fn what_is_allowed_is_not_found() {
    for (file, text) in [
        (
            "src/cli/serve.rs",
            "use crate::{features::user, platform::db, server::router::router};",
        ),
        (
            "src/features/user/store.rs",
            "use sea_orm::EntityTrait;\nuse super::store;",
        ),
        (
            "src/features/user/new.rs",
            "use super::store;\nuse crate::features::session::{self, Session};",
        ),
        (
            "src/features/user/new.rs",
            "/// `sea_orm::DbErr`\nfn a() { \"crate::server::x\"; 'a'; }",
        ),
        (
            "src/features/user/graphql.rs",
            "use async_graphql::{Context, Object};",
        ),
        (
            "src/server/router.rs",
            "use axum::Router;\nuse crate::features::key::http::routes;",
        ),
        (
            "src/platform/config/load.rs",
            "fn a() { std::env::vars_os(); env!(\"A\") }",
        ),
        (
            "src/platform/oidc/fetch.rs",
            "use reqwest::Client;\nuse crate::platform::tls::Authorities;",
        ),
    ] {
        assert_eq!(offences(file, text), [""; 0], "{text}");
    }
}
