//! `portcullis schema`: the public contract.

use clap::Args;

use super::{error::CliError, output::print};
use crate::{features::federation, server::schema};

/// The schema does not depend on the settings.
#[derive(Debug, Clone, Copy, Args)]
pub struct SchemaArgs {
    /// Print the subgraph for a federation router instead.
    #[arg(long)]
    federation: bool,
}

impl SchemaArgs {
    /// Prints the schema.
    pub fn run(self, json: bool) -> Result<(), CliError> {
        let sdl = if self.federation {
            federation::SDL.to_owned()
        } else {
            schema::sdl()
        };
        if json {
            print(&serde_json::json!({ "sdl": sdl }).to_string())
        } else {
            print(&sdl)
        }
    }
}
