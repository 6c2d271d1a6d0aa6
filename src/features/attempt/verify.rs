//! Use case: see whether a password is the right one, and count the attempt.

use tokio::runtime::Handle;

use super::{
    AccountKey,
    budget::{Reservation, reserve},
    network::limit_login,
};
use crate::{
    features::password::Password,
    platform::{crypto::Verification, failure::Outcome, op_context::OpContext},
};

/// One attempt that may be made. Given back when it is dropped unused.
#[derive(Debug)]
pub struct Attempt<'a> {
    context: &'a OpContext,
    password: Option<&'a Password>,
    reservation: Option<Reservation>,
    stage: Stage,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// Nothing depends on it.
    Unused,
    /// A hash is being computed; whoever goes away now might have learned that it takes its time.
    Judging,
    /// It has been counted, one way or the other.
    Counted,
}

impl<'a> Attempt<'a> {
    /// Counts an attempt at an account before anything is done for it. None is a text that can be no password: it will
    /// fail without a hash. Denied when there were too many, whether or not there is such an account; and first of all,
    /// without a look at the database, while there is no room for one more hash.
    pub async fn begin(
        context: &'a OpContext,
        account: &AccountKey,
        password: Option<&'a Password>,
    ) -> Outcome<Self> {
        if password.is_some() {
            context.app.hasher.check_room()?;
        }
        limit_login(context)?;
        Ok(Self {
            context,
            password,
            reservation: reserve(context, account).await?,
            stage: Stage::Unused,
        })
    }

    /// Whether the password is the one that `stored` was made of, as [`PasswordHasher::verify`] tells. The wrong password
    /// is counted before this returns, the right one forgives what was counted from the same network. What ends without
    /// either, because the server is busy, does not count.
    ///
    /// [`PasswordHasher::verify`]: crate::platform::crypto::PasswordHasher::verify
    pub async fn verify(mut self, stored: Option<&str>) -> Outcome<Verification> {
        let verified = match self.password {
            Some(password) => {
                self.stage = Stage::Judging;
                let verified = self.context.app.hasher.verify(password.secret(), stored).await;
                if verified.is_err() {
                    self.stage = Stage::Unused;
                }
                verified?
            }
            None => Verification {
                matches: false,
                needs_rehash: false,
            },
        };
        self.stage = if verified.matches {
            Stage::Counted
        } else {
            Stage::Judging
        };
        let counted = match &self.reservation {
            Some(reservation) if verified.matches => reservation.succeed().await,
            Some(reservation) => reservation.fail().await,
            None => Ok(()),
        };
        self.stage = Stage::Counted;
        counted.map(|()| verified)
    }
}

impl Drop for Attempt<'_> {
    /// Whoever hangs up while the hash is being computed has made an attempt all the same.
    fn drop(&mut self) {
        if self.stage != Stage::Judging {
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
