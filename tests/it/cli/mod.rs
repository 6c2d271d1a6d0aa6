//! The program: its commands, how it starts, and how it ends.

mod audit;
mod backup;
mod canary;
mod commands;
mod crash;
mod doctor;
mod mail;
mod mail_server;
mod missing_database;
mod other_database;
mod passkeys;
mod planted;
mod refusals;
mod restore;
mod start;
mod stop;
mod user;

pub(crate) use audit::server as audit_server;
