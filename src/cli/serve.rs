//! `portcullis serve`: run the server.

use clap::Args;

/// How to run.
#[derive(Debug, Clone, Default, Args)]
pub struct ServeArgs {
    /// Bring the database up to date first. With SQLite that always happens.
    #[arg(long)]
    pub migrate: bool,
}
