//! What a sign-in does to its identity.

use std::fmt;

use entity::{IdentityId, UserId};
use serde::{Deserialize, Serialize};

use super::{MAX_PER_ACCOUNT, ProviderAccount, Taken, store};
use crate::{
    context::App,
    platform::db::{Tx, TxError},
};

/// The identity of a sign-in.
#[derive(Clone, Serialize, Deserialize)]
pub enum SignInIdentity {
    /// It is linked: the id of its row, as text.
    Linked(String),
    /// It is linked by this sign-in, because of its address. Fails if it is linked, or was unlinked, by then.
    LinkToExisting(ProviderAccount),
    /// It is linked by this sign-in, which makes the account.
    LinkToNewUser(ProviderAccount),
}

/// Hidden: it is personal.
impl fmt::Debug for SignInIdentity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Linked(_) => "Linked",
            Self::LinkToExisting(_) => "LinkToExisting",
            Self::LinkToNewUser(_) => "LinkToNewUser",
        })
    }
}

impl SignInIdentity {
    /// The account of the provider that this sign-in links to an existing account.
    pub fn newly_linked(&self) -> Option<&ProviderAccount> {
        match self {
            Self::LinkToExisting(account) => Some(account),
            Self::Linked(_) | Self::LinkToNewUser(_) => None,
        }
    }

    /// Links it if it is new, and records the sign-in of a locked user. Fails if it is not, or no longer, this user's,
    /// or if the user has as many identities as possible; then roll back.
    pub async fn save(&self, tx: &Tx, app: &App, user_id: UserId) -> Result<(), TxError<Taken>> {
        let id = match self {
            Self::Linked(id) => id.parse::<IdentityId>().map_err(|_| Taken)?,
            Self::LinkToExisting(account) => {
                if store::of_user(tx, user_id).await?.len() >= MAX_PER_ACCOUNT {
                    return Err(Taken.into());
                }
                let id = store::insert(tx, app, user_id, account).await?.id;
                // Looked up after the insert, which waits for whoever is just unlinking it. A challenge of a second
                // factor may have been waiting for minutes.
                if store::was_unlinked(tx, account).await? {
                    return Err(Taken.into());
                }
                id
            }
            Self::LinkToNewUser(account) => store::insert(tx, app, user_id, account).await?.id,
        };
        if store::record_use(tx, id, user_id, app.clock.now().as_millisecond()).await? {
            Ok(())
        } else {
            Err(Taken.into())
        }
    }
}
