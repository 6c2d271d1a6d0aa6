//! Use case: check a password, and count the attempt.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use tokio::runtime::Handle;

use super::{
    AccountKey,
    budget::{Reservation, reserve},
    model::Rules,
    network::{Surcharge, limit_login},
};
use crate::{
    context::OpContext,
    features::password::Password,
    platform::{
        crypto::{Asker, Verification},
        failure::Failed,
    },
};

/// Permission for one attempt. Released if dropped unused.
#[derive(Debug)]
pub struct Attempt<'a> {
    context: &'a OpContext,
    password: Option<&'a Password>,
    reservation: Option<Reservation>,
    /// Whether a thread has started the hash.
    has_begun: Arc<AtomicBool>,
    phase: Phase,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// No password has been checked.
    Unused,
    /// A hash is waiting for a thread or being computed. A client that hangs up during the computation may have learned
    /// something from its duration; before that, nothing.
    Hashing,
    /// The password was wrong.
    Failed,
    /// The result has been counted.
    Counted,
}

impl<'a> Attempt<'a> {
    /// Counts an attempt at an account before any other work. Denied when there were too many, whether or not the
    /// account exists; and first of all, without a database query, when the hash queue is full.
    ///
    /// A `password` of `None` is a text that cannot be a password. It fails without a hash, and counts for the network
    /// only: it cannot be right, and storing the failure would be the only work.
    pub async fn begin(
        context: &'a OpContext,
        account: &AccountKey,
        password: Option<&'a Password>,
    ) -> Result<Self, Failed> {
        if password.is_some() {
            // Whether the account knows the network is not known yet: until then, the caller may be the owner.
            context.app.hasher.check_room(Asker::Known)?;
        }
        limit_login(context)?;
        let reservation = match password {
            Some(_) => reserve_password(context, account).await?,
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

    /// Whether the password matches `stored`; see [`PasswordHasher::verify`]. A wrong password is counted before this
    /// returns. The right one counts only when [`CheckedPassword::succeed`] is called, after everything else that was asked for.
    /// An attempt without a result, because the server is busy, does not count. Denied if the stored hash is expensive to
    /// check and the caller's network has had its share of such work.
    ///
    /// [`PasswordHasher::verify`]: crate::platform::crypto::PasswordHasher::verify
    pub async fn verify(mut self, stored: Option<&str>) -> Result<CheckedPassword, Failed> {
        let verification = match self.password {
            Some(password) => {
                let surcharge = Surcharge::take(self.context, stored)?;
                self.phase = Phase::Hashing;
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
                if verified.as_ref().map_or(true, |verified| verified.matches)
                    && let Some(surcharge) = surcharge
                {
                    surcharge.give_back();
                }
                verified?
            }
            None => Verification {
                matches: false,
                needs_rehash: false,
            },
        };
        if !verification.matches {
            self.phase = Phase::Failed;
            let counted = match &self.reservation {
                Some(reservation) => reservation.fail().await.map(|_| ()),
                None => Ok(()),
            };
            self.phase = Phase::Counted;
            counted?;
        }
        self.phase = Phase::Counted;
        Ok(CheckedPassword {
            verification,
            reservation: self.reservation.take(),
        })
    }
}

/// Reserves one attempt; none if accounts are not limited.
async fn reserve_password(context: &OpContext, account: &AccountKey) -> Result<Option<Reservation>, Failed> {
    match Rules::of(&context.app.config) {
        Some(rules) => reserve(context, account, rules).await.map(Some),
        None => Ok(None),
    }
}

/// A checked password.
#[derive(Debug)]
pub struct CheckedPassword {
    verification: Verification,
    /// Keeps the place of the attempt until this is dropped.
    reservation: Option<Reservation>,
}

impl CheckedPassword {
    /// Whether it was right.
    pub fn matches(&self) -> bool {
        self.verification.matches
    }

    /// Whether its stored hash should be replaced.
    pub fn needs_rehash(&self) -> bool {
        self.verification.needs_rehash
    }

    /// Whether the account knew the caller's network before. Also true if networks are not counted.
    pub fn is_network_known(&self) -> bool {
        self.reservation.as_ref().is_none_or(Reservation::is_known)
    }

    /// Clears the failures of the network, and makes it known to the account: the person has given everything that was
    /// asked for. Does nothing after a wrong password.
    pub async fn succeed(&self) -> Result<(), Failed> {
        match &self.reservation {
            Some(reservation) if self.verification.matches => reservation.succeed().await,
            _ => Ok(()),
        }
    }
}

impl Drop for Attempt<'_> {
    /// A client that hangs up during the hash has still made an attempt. There are no more of these tasks than hashes,
    /// which the number of threads limits.
    fn drop(&mut self) {
        let has_tried = match self.phase {
            Phase::Unused | Phase::Counted => false,
            Phase::Hashing => self.has_begun.load(Ordering::Acquire),
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
