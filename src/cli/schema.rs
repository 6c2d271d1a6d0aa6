//! `portcullis schema`: the public contract.

use clap::Args;

use super::{error::CliError, output::print};
use crate::server::schema;

/// No options: the schema does not depend on the settings.
#[derive(Debug, Clone, Copy, Args)]
pub struct SchemaArgs {}

impl SchemaArgs {
    /// Prints the schema.
    pub fn run(self, json: bool) -> Result<(), CliError> {
        let sdl = schema::sdl();
        if json {
            print(&serde_json::json!({ "sdl": sdl }).to_string())
        } else {
            print(&sdl)
        }
    }
}
