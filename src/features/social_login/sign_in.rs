//! Use case: sign in somebody who comes from a provider.

use entity::user;

use super::{
    create_account::create_account,
    enter_account::enter_account,
    outcome::{Existing, Input, NotSaved, Refused},
    plan::{Plan, plan},
};
use crate::{
    context::OpContext,
    features::{attempt, identity::SignInIdentity, login::Output, session::SessionOptions},
    platform::failure::{Failure, Outcome},
};

/// Number of tries, if another sign-in with the same identity or address is faster.
const MAX_TRIES: u32 = 3;

/// Signs in: to the account of the identity, to an account that it links to, or to a new one.
pub async fn sign_in(context: &OpContext, input: &Input) -> Outcome<Output, Refused> {
    input.session.check_delivery(context)?;
    let options = input.session.options(context).map_err(Refused::DeviceName)?;
    for nth in 0..MAX_TRIES {
        match try_once(context, input, options.clone(), nth == 0).await {
            Ok(output) => return Ok(output),
            Err(Failure::Refused(NotSaved::Raced)) => {}
            Err(Failure::Refused(NotSaved::Refused(refused))) => return Err(refused.into()),
            Err(Failure::Failed(failed)) => return Err(failed.into()),
        }
    }
    // No account has the address, but it is reserved: a former owner can still take it back.
    Err(Refused::AccountExists.into())
}

async fn try_once(
    context: &OpContext,
    input: &Input,
    options: SessionOptions,
    is_first: bool,
) -> Outcome<Output, NotSaved> {
    let profile = &input.profile;
    let existing = |user: &user::Model, identity, is_first_proof| Existing {
        user: user.clone(),
        identity,
        is_first_proof,
    };
    let account = match plan(&context.app, profile).await? {
        Plan::SignIn(id, user) => existing(&user, SignInIdentity::Linked(id.to_string()), false),
        Plan::Link(user) => existing(
            &user,
            SignInIdentity::LinkToExisting(profile.account.clone()),
            false,
        ),
        Plan::TakeOver(user) => existing(
            &user,
            SignInIdentity::LinkToExisting(profile.account.clone()),
            true,
        ),
        Plan::Create(email) => {
            // Once for each visitor, however many tries it takes.
            if is_first {
                attempt::limit_signup(context)?;
            }
            return create_account(context, input, options, &email).await;
        }
        Plan::AskForAddress | Plan::ProveAddress => return Err(Refused::AddressNeeded.into()),
        Plan::AccountExists => return Err(Refused::AccountExists.into()),
        Plan::SignupDisabled => return Err(Refused::SignupDisabled.into()),
    };
    enter_account(context, input, options, &account).await
}
