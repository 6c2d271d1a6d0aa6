//! Users as recipients of mail.

use entity::user;

use super::people::Recipient;
use crate::features::user as users;

/// A user as a recipient. The name stays out until the address is proven: nobody must choose words that a stranger gets
/// by mail.
pub fn recipient(user: &user::Model) -> Recipient {
    Recipient {
        address: users::mail_address(user),
        locale: user.locale.clone(),
        name: user.email_verified_at.map(|_| user.name.clone()),
    }
}
