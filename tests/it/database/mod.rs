//! What holds on every database.

mod away;
mod migrations;
mod write;
