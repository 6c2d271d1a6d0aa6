//! Second factors: what an account can give besides its password, the gate that every sign-in passes, and every change
//! of the factors (OWASP ASVS 5.0, 6.3.4).
//!
//! A second factor is an authenticator app (TOTP) or a passkey; recovery codes replace a lost one. While an account has
//! one, neither a password nor a mailed code signs in alone: the sign-in gets a [`Challenge`] instead of a session, and
//! nothing of a success happens before [`verify`]. A passkey that verified its person counts as both factors.
//!
//! A change of the factors needs a proof of identity, ends the other sessions and every challenge that began before,
//! and is reported by mail.

mod challenge;
mod change;
mod factors;
mod forget_secrets;
mod gate;
mod given;
mod graphql;
pub mod passkey_setup;
pub mod passkeys;
pub mod password_off;
mod presented;
pub mod regenerate;
mod remembered;
mod reset;
pub mod totp_off;
pub mod totp_setup;
mod verify;

pub use challenge::{CHALLENGE_TTL, Challenge, FirstFactor, NewChallenge};
pub use change::{
    NotAllowed, can_mail_codes, end_others, must_confirm_address, needs_mailed_code, void_challenges,
};
pub use factors::{Factors, is_any, remove_all, remove_since};
pub use forget_secrets::forget_secrets;
pub use gate::{Gate, gate};
pub use given::Given;
pub use graphql::{MfaChallenge, MfaFactorInput, MfaMutation, MfaSettings, PasskeyMutation};
pub use presented::{Checked, Wrong, assert, check, report_copied};
pub use remembered::REMEMBERED_FOR;
pub use reset::{FactorReset, Reset};
pub use verify::{Input, Output, Refused, look, verify};
