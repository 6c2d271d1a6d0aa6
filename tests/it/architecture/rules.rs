//! The directions of the house, one rule each.

/// What some files must not name.
pub(super) struct Rule {
    /// The rule in one sentence.
    pub(super) says: &'static str,
    /// Whether a file breaks it by naming a path, given as its segments.
    pub(super) breaks: fn(file: &str, path: &[String]) -> bool,
}

pub(super) const RULES: &[Rule] = &[
    Rule {
        says: "the platform knows neither context, features nor server, and no tables",
        breaks: |file, path| {
            file.starts_with("src/platform/")
                && (is_ours(path, &["context", "features", "server", "cli"]) || is_of(path, &["entity"]))
        },
    },
    Rule {
        says: "the context knows the platform, not the features",
        breaks: |file, path| {
            file.starts_with("src/context/") && is_ours(path, &["features", "server", "cli"])
        },
    },
    Rule {
        says: "use cases do not import the doors that call them",
        breaks: |file, path| {
            let is_door = |name: &String| name == "graphql" || name == "http";
            let is_of_door = is_part(file, "graphql") || is_part(file, "http") || is_part(file, "mod");
            file.starts_with("src/features/")
                && !file.starts_with("src/features/page/")
                && !is_of_door
                && is_ours(path, &["features"])
                && path.get(3).is_some_and(is_door)
        },
    },
    Rule {
        says: "rooms know the ground and each other, not the server",
        breaks: |file, path| file.starts_with("src/features/") && is_ours(path, &["server", "cli"]),
    },
    Rule {
        says: "the server does not know the command line",
        breaks: |file, path| file.starts_with("src/server/") && is_ours(path, &["cli"]),
    },
    Rule {
        says: "tables know nothing but SeaORM",
        breaks: |file, path| {
            file.starts_with("entity/") && is_of(path, &["portcullis", "migration", "async_graphql", "axum"])
        },
    },
    Rule {
        says: "migrations stand alone: what they meant must not change with today's code",
        breaks: |file, path| {
            file.starts_with("migration/") && is_of(path, &["portcullis", "entity", "async_graphql", "axum"])
        },
    },
    Rule {
        says: "only a `store` speaks to the database, and on the platform only `platform/db`",
        breaks: |file, path| {
            is_of(path, &["sea_orm", "sea_orm_migration", "sqlx"])
                && file.starts_with("src/")
                && !(is_part(file, "store") || is_in(file, &["src/platform/db/", "src/context/store.rs"]))
        },
    },
    Rule {
        says: "connections are opened and transactions begun in `platform/db` alone, where no request can drop them",
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
        says: "in a room only `graphql` speaks GraphQL, on the ground only `platform/graphql`",
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
        says: "in a room only `http` and `page` speak HTTP, on the ground only `platform/http`",
        breaks: |file, path| {
            is_of(path, &["axum", "tower_http", "hyper"])
                && file.starts_with("src/")
                && !(is_part(file, "http")
                    || is_in(file, &["src/features/page/", "src/server/", "src/platform/http/"]))
        },
    },
    Rule {
        says: "hashing and signing have their one home in `platform/crypto`",
        breaks: |file, path| {
            is_of(path, &["argon2", "argon2_rust", "jsonwebtoken"])
                && file.starts_with("src/")
                && !file.starts_with("src/platform/crypto/")
        },
    },
    Rule {
        says: "counters have their one home in `context/metrics`",
        breaks: |file, path| {
            is_of(path, &["prometheus_client"])
                && file.starts_with("src/")
                && !["src/context/metrics.rs", "src/platform/counter.rs"].contains(&file)
        },
    },
    Rule {
        says: "resolvers fail with `Failed`: the library's error would publish any text",
        breaks: |file, path| {
            file.starts_with("src/features/")
                && is_of(path, &["async_graphql"])
                && path
                    .get(1)
                    .is_some_and(|name| name == "Error" || name == "Result")
        },
    },
    Rule {
        says: "one table, one owner: nobody reaches into a room's store",
        breaks: |file, path| {
            let owner = room(file);
            file.starts_with("src/")
                && path
                    .windows(2)
                    .any(|pair| pair[1] == "store" && ROOMS(&pair[0]) && owner != Some(&pair[0]))
        },
    },
    Rule {
        says: "a room is entered through its `mod.rs`",
        breaks: |file, path| {
            let Some(own) = room(file) else {
                return false;
            };
            is_ours(path, &["features"])
                && path.get(2).is_some_and(|other| other != own)
                && path.len() > 4
                && path[3].starts_with(|first: char| first.is_ascii_lowercase())
        },
    },
    Rule {
        says: "that a write invalidates less than everything is said where each row that it writes was looked at",
        breaks: |file, path| {
            let says_so = |pair: &[String]| pair[0] == "Invalidates" && pair[1] != "All";
            path.windows(2).any(says_so)
                && file.starts_with("src/features/")
                && ![
                    "src/features/account/update_profile.rs",
                    "src/features/attempt/budget.rs",
                    "src/features/attempt/store.rs",
                    "src/features/form_receipt/store.rs",
                    "src/features/key/store.rs",
                    "src/features/session/issue.rs",
                    "src/features/session/revoke.rs",
                    "src/features/session/store.rs",
                ]
                .contains(&file)
        },
    },
    Rule {
        says: "only `platform/config` reads the environment",
        breaks: |file, path| {
            file.starts_with("src/")
                && !file.starts_with("src/platform/config/")
                && path
                    .windows(2)
                    .any(|pair| pair[0] == "env" && pair[1].starts_with("var"))
        },
    },
];

/// Whether a name is one of a room.
const ROOMS: fn(&str) -> bool = |name| {
    std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("src/features")
        .join(name)
        .is_dir()
};

/// The room that a file is in.
fn room(file: &str) -> Option<&str> {
    file.strip_prefix("src/features/")?
        .split_once('/')
        .map(|(room, _)| room)
}

/// Whether a file, or the folder that it is in, is this part of its room.
fn is_part(file: &str, part: &str) -> bool {
    let within = file
        .strip_prefix("src/features/")
        .and_then(|rest| rest.split('/').nth(1));
    within.is_some_and(|name| name.trim_end_matches(".rs") == part)
}

fn is_in(file: &str, folders: &[&str]) -> bool {
    folders.iter().any(|folder| file.starts_with(folder))
}

/// Whether a path begins in one of these crates.
fn is_of(path: &[String], crates: &[&str]) -> bool {
    path.first().is_some_and(|first| crates.contains(&first.as_str()))
}

/// Whether a path begins in one of the top folders of the server.
fn is_ours(path: &[String], folders: &[&str]) -> bool {
    is_of(path, &["crate"])
        && path
            .get(1)
            .is_some_and(|second| folders.contains(&second.as_str()))
}
