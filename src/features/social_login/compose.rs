//! The letter to an address that somebody gave.

use std::fmt;

use crate::{
    context::App,
    features::{
        mail::{Asker, Composed, Letter, Recipient, Secret, recipient},
        user as users,
    },
    platform::failure::Failed,
};

/// What the letter says.
pub struct AddressMail {
    /// Who gets it, if the address has no account.
    pub to: Recipient,
    /// Name of the provider.
    pub provider: String,
    /// The code.
    pub code: Secret,
    /// Who asked.
    pub asker: Asker,
}

/// Hidden: it holds a code.
impl fmt::Debug for AddressMail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AddressMail").finish_non_exhaustive()
    }
}

/// The code; or a notice without one, if the address has an account that the identity cannot link to. Both are mailed,
/// so that the page answers alike.
pub async fn compose(
    app: &App,
    email_key: &str,
    was_unlinked: bool,
    mail: AddressMail,
) -> Result<Option<Composed>, Failed> {
    let AddressMail {
        to,
        provider,
        code,
        asker,
    } = mail;
    let user = users::find_by_key(&app.db, email_key).await?;
    let owner = user.filter(|user| was_unlinked || user.email_verified_at.is_some());
    if let Some(owner) = owner {
        let letter = Letter::AccountExists { asker, provider };
        return Ok(users::is_open(&owner).then(|| Composed::new(Some(owner.id), recipient(&owner), letter)));
    }
    let letter = Letter::AddressCode {
        code,
        asker,
        provider,
    };
    Ok(Some(Composed::new(None, to, letter)))
}
