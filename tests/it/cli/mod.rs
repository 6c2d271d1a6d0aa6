//! The program: its commands, how it starts, and how it ends.

mod audit;
mod backup;
mod canary;
mod commands;
mod crash;
mod doctor;
mod key;
mod mail;
mod mail_server;
mod missing_database;
mod other_database;
mod passkeys;
mod planted;
mod refusals;
mod restore;
mod secret;
mod start;
mod stop;
mod user;

pub(crate) use audit::server as audit_server;

use crate::support::{PASSWORD, Program};

/// The commands that work on a database that is there already, with a file of users and a place for a copy.
fn commands_on_a_database<'a>(users: &'a str, copy: &'a str) -> Vec<Vec<&'a str>> {
    vec![
        vec!["user", "list"],
        vec!["user", "import", users],
        vec!["user", "import", users, "--dry-run"],
        vec!["user", "disable", "ada@example.com"],
        vec!["user", "set-role", "ada@example.com", "admin"],
        vec!["audit", "verify"],
        vec!["audit", "export"],
        vec!["mail", "list"],
        vec!["backup", copy],
    ]
}

/// Creates Ada.
fn create_ada(program: &Program) {
    let create = [
        "user",
        "create",
        "--name",
        "Ada",
        "--email",
        "ada@example.com",
        "--password-stdin",
    ];
    let made = program.run_with_input(&create, &format!("{PASSWORD}\n"));
    assert_eq!(made.status, Some(0), "{made:?}");
}
