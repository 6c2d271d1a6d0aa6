//! What holds on every database.

mod away;
mod cancelled;
mod entities;
mod limits;
mod lost;
mod migrations;
mod plans;
mod unfit;
mod write;
