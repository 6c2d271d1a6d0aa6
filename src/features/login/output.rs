//! What a sign-in gives.

use entity::user;

use crate::{
    context::OpContext,
    features::{
        form_receipt,
        mfa::Challenge,
        session::{self, NewSession},
    },
    platform::failure::Failed,
};

/// A signed-in user with the new session.
#[derive(Debug)]
pub struct SignedIn {
    /// The user.
    pub user: user::Model,
    /// Role names, sorted.
    pub roles: Vec<String>,
    /// The session.
    pub session: NewSession,
}

impl SignedIn {
    /// The answer to the same sign-in, which was lost on the way; none if there was no such sign-in lately.
    pub async fn repeated(context: &OpContext, repeat_key: &str) -> Result<Option<Self>, Failed> {
        let Some(receipt) = form_receipt::find_by(context, repeat_key).await? else {
            return Ok(None);
        };
        let Some((user, roles, session)) = session::first_answer(context, receipt.session_id).await? else {
            return Ok(None);
        };
        // The first answer went through this check as well.
        session::check_delivery(context, session.session.token_delivery)?;
        Ok(Some(Self { user, roles, session }))
    }
}

/// What a right password, or the right code of a mail, gives.
#[derive(Debug)]
pub enum Output {
    /// A session.
    SignedIn(Box<SignedIn>),
    /// A challenge: a second factor is outstanding.
    Challenge(Challenge),
}
