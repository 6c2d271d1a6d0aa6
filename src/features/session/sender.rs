//! Compares the sender of a refresh token with that of the last trade: program, browser and network.
//!
//! Browser and network are stored as keyed hashes that differ for each session: they can neither be read from the
//! database nor compared between sessions.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use entity::session;
use secrecy::ExposeSecret as _;

use crate::{
    context::OpContext,
    platform::{
        crypto::{TAG_BYTES, TagKeys},
        failure::Fault,
        limit::Network,
    },
};

/// The sender of a refresh token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Sender {
    /// Whether it is the program that made the last trade; if the session began on a page, also the same browser.
    pub(super) is_same_program: bool,
    /// Whether it is in another network.
    pub(super) is_elsewhere: bool,
}

impl Sender {
    /// The sender of this call, compared for this session.
    pub(super) fn of(context: &OpContext, session: &session::Model) -> Self {
        let app = &context.app;
        let is_same_browser = is_of(&app.form_keys, session.form_cookie.as_deref(), |tag, keys| {
            keys.is_genuine(&browser(context, session), tag)
        });
        let is_same_network = is_of(&app.limits.keys, session.rotated_from.as_deref(), |tag, keys| {
            keys.is_genuine(&[NETWORK, session.id.0.as_bytes(), &network(context)], tag)
        });
        Self {
            is_same_program: session.rotated_by == context.client.short_agent() && is_same_browser,
            is_elsewhere: !is_same_network,
        }
    }
}

const BROWSER: &[u8] = b"browser of session";
const NETWORK: &[u8] = b"network of session";

/// Records the sender of the current trade in the session's row.
pub(super) fn note(context: &OpContext, session: &mut session::Model) -> Result<(), Fault> {
    let keys = &context.app.limits.keys;
    let parts = [NETWORK, session.id.0.as_bytes(), &network(context)];
    session.rotated_from = Some(tag(keys, &parts)?);
    session.rotated_by = context.client.short_agent();
    if session.form_cookie.is_some() {
        // Form cookies expire, and browsers get new ones.
        bind_to_browser(context, session)?;
    }
    Ok(())
}

/// Records that the session began in a form of this browser.
pub(super) fn bind_to_browser(context: &OpContext, session: &mut session::Model) -> Result<(), Fault> {
    let tag = tag(&context.app.form_keys, &browser(context, session))?;
    session.form_cookie = Some(tag);
    Ok(())
}

/// The form cookie comes last, since it may have any length. Browsers without one count as the same.
fn browser<'a>(context: &'a OpContext, session: &'a session::Model) -> [&'a [u8]; 3] {
    let cookie = context.browser.form_cookie.as_ref();
    let cookie = cookie.map_or(&b""[..], |cookie| cookie.expose_secret().as_bytes());
    [BROWSER, session.id.0.as_bytes(), cookie]
}

/// Callers without an address count as one network.
fn network(context: &OpContext) -> [u8; Network::BYTES] {
    let address = context.client.address;
    address.map_or([0; Network::BYTES], |address| Network::of(address).bytes())
}

fn tag(keys: &TagKeys, parts: &[&[u8]]) -> Result<String, Fault> {
    Ok(URL_SAFE_NO_PAD.encode(keys.newest_tag(parts)?))
}

/// Whether the stored tag passes. A row without a tag has nothing to compare.
fn is_of(
    keys: &TagKeys,
    kept: Option<&str>,
    passes: impl FnOnce(&[u8; TAG_BYTES], &TagKeys) -> bool,
) -> bool {
    kept.is_none_or(|kept| {
        let tag = URL_SAFE_NO_PAD.decode(kept).ok();
        let tag: Option<[u8; TAG_BYTES]> = tag.and_then(|tag| tag.try_into().ok());
        tag.is_some_and(|tag| passes(&tag, keys))
    })
}
