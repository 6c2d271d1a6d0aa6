//! Which processors the server has, and which are left for its clients.

use std::{
    path::Path,
    process::{Command, Stdio},
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Processors {
    /// Both run wherever there is room, and take it from each other.
    Shared,
    /// The server has the first one for itself; who asks runs on the second.
    OneEach,
}

impl Processors {
    /// Starts a program as the server of this arrangement.
    pub fn of_server(self, program: &Path) -> Command {
        match self {
            Self::Shared => Command::new(program),
            Self::OneEach => {
                let mut command = Command::new("taskset");
                command.args(["--cpu-list", "0"]).arg(program);
                command
            }
        }
    }

    /// Moves this program to where who asks runs.
    pub fn take_place(self) {
        let list = match self {
            Self::Shared => format!("0-{}", super::machine::processors() - 1),
            Self::OneEach => "1".to_owned(),
        };
        let own = std::process::id().to_string();
        let status = Command::new("taskset")
            .args(["--all-tasks", "--cpu-list", "--pid", &list, &own])
            .stdout(Stdio::null())
            .status()
            .unwrap();
        assert!(status.success(), "taskset could not place this program on {list}");
    }
}
