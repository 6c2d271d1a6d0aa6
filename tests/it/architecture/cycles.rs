//! Import cycles between files, found in the source text.

use std::collections::{BTreeMap, BTreeSet};

use super::paths::{module, paths};

type Modules<'a> = BTreeMap<Vec<String>, (&'a str, &'a str)>;

/// One line for each cycle: the files in it. The file of a folder (`mod.rs`, or `a.rs` next to `a/`) does not count:
/// importing something that it re-exports counts as importing the file that defines it.
pub(super) fn cycles(sources: &[(String, String)]) -> Vec<String> {
    let modules: Modules<'_> = sources
        .iter()
        .filter(|(file, _)| !is_test(file))
        .map(|(file, text)| (of_crate(file), (file.as_str(), without_tests(text))))
        .collect();
    let is_face = |path: &[String]| {
        let mut deeper = modules.keys().filter(|other| other.len() > path.len());
        deeper.any(|other| other.starts_with(path))
    };
    let mut imports: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (own, (file, text)) in modules.iter().filter(|(own, _)| !is_face(own)) {
        for (_, path) in paths(file, text) {
            let path = in_crate(&own[0], path);
            if let Some(target) = definition(&modules, &path, 0).filter(|it| it != own)
                && !is_face(&target)
            {
                imports.entry(file).or_default().insert(modules[&target].0);
            }
        }
    }
    let mut found = BTreeSet::new();
    for file in imports.keys() {
        let cycle: Vec<&str> = reachable(&imports, file)
            .into_iter()
            .filter(|other| reachable(&imports, other).contains(file))
            .collect();
        if !cycle.is_empty() {
            found.insert(cycle.join(", "));
        }
    }
    found.into_iter().collect()
}

/// The module that defines what `path` names; follows re-exports.
fn definition(modules: &Modules<'_>, path: &[String], depth: usize) -> Option<Vec<String>> {
    let own = (1..=path.len())
        .rev()
        .find_map(|length| modules.get_key_value(&path[..length]))?;
    let (module, (file, text)) = own;
    let Some(name) = path.get(module.len()).filter(|_| depth < 5) else {
        return Some(module.clone());
    };
    let passed_on = paths(file, text).into_iter().find_map(|(_, other)| {
        let other = in_crate(&module[0], other);
        // In the module itself, the path can be relative to it.
        let relative = [module.as_slice(), &other].concat();
        [other, relative].into_iter().find(|other| {
            other.last() == Some(name) && other.len() > module.len() + 1 && other.starts_with(module)
        })
    });
    match passed_on {
        Some(other) => definition(modules, &other, depth + 1),
        None => Some(module.clone()),
    }
}

fn reachable<'a>(imports: &BTreeMap<&'a str, BTreeSet<&'a str>>, from: &str) -> BTreeSet<&'a str> {
    let mut found = BTreeSet::new();
    let mut waiting: Vec<&str> = imports.get(from).into_iter().flatten().copied().collect();
    while let Some(file) = waiting.pop() {
        if found.insert(file) {
            waiting.extend(imports.get(file).into_iter().flatten());
        }
    }
    found
}

/// `entity/src/user.rs` is `entity::user`, because it belongs to another crate.
fn of_crate(file: &str) -> Vec<String> {
    let mut path = module(file);
    if let Some((name, _)) = file.split_once("/src/") {
        name.clone_into(&mut path[0]);
    }
    path
}

fn in_crate(own: &str, mut path: Vec<String>) -> Vec<String> {
    if path[0] == "crate" {
        own.clone_into(&mut path[0]);
    }
    path
}

fn is_test(file: &str) -> bool {
    let name = file.trim_end_matches(".rs");
    file.starts_with("tests/")
        || file.contains("/tests/")
        || name.ends_with("tests")
        || name.ends_with("/properties")
        || file == "src/fuzzing.rs"
}

fn without_tests(text: &str) -> &str {
    text.split_once("#[cfg(test)]\nmod tests")
        .map_or(text, |(code, _)| code)
}
