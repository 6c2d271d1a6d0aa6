//! Sessions and the tokens they give out.

mod logout;
mod viewer;
