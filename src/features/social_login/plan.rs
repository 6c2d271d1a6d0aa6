//! What a sign-in with another provider does, by what the database holds.

use entity::{IdentityId, user};

use super::{
    model::{AddressOwner, AddressProof, Decision, PriorLink, decide},
    social_profile::SocialProfile,
};
use crate::{
    context::App,
    features::{
        identity,
        user::{self as users, EmailAddress},
    },
    platform::failure::Failed,
};

/// What happens next.
#[derive(Debug)]
pub(super) enum Plan {
    /// Sign in to the account of this identity.
    SignIn(IdentityId, user::Model),
    /// Link the identity to this account, and sign in to it.
    Link(user::Model),
    /// The same, after the first proof of the account's address has ended everything that the account had.
    TakeOver(user::Model),
    /// Create an account with this address.
    Create(EmailAddress),
    /// Ask for an address: none is certain.
    AskForAddress,
    /// Prove the address by our own mail.
    ProveAddress,
    /// Refuse: the owner of the account must sign in to it, and link there.
    AccountExists,
    /// Refuse: there is no account, and sign-up is closed.
    SignupDisabled,
}

/// What happens to this person next. Writes nothing.
pub(super) async fn plan(app: &App, profile: &SocialProfile) -> Result<Plan, Failed> {
    let row = identity::find(app.db.reader(), &profile.account).await?;
    if let Some(row) = row {
        let user = users::find(&app.db, row.user_id).await?;
        // The foreign key deletes the row with its user.
        return Ok(user.map_or(Plan::AskForAddress, |user| Plan::SignIn(row.id, user)));
    }
    let known = if identity::was_unlinked(app.db.reader(), &profile.account).await? {
        PriorLink::Unlinked
    } else {
        PriorLink::No
    };
    let Some(email) = profile.address() else {
        return Ok(if app.config.signup_enabled {
            Plan::AskForAddress
        } else {
            // Without sign-up, a mailed code could not create an account.
            Plan::SignupDisabled
        });
    };
    let user = users::find_by_email(&app.db, &email).await?;
    let holder = match &user {
        None => AddressOwner::Nobody,
        Some(user) if user.email_verified_at.is_none() => AddressOwner::Unconfirmed,
        Some(user) => AddressOwner::Confirmed {
            has_role: !users::roles(&app.db, user.id).await?.is_empty(),
        },
    };
    let proof = if profile.is_proven_by_us() {
        AddressProof::OwnMail
    } else {
        AddressProof::Provider
    };
    Ok(match (decide(known, proof, holder), user) {
        (Decision::Create, _) if !app.config.signup_enabled => Plan::SignupDisabled,
        (Decision::Create, _) => Plan::Create(email),
        (Decision::Link, Some(user)) => Plan::Link(user),
        (Decision::TakeOver, Some(user)) => Plan::TakeOver(user),
        (Decision::ProveAddress, _) => Plan::ProveAddress,
        (Decision::AccountExists | Decision::Link | Decision::TakeOver, _) => Plan::AccountExists,
    })
}

/// Whether this person must prove an address before they can sign in, and which one; none asks for one.
pub async fn address_needed(app: &App, profile: &SocialProfile) -> Result<Option<AddressNeeded>, Failed> {
    Ok(match plan(app, profile).await? {
        Plan::AskForAddress => Some(AddressNeeded::Any),
        Plan::ProveAddress => profile.address().map(AddressNeeded::This),
        _ => None,
    })
}

/// Which address must be proven.
#[derive(Debug)]
pub enum AddressNeeded {
    /// Any address of the person.
    Any,
    /// This one: the provider vouches for it, and it has an account that is not confirmed.
    This(EmailAddress),
}
