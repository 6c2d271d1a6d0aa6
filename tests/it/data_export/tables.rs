//! No table is forgotten.

use std::{collections::BTreeSet, fs, path::Path};

use portcullis::features::data_export::{Coverage, TABLES};

/// The tables whose rows name a user, by the source text of the entities.
fn tables_of_users() -> BTreeSet<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("entity/src");
    let mut tables = BTreeSet::new();
    for file in fs::read_dir(folder).unwrap() {
        let text = fs::read_to_string(file.unwrap().path()).unwrap();
        let Some((_, rest)) = text.split_once("table_name = \"") else {
            continue;
        };
        let (name, _) = rest.split_once('"').unwrap();
        let (_, model) = text.split_once("pub struct Model {").unwrap();
        let (model, _) = model.split_once("\n}").unwrap();
        if model.contains("UserId") || model.contains("SessionId") {
            tables.insert(name.to_owned());
        }
    }
    tables
}

#[test]
fn every_table_that_names_a_user_or_a_session_is_exported_or_left_out_for_a_reason() {
    let listed: BTreeSet<&str> = TABLES.iter().map(|(name, _)| *name).collect();
    assert_eq!(listed.len(), TABLES.len(), "a table is listed twice");
    let of_users = tables_of_users();
    assert!(of_users.len() >= 11, "{of_users:?}");
    for table in &of_users {
        assert!(
            listed.contains(table.as_str()),
            "the export does not know the table {table}: export it, or list it with the reason why not"
        );
    }
}

#[test]
fn no_table_is_listed_that_does_not_exist() {
    let made: BTreeSet<String> = migration::tables().into_iter().map(|table| table.name).collect();
    for (name, coverage) in TABLES {
        assert!(made.contains(*name), "{name}");
        if let Coverage::LeftOut(reason) = coverage {
            assert!(reason.len() > 20, "{name}: {reason}");
        }
    }
}
