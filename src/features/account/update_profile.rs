//! Use case: change what one's account shows.

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

/// Gives the caller's account another name, where one is given.
pub async fn update_profile(context: &OpContext, name: Option<&str>) -> Outcome<user::Model, NameProblem> {
    // Counted first: a refusal must cost the database nothing.
    let caller = context.caller().await?;
    session::count_write(context, caller).await?;
    let caller = context.fresh_caller().await?;
    let app = &context.app;
    let user = match name {
        Some(name) => {
            let name = DisplayName::parse(name)?;
            let now = app.clock.now().as_millisecond();
            let _place = session::write_place(context, &caller).await;
            transaction!(app.db, Invalidates::One(caller.user.id.0), |tx| {
                Ok(users::rename(tx, caller.user.id, &name, now).await?)
            })?
        }
        // As it is now: the caller was looked up before, and the same document may have changed it since.
        None => users::find(&app.db, caller.user.id).await?,
    };
    user.filter(|user| user.status == user::Status::Active)
        .ok_or_else(|| proof::session_ended().into())
}
