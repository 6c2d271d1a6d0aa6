//! What was measured on, and what.

use std::{fs, process::Command};

/// Libraries whose versions belong to a figure.
const LIBRARIES: [&str; 8] = [
    "argon2",
    "argon2-rust",
    "async-graphql",
    "axum",
    "hyper",
    "jsonwebtoken",
    "sea-orm",
    "tokio",
];

/// How many processors the machine has; not only those that this program may use just now.
pub fn processors() -> usize {
    fs::read_to_string("/proc/cpuinfo")
        .unwrap()
        .lines()
        .filter(|line| line.starts_with("processor"))
        .count()
}

pub fn about() -> String {
    let info = fs::read_to_string("/proc/cpuinfo").unwrap();
    let named = info.lines().find(|line| line.starts_with("model name"));
    let model = named
        .and_then(|line| line.split(": ").nth(1))
        .unwrap_or("an unknown processor");
    let kernel = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap();
    let load = fs::read_to_string("/proc/loadavg").unwrap();
    let load = load.split(' ').next().unwrap();
    format!(
        "Machine: {} × {model}, Linux {}, load {load} at the start. {}. Portcullis {}; {}.",
        processors(),
        kernel.trim(),
        said_by("rustc", "--version"),
        env!("CARGO_PKG_VERSION"),
        versions(),
    )
}

fn said_by(program: &str, argument: &str) -> String {
    let output = Command::new(program).arg(argument).output().unwrap();
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

fn versions() -> String {
    let lock = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.lock")).unwrap();
    let lock: toml::Table = lock.parse().unwrap();
    let packages = lock["package"].as_array().unwrap();
    let version = |name: &str| {
        let package = packages
            .iter()
            .find(|package| package["name"].as_str() == Some(name))?;
        Some(format!("{name} {}", package["version"].as_str()?))
    };
    LIBRARIES
        .iter()
        .filter_map(|name| version(name))
        .collect::<Vec<_>>()
        .join(", ")
}
