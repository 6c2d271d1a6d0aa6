//! What every test stands on: a whole server of its own, and clients that act as someone.

mod app;
mod client;
mod clock;
mod database;
mod process;
mod rng;
mod rows;
mod wire;

pub(crate) use app::{PASSWORD, Person, TestApp};
pub(crate) use client::{Answer, Client};
pub(crate) use database::TestDatabase;
pub(crate) use process::Process;
