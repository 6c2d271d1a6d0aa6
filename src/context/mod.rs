//! The context of an operation: the server's parts, where the request comes from, and who is calling.
//!
//! It sits between the platform, which knows neither users nor sessions, and the features, whose use cases all take an
//! [`OpContext`].

pub mod access_token;
mod account_writes;
mod app;
mod auth_method;
mod authenticate;
mod caller;
mod caller_cache;
mod data_exports;
pub mod graphql;
mod limits;
mod metrics;
mod newest_seal;
mod op_context;
mod recorded_reads;
mod refused_sign_ins;
pub mod second_factor_gate;
mod secret_attempts;
mod session_life;
mod session_watch;
mod store;

pub use account_writes::AccountWrites;
pub use app::App;
pub use auth_method::AuthMethod;
pub use authenticate::claimed_ids;
pub use caller::{Caller, Freshness};
pub use caller_cache::CallerCache;
pub use data_exports::{DataExports, RunningExport};
pub use limits::Limits;
pub use metrics::{MEDIA_TYPE as METRICS_MEDIA_TYPE, Metrics};
pub use newest_seal::NewestSeal;
pub use op_context::{OpContext, StepUpClaim};
pub use recorded_reads::{RecordedRead, RecordedReads};
pub use refused_sign_ins::{RefusedAccount, RefusedClient, RefusedCounts, RefusedSignIns};
pub use secret_attempts::SecretAttempts;
#[cfg(test)]
pub use session_life::fixtures;
pub use session_life::{SessionState, expiry, is_live, may_sign_in, session_state, to_the_minute};
pub use session_watch::{
    CheckResult, CheckScope, DueSession, SessionChange, SessionEnd, SessionWatch, SessionWatcher,
};
pub use store::{find_session_with_user, roles};
