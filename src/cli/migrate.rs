//! `portcullis migrate`: the tables.

use clap::{Args, Subcommand};

/// What to do with the tables.
#[derive(Debug, Clone, Args)]
pub struct MigrateArgs {
    /// Which of the two.
    #[command(subcommand)]
    pub command: MigrateCommand,
}

/// What to do with the tables.
#[derive(Debug, Clone, Copy, Subcommand)]
pub enum MigrateCommand {
    /// Bring the database up to date.
    Up,
    /// Tell which changes are in the database and which are missing. Changes nothing.
    Status,
}
