//! Use case: change what one's account shows.

use entity::user;

use crate::{
    features::user::{self as users, DisplayName, NameProblem},
    platform::{
        failure::{Failure, Outcome},
        op_context::OpContext,
    },
};

/// Gives the caller's account another name, where one is given.
pub(super) async fn update_profile(
    context: &OpContext,
    name: Option<&str>,
) -> Outcome<user::Model, NameProblem> {
    let caller = context.caller().await.map_err(Failure::widen)?;
    let user = caller.user.clone();
    let Some(name) = name else {
        return Ok(user);
    };
    let name = DisplayName::parse(name).map_err(Failure::Refused)?;
    if name.as_str() == user.name {
        return Ok(user);
    }
    let now = context.app.clock.now().as_millisecond();
    users::rename(&context.app.db, user.id, &name, now).await?;
    Ok(user::Model {
        name: name.into_string(),
        updated_at: now,
        ..user
    })
}
