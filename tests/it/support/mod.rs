//! What every test uses: a whole server of its own, and clients.

mod app;
mod authenticator;
mod browser;
mod builder;
mod client;
mod clock;
mod database;
mod http;
mod mailbox;
mod program;
mod provider;
mod proxy;
mod rng;
mod rounds;
mod smtp;
mod statements;
mod totp;
mod waiting;
mod wire;

pub(crate) use app::{PASSWORD, Person, SECRET, TestApp};
pub(crate) use authenticator::{Authenticator, BE, BS, Breaks, UP, UV};
pub(crate) use browser::Browser;
pub(crate) use client::{Answer, Client, Tokens};
pub(crate) use clock::ManualClock;
pub(crate) use database::TestDatabase;
pub(crate) use http::http_client;
pub(crate) use mailbox::{Letter, with_mail_server, with_unsent_mail};
pub(crate) use program::{Program, Running};
pub(crate) use provider::{Callback, Misbehavior, Part, Signs, StubProvider, TENANT};
pub(crate) use proxy::Proxy;
pub(crate) use rounds::{rounds, told};
pub(crate) use smtp::{At, Fault, PASSWORD as SMTP_PASSWORD, Script, Shows, SmtpServer, Speaks};
pub(crate) use statements::Statements;
pub(crate) use totp::code as totp_code;
pub(crate) use waiting::until;
pub(crate) use wire::wire;
