//! Use case: change one's own profile.

use entity::user;

use crate::{
    context::OpContext,
    features::{
        audit::{EventKind, NewEvent},
        proof, session,
        user::{self as users, DisplayName, NameProblem, Profile},
    },
    platform::{
        db::{Invalidates, transaction},
        failure::{Outcome, Refusal},
    },
};

/// What to change. Nothing else changes.
#[derive(Debug, Default)]
pub struct Input {
    /// The name.
    pub name: Option<String>,
    /// The language of mails and pages.
    pub locale: Option<String>,
    /// Whether a mail reports new sign-ins.
    pub has_sign_in_notices: Option<bool>,
}

/// One reason why nothing was changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    /// The name is invalid.
    Name(NameProblem),
    /// This server does not speak the language.
    Locale,
}

impl Refusal for Refused {}

/// Changes what is given of the caller's profile. Reports all problems at once.
pub async fn update_profile(context: &OpContext, input: &Input) -> Outcome<user::Model, Vec<Refused>> {
    // Count first: a refusal must cost the database nothing.
    let caller = context.caller().await?;
    session::count_write(context, caller).await?;
    let caller = context.fresh_caller().await?;
    let app = &context.app;
    let profile = check(context, input)?;
    let user = if profile == Profile::default() {
        // Read again: the same document may have changed the account after the caller was loaded.
        users::find(&app.db, caller.user.id).await?
    } else {
        let now = app.clock.now().as_millisecond();
        let event = changed(
            &profile,
            NewEvent::by_caller(context, EventKind::ProfileUpdated, &caller),
        );
        let _permit = session::transaction_permit(context, &caller).await;
        transaction!(app.db, Invalidates::One(caller.user.id.into()), |tx| {
            users::hold(tx, caller.user.id).await?;
            // A session that was ended meanwhile changes nothing, such as a thief's after an undo.
            if session::hold(tx, &caller.session, app.clock.now())
                .await?
                .is_none()
            {
                return Ok(None);
            }
            let user = users::update_profile(tx, caller.user.id, &profile, now).await?;
            event.save(tx).await?;
            Ok(user)
        })?
    };
    user.filter(users::is_open)
        .ok_or_else(|| proof::session_ended().into())
}

/// The event, with the names of the fields that were given.
fn changed<'a>(profile: &Profile, event: NewEvent<'a>) -> NewEvent<'a> {
    let fields = [
        profile.name.as_ref().map(|_| "name"),
        profile.locale.as_ref().map(|_| "locale"),
        profile.has_sign_in_notices.map(|_| "has_sign_in_notices"),
    ];
    let fields: Vec<_> = fields.into_iter().flatten().collect();
    event.detail("fields", &fields.join(","))
}

fn check(context: &OpContext, input: &Input) -> Result<Profile, Vec<Refused>> {
    let name = input.name.as_deref().map(DisplayName::parse).transpose();
    let locale = input.locale.as_deref();
    let is_spoken = locale.is_none_or(|locale| context.app.languages.has(locale));
    match (name, is_spoken) {
        (Ok(name), true) => Ok(Profile {
            name: name.map(DisplayName::into_string),
            // In the spelling of this server.
            locale: locale.map(|locale| context.app.languages.find(locale).language()),
            has_sign_in_notices: input.has_sign_in_notices,
        }),
        (name, is_spoken) => {
            let name = name.err().map(Refused::Name);
            let locale = (!is_spoken).then_some(Refused::Locale);
            Err(name.into_iter().chain(locale).collect())
        }
    }
}
