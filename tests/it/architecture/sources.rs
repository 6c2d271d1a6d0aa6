//! The source text of the workspace.

use std::{fs, path::Path};

/// Path, from the top of the workspace, and text of every Rust file of the server and its crates.
pub(super) fn sources() -> Vec<(String, String)> {
    let mut found = Vec::new();
    for folder in ["src", "entity/src", "guard/src", "migration/src", "tests/it"] {
        collect(folder, &mut found);
    }
    found
}

fn collect(folder: &str, found: &mut Vec<(String, String)>) {
    let top = Path::new(env!("CARGO_MANIFEST_DIR"));
    for entry in fs::read_dir(top.join(folder)).unwrap() {
        let entry = entry.unwrap();
        let path = format!("{folder}/{}", entry.file_name().to_str().unwrap());
        if entry.file_type().unwrap().is_dir() {
            collect(&path, found);
        } else if entry.path().extension().is_some_and(|it| it == "rs") {
            found.push((path, fs::read_to_string(entry.path()).unwrap()));
        }
    }
}
