//! The rate limits of one server.

use super::{AccountWrites, DataExports, SecretAttempts};
use crate::platform::{
    crypto::TagKeys,
    limit::{InFlight, NetworkBuckets, Throttle},
};

/// Rate limits.
#[derive(Debug)]
pub struct Limits {
    /// Turns accounts and networks into keys that reveal nothing about them.
    pub keys: TagKeys,
    /// Password checks per network; none if they are not limited.
    pub logins: Option<NetworkBuckets>,
    /// Work of expensive password checks per network, in hashes of our own; none if they are not limited.
    pub expensive_checks: Option<NetworkBuckets>,
    /// Sign-ups per network; none if they are not limited.
    pub signups: Option<NetworkBuckets>,
    /// Requested mails per network; none if they are not limited.
    pub mails: Option<NetworkBuckets>,
    /// Wrong secrets of callers of introspection, per network.
    pub caller_attempts: SecretAttempts,
    /// Wrong secrets of federation routers, per network.
    pub router_attempts: SecretAttempts,
    /// Writes per account.
    pub writes: AccountWrites,
    /// Exports of personal data.
    pub data_exports: DataExports,
    /// Password checks in flight, per account.
    pub in_flight: InFlight,
    /// Warnings about peers that send forwarding headers without being trusted.
    pub untrusted_proxies: Throttle,
    /// Warnings about mails that could not be sent.
    pub mail_trouble: Throttle,
    /// Warnings about cookies whose names resemble ours.
    pub look_alikes: Throttle,
    /// Warnings about requests from trusted proxies that name no client.
    pub unknown_clients: Throttle,
}
