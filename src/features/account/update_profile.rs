//! Use case: change one's own profile.

use entity::user;

use super::proof;
use crate::{
    context::OpContext,
    features::{
        session, user as users,
        user::{DisplayName, NameProblem},
    },
    platform::{
        db::{Invalidates, transaction},
        failure::Outcome,
    },
};

/// Renames the caller's account, if a name is given.
pub async fn update_profile(context: &OpContext, name: Option<&str>) -> Outcome<user::Model, NameProblem> {
    // Count first: a refusal must cost the database nothing.
    let caller = context.caller().await?;
    session::count_write(context, caller).await?;
    let caller = context.fresh_caller().await?;
    let app = &context.app;
    let user = match name {
        Some(name) => {
            let name = DisplayName::parse(name)?;
            let now = app.clock.now().as_millisecond();
            let _permit = session::transaction_permit(context, &caller).await;
            transaction!(app.db, Invalidates::One(caller.user.id.into()), |tx| {
                Ok(users::rename(tx, caller.user.id, &name, now).await?)
            })?
        }
        // Read again: the same document may have changed the account after the caller was loaded.
        None => users::find(&app.db, caller.user.id).await?,
    };
    user.filter(|user| user.status == user::Status::Active)
        .ok_or_else(|| proof::session_ended().into())
}
