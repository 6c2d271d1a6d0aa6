//! `portcullis schema`: the public contract.

use clap::Args;

/// Nothing to choose: the schema does not depend on the settings.
#[derive(Debug, Clone, Copy, Args)]
pub struct SchemaArgs {}
