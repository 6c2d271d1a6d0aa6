//! Second factors in GraphQL.

mod errors;
mod factor;
mod mutations;
mod passkeys;
mod settings;

pub use factor::{MfaChallenge, MfaFactorInput};
pub use mutations::MfaMutation;
pub use passkeys::PasskeyMutation;
pub use settings::MfaSettings;
