//! The language of an account: learnt at sign-up, and changed in the profile.

use crate::{context::OpContext, platform::http::accept_language::ranges};

/// The language that the caller's browser prefers, of those that this server speaks.
pub fn preferred(context: &OpContext) -> String {
    let sent = context.client.languages.as_ref();
    let sent = ranges(sent.into_iter().map(|languages| bounded(languages.as_bytes())));
    context.app.languages.choose(&sent).language()
}

/// A header can be long, and nobody speaks so many languages.
fn bounded(languages: &[u8]) -> &[u8] {
    const MAX_BYTES: usize = 256;
    languages.get(..MAX_BYTES).unwrap_or(languages)
}
