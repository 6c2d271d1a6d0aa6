//! Finds the session that a socket belongs to.

use std::sync::Arc;

use super::{close::Close, open_sockets::SocketPermit};
use crate::{
    context::{OpContext, SessionWatcher},
    platform::{
        clock::Timestamp,
        failure::{Failure, UnauthenticatedReason},
        graphql::error,
    },
};

/// A socket that belongs to a session.
pub(super) struct Authenticated {
    /// The context of its subscriptions.
    pub(super) context: Arc<OpContext>,
    /// Learns of the end of the session.
    pub(super) watcher: SessionWatcher,
    /// When its token expires.
    pub(super) expires_at: Timestamp,
}

/// Finds the session of a socket, and counts the socket for its account.
pub(super) async fn authenticate(
    context: OpContext,
    permit: &mut SocketPermit,
) -> Result<Authenticated, Close> {
    let (session_id, user_id) = match context.identify().await {
        Ok(caller) => (caller.session.id, caller.user.id),
        Err(Failure::Refused(UnauthenticatedReason::TokenExpired)) => return Err(expired()),
        Err(Failure::Refused(reason)) => return Err(Close::Unauthorized(error::reason(reason).into())),
        Err(Failure::Failed(failed)) => {
            tracing::warn!(?failed, "could not find the session of a socket");
            return Err(Close::Busy("The service is busy. Try again later."));
        }
    };
    let Some(expires_at) = context.token_expiry() else {
        return Err(expired());
    };
    if !permit.count_for_account(user_id) {
        return Err(Close::Busy("The account has too many sockets."));
    }
    // The watch begins with a check, so that an end between the two is noticed.
    let watcher = context.app.session_watch.watch(session_id, user_id);
    Ok(Authenticated {
        context: Arc::new(context),
        watcher,
        expires_at,
    })
}

/// The token has expired: a newer one opens a new socket.
pub(super) fn expired() -> Close {
    Close::TokenOutdated(error::reason(UnauthenticatedReason::TokenExpired))
}
