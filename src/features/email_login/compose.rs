//! The letter with code and link.

use crate::{
    context::App,
    features::{
        mail::{Asker, Composed, Letter, Secret, recipient},
        user as users,
    },
    platform::failure::Failed,
};

/// The letter for this address; none if it has no account that could sign in.
pub async fn compose(
    app: &App,
    email_key: &str,
    code: Secret,
    secret: Secret,
    asker: Asker,
) -> Result<Option<Composed>, Failed> {
    let user = users::find_by_key(&app.db, email_key).await?;
    Ok(user.filter(users::is_open).map(|user| {
        let letter = Letter::SignInCode {
            code,
            token: secret,
            asker,
        };
        Composed::new(Some(user.id), recipient(&user), letter)
    }))
}
