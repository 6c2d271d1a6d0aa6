//! Sessions and the tokens they give out.

mod ended;
mod ids;
mod list;
mod logout;
mod time;
mod viewer;
