//! The letter to the new address.

use entity::UserId;

use crate::{
    context::App,
    features::{
        mail::{Composed, Letter, Recipient, Secret, recipient},
        user as users,
    },
    platform::failure::Failed,
};

/// The letter to a new address of this user: the link, or a notice to the owner of the account that has it.
pub async fn compose(
    app: &App,
    user_id: &str,
    email_key: &str,
    address: String,
    secret: Secret,
) -> Result<Option<Composed>, Failed> {
    let Ok(id) = user_id.parse::<UserId>() else {
        return Ok(None);
    };
    let Some(user) = users::find(&app.db, id).await?.filter(users::is_open) else {
        return Ok(None);
    };
    match users::find_by_key(&app.db, email_key).await? {
        Some(owner) if owner.id != user.id => {
            let letter = Letter::AddressRequested;
            Ok(Some(Composed::new(Some(owner.id), recipient(&owner), letter)))
        }
        _ => {
            let to = Recipient {
                address,
                locale: user.locale,
                name: None,
            };
            let letter = Letter::ConfirmNewAddress { token: secret };
            Ok(Some(Composed::new(Some(user.id), to, letter)))
        }
    }
}
