//! Sessions that live in a browser's cookies.

mod delivery;
mod ends;
mod flags;
mod log;
mod look_alikes;
mod renewal;
mod size;

/// Names of the two cookies where the server is reached by plain http on this machine.
pub(super) const ACCESS: &str = "portcullis-access";
pub(super) const REFRESH: &str = "portcullis-refresh";
