//! Use case: see whether a password is the right one, and count the attempt.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use tokio::runtime::Handle;

use super::{
    AccountKey,
    budget::{Reservation, reserve},
    network::limit_login,
};
use crate::{
    context::OpContext,
    features::password::Password,
    platform::{
        crypto::{Asker, Verification},
        failure::Failed,
    },
};

/// One attempt that may be made. Given back when it is dropped unused.
#[derive(Debug)]
pub struct Attempt<'a> {
    context: &'a OpContext,
    password: Option<&'a Password>,
    reservation: Option<Reservation>,
    /// Whether a thread has begun with the hash.
    has_begun: Arc<AtomicBool>,
    phase: Phase,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// Nothing depends on it.
    Unused,
    /// A hash waits for a thread or is being computed. A client that hangs up after it began might have learned that
    /// it takes its time; before that, nothing.
    Judging,
    /// The password was wrong.
    Failed,
    /// It has been counted, one way or the other.
    Counted,
}

impl<'a> Attempt<'a> {
    /// Counts an attempt at an account before anything is done for it. Denied when there were too many, whether or not
    /// there is such an account; and first of all, without a database query, while there is no room for one more
    /// hash.
    ///
    /// None is a text that cannot be a password. It fails without a hash, and counts against the network alone: it
    /// cannot be right, and storing it would be all the work there is.
    pub async fn begin(
        context: &'a OpContext,
        account: &AccountKey,
        password: Option<&'a Password>,
    ) -> Result<Self, Failed> {
        if password.is_some() {
            // Not known yet is whether the account knows the network: until then, the caller may be its owner.
            context.app.hasher.check_room(Asker::Known)?;
        }
        limit_login(context)?;
        let reservation = match password {
            Some(_) => reserve(context, account).await?,
            None => None,
        };
        Ok(Self {
            context,
            password,
            reservation,
            has_begun: Arc::default(),
            phase: Phase::Unused,
        })
    }

    /// Whether the password is the one that `stored` was made of, as [`PasswordHasher::verify`] tells. The wrong password
    /// is counted before this returns, the right one forgives what was counted from the same network. What ends without
    /// either, because the server is busy, does not count.
    ///
    /// [`PasswordHasher::verify`]: crate::platform::crypto::PasswordHasher::verify
    pub async fn verify(mut self, stored: Option<&str>) -> Result<Verification, Failed> {
        let verified = match self.password {
            Some(password) => {
                self.phase = Phase::Judging;
                let hasher = &self.context.app.hasher;
                let asker = self
                    .reservation
                    .as_ref()
                    .map_or(Asker::Stranger, Reservation::asker);
                let verified = hasher
                    .verify_for(asker, password.secret(), stored, Arc::clone(&self.has_begun))
                    .await;
                if verified.is_err() {
                    self.phase = Phase::Unused;
                }
                verified?
            }
            None => Verification {
                matches: false,
                needs_rehash: false,
            },
        };
        self.phase = if verified.matches {
            Phase::Counted
        } else {
            Phase::Failed
        };
        let counted = match &self.reservation {
            Some(reservation) if verified.matches => reservation.succeed().await,
            Some(reservation) => reservation.fail().await,
            None => Ok(()),
        };
        self.phase = Phase::Counted;
        counted.map(|()| verified)
    }
}

impl Drop for Attempt<'_> {
    /// A client that hangs up while the hash is being computed has still made an attempt. There are no more of these
    /// than hashes, whose number the threads limit.
    fn drop(&mut self) {
        let has_tried = match self.phase {
            Phase::Unused | Phase::Counted => false,
            Phase::Judging => self.has_begun.load(Ordering::Acquire),
            Phase::Failed => true,
        };
        if !has_tried {
            return;
        }
        if let (Some(reservation), Ok(runtime)) = (self.reservation.take(), Handle::try_current()) {
            runtime.spawn(async move {
                if let Err(failure) = reservation.fail().await {
                    tracing::warn!(?failure, "could not count an attempt whose caller hung up");
                }
            });
        }
    }
}
