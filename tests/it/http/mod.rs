//! The HTTP around the schema.
