//! What a sign-in with another provider gets, and how it ends.

use entity::{SessionId, user};

use super::social_profile::SocialProfile;
use crate::{
    context::OpContext,
    features::{
        device::DeviceNameProblem, form_receipt, identity::SignInIdentity, one_time_token::SingleUse,
        session::SessionRequest,
    },
    platform::{
        db::{DbResult, Tx},
        failure::{Failure, Refusal},
    },
};

/// Who signs in.
#[derive(Debug)]
pub struct Input {
    /// Who signs in.
    pub profile: SocialProfile,
    /// The record that the answer of the provider, or its successor, was used.
    pub used: SingleUse,
    /// The requested session.
    pub session: SessionRequest,
    /// The key of a receipt to leave in addition, if any.
    pub receipt_key: Option<String>,
}

/// Why there is no session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    /// The device name is invalid.
    DeviceName(DeviceNameProblem),
    /// The answer was used already.
    Used,
    /// The person must prove an address first, on the page for that.
    AddressNeeded,
    /// There is an account with the address, which this identity must not link to by itself.
    AccountExists,
    /// The account is disabled.
    AccountDisabled,
    /// The address of the account must be confirmed first. A link is mailed, unless the address had enough of them.
    EmailNotVerified,
    /// There is no account, and sign-up is closed.
    SignupDisabled,
}

impl Refusal for Refused {}

/// Why one try failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NotSaved {
    /// Something changed meanwhile: decide again.
    Raced,
    /// The use case refuses.
    Refused(Refused),
}

impl Refusal for NotSaved {}

impl From<Refused> for Failure<NotSaved> {
    fn from(refused: Refused) -> Self {
        NotSaved::Refused(refused).into()
    }
}

impl Input {
    /// Saves the receipts of the sign-in that started this session.
    pub(super) async fn save_receipts(
        &self,
        tx: &Tx,
        context: &OpContext,
        session_id: SessionId,
    ) -> DbResult<()> {
        form_receipt::save(tx, context, session_id).await?;
        match &self.receipt_key {
            Some(key) => form_receipt::save_as(tx, context, key, session_id).await,
            None => Ok(()),
        }
    }
}

/// An existing account to sign in to.
#[derive(Debug)]
pub(super) struct Existing {
    pub(super) user: user::Model,
    pub(super) identity: SignInIdentity,
    /// Whether this is the first proof of its address, which ends everything that the account had.
    pub(super) is_first_proof: bool,
}
