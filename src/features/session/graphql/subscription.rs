//! The subscription that tells when one's session ends.

use async_graphql::{Context, Enum, ID, SimpleObject, Subscription};
use entity::session::RevocationReason;
use futures_util::{Stream, StreamExt as _, future, stream};

use crate::{
    context::{SessionEnd, graphql::operation},
    platform::failure::Failed,
};

/// The session was revoked.
#[derive(SimpleObject)]
struct SessionRevokedEvent {
    /// Id of the session.
    session_id: ID,
    /// Why it ended.
    reason: SessionRevocationReason,
}

/// Why a session ended. More can be added at any time: keep a default branch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
enum SessionRevocationReason {
    /// Sign-out.
    Logout,
    /// Ended by its owner: from another session, or by the link in a notice of a sign-in.
    RevokedByUser,
    /// Ended by an administrator, or by the operator of the server.
    RevokedByAdmin,
    /// Password changed or reset.
    PasswordChanged,
    /// A used refresh token came back.
    TokenReuse,
    /// Account disabled or deleted.
    AccountClosed,
    /// Address changed, change undone, or address proved for the first time.
    EmailChanged,
    /// Second factors changed.
    MfaChanged,
    /// Ended by a new sign-in: in the same browser, or because there were too many sessions and this one was unused for
    /// longest.
    Superseded,
}

impl From<RevocationReason> for SessionRevocationReason {
    fn from(reason: RevocationReason) -> Self {
        match reason {
            RevocationReason::Logout => Self::Logout,
            RevocationReason::RevokedByUser | RevocationReason::Reported => Self::RevokedByUser,
            RevocationReason::RevokedByAdmin => Self::RevokedByAdmin,
            RevocationReason::PasswordChanged => Self::PasswordChanged,
            RevocationReason::TokenReuse => Self::TokenReuse,
            RevocationReason::AccountClosed => Self::AccountClosed,
            RevocationReason::EmailChanged => Self::EmailChanged,
            RevocationReason::MfaChanged => Self::MfaChanged,
            RevocationReason::Superseded => Self::Superseded,
        }
    }
}

/// The subscriptions about sessions.
#[derive(Default)]
pub struct SessionSubscription;

#[Subscription]
impl SessionSubscription {
    /// One event when the session of this socket is revoked; then the stream completes. If the session expires, the
    /// stream completes without an event. Needs sign-in.
    async fn session_revoked(
        &self,
        context: &Context<'_>,
    ) -> Result<impl Stream<Item = SessionRevokedEvent> + use<>, Failed> {
        let operation = operation(context)?;
        // A session that still lacks a second factor must learn of its end, too.
        let caller = operation.caller_before_mfa().await?;
        let session_id = caller.session.id;
        let watcher = operation.app.session_watch.watch(session_id, caller.user.id);
        let event = move |end| match end {
            SessionEnd::Revoked(reason) => Some(SessionRevokedEvent {
                session_id: session_id.to_string().into(),
                reason: reason.into(),
            }),
            SessionEnd::Expired => None,
        };
        Ok(stream::once(watcher.end()).filter_map(move |end| future::ready(event(end))))
    }
}
