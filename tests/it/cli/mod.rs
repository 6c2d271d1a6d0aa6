//! The program: its commands, how it starts, and how it ends.

mod canary;
mod commands;
mod crash;
mod refusals;
mod start;
mod stop;
mod user;
