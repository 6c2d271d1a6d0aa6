//! Whether what was read a moment ago still holds, as far as this instance can tell.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use entity::UserId;

/// After this time a statement that was sent and not answered has run, or never will: its connection is closed. The
/// database may have been stopped in between; then what was read before counts for `session_cache` at most.
const LATE: Duration = Duration::from_secs(5);

/// Users are counted together with one in so many others, which costs those a reading now and then.
const GROUPS: usize = 256;

/// The counts of changes of one instance.
#[derive(Debug, Clone)]
pub(super) struct Changes(Arc<Counts>);

#[derive(Debug)]
struct Counts {
    everybody: AtomicU64,
    groups: [AtomicU64; GROUPS],
}

/// A point between two changes that concern a user. What was read of the user after it was asked for holds until another
/// one is current: the changes that this instance makes end it, those of other instances do not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Epoch {
    everybody: u64,
    group: u64,
}

/// Of whom something may have been read that a change makes untrue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Concerns {
    /// Of anybody. Right for every change; whatever is narrower saves others a reading, and has to be right.
    Everybody,
    /// Of this user alone.
    User(UserId),
    /// Of nobody: the change is about what is read anew each time, or whoever makes it sees to what is remembered.
    Nobody,
}

/// A change under way. The epoch ends when this is dropped: after the commit, and also where nobody waits for the
/// commit any more, or it failed and may have happened all the same.
#[must_use = "the epoch ends when this is dropped, which must be after the commit"]
#[derive(Debug)]
pub struct Change {
    changes: Changes,
    concerns: Concerns,
}

impl Changes {
    pub(super) fn epoch(&self, user: UserId) -> Epoch {
        Epoch {
            everybody: self.0.everybody.load(Ordering::SeqCst),
            group: self.group(user).load(Ordering::SeqCst),
        }
    }

    pub(super) fn begin(&self, concerns: Concerns) -> Change {
        Change {
            changes: self.clone(),
            concerns,
        }
    }

    /// By the last byte of an id, which is by chance.
    fn group(&self, user: UserId) -> &AtomicU64 {
        let [.., last] = user.0.into_bytes();
        let group = self.0.groups.get(usize::from(last) % GROUPS);
        group.unwrap_or(&self.0.everybody)
    }
}

impl Default for Changes {
    fn default() -> Self {
        Self(Arc::new(Counts {
            everybody: AtomicU64::new(0),
            groups: [const { AtomicU64::new(0) }; GROUPS],
        }))
    }
}

impl Change {
    /// Ends the epoch now; and once more later, where the change may still be on its way to the database.
    pub(super) fn end(self, may_be_late: bool) {
        if may_be_late {
            let late = self.changes.begin(self.concerns);
            tokio::spawn(async move {
                tokio::time::sleep(LATE).await;
                drop(late);
            });
        }
    }
}

impl Drop for Change {
    fn drop(&mut self) {
        let count = match self.concerns {
            Concerns::Everybody => &self.changes.0.everybody,
            Concerns::User(user) => self.changes.group(user),
            Concerns::Nobody => return,
        };
        count.fetch_add(1, Ordering::SeqCst);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn user(last: u8) -> UserId {
        format!("01a2042e-4320-774d-a139-b705b70ad0{last:02x}")
            .parse()
            .unwrap()
    }

    /// Two in different groups.
    fn users() -> (UserId, UserId) {
        (user(1), user(255))
    }

    #[test]
    fn a_change_that_concerns_a_user_ends_the_epoch_of_this_user_whichever_it_is() {
        let changes = Changes::default();
        for user in (0..=255).map(user) {
            let before = changes.epoch(user);
            drop(changes.begin(Concerns::User(user)));
            assert_ne!(changes.epoch(user), before, "{user}");
        }
    }

    #[test]
    fn a_change_ends_the_epoch_when_it_is_over_and_not_before() {
        let changes = Changes::default();
        let (ada, _) = users();
        let before = changes.epoch(ada);
        let change = changes.begin(Concerns::Everybody);
        assert_eq!(changes.epoch(ada), before);
        drop(change);
        assert_ne!(changes.epoch(ada), before);
    }

    #[test]
    fn a_change_that_concerns_one_user_leaves_the_others() {
        let changes = Changes::default();
        let (ada, bob) = users();
        let before = (changes.epoch(ada), changes.epoch(bob));
        drop(changes.begin(Concerns::User(ada)));
        assert_ne!(changes.epoch(ada), before.0);
        assert_eq!(changes.epoch(bob), before.1);
        let before = changes.epoch(bob);
        drop(changes.begin(Concerns::Nobody));
        assert_eq!(changes.epoch(bob), before);
        drop(changes.begin(Concerns::Everybody));
        assert_ne!(changes.epoch(bob), before);
    }

    #[test]
    fn all_who_share_the_database_see_the_end() {
        let changes = Changes::default();
        let (ada, _) = users();
        for concerns in [Concerns::Everybody, Concerns::User(ada)] {
            let before = changes.epoch(ada);
            drop(changes.clone().begin(concerns));
            assert_ne!(changes.epoch(ada), before);
        }
    }
}
