//! What holds on every database.

mod away;
mod limits;
mod migrations;
mod plans;
mod write;
