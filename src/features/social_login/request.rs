//! Use case: begin a flow for a client of the API.

use std::fmt;

use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};

use super::{
    flow::{Linking, Target},
    sealed::{Kind, end_of_flow, open, seal},
};
use crate::{
    context::{App, OpContext},
    features::proof,
    platform::failure::{Denied, Outcome, Refusal},
};

/// Length of an S256 challenge: 32 bytes in base64url (RFC 7636, section 4.2).
const CHALLENGE_LENGTH: usize = 43;

/// What the link to the start page carries.
#[derive(Clone, Serialize, Deserialize)]
pub struct StartRequest {
    /// Id of the provider.
    pub provider: String,
    /// Where the sign-in leads.
    pub target: Target,
    /// The session whose user links an identity; none to sign in.
    pub linking: Option<Linking>,
}

/// Hidden: it is handed out sealed.
impl fmt::Debug for StartRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StartRequest").finish_non_exhaustive()
    }
}

/// Why it does not begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotRequested {
    /// This server knows no providers.
    Disabled,
    /// There is no such provider.
    ProviderUnknown,
    /// The settings do not allow this address.
    RedirectNotAllowed,
    /// The session was not recently reauthenticated.
    ReauthenticationRequired,
}

impl Refusal for NotRequested {}

/// What a client asks for.
#[derive(Debug)]
pub(super) struct Input {
    /// Id of the provider.
    pub(super) provider: String,
    /// Where the browser comes back to.
    pub(super) redirect_url: String,
    /// S256 challenge of the client's verifier.
    pub(super) code_challenge: String,
    /// Whether the caller links an identity.
    pub(super) links: bool,
}

/// The address of the start page for this client. Writes nothing.
pub(super) async fn request(context: &OpContext, input: Input) -> Outcome<String, NotRequested> {
    let app = &context.app;
    // Who may not link at all hears nothing else.
    let caller = if input.links {
        Some(context.fresh_caller().await?)
    } else {
        None
    };
    if app.providers.all().next().is_none() {
        return Err(NotRequested::Disabled.into());
    }
    let provider = app.providers.find(&input.provider);
    let provider = provider.ok_or(NotRequested::ProviderUnknown)?;
    if !app.config.allows_login_redirect(&input.redirect_url) {
        return Err(NotRequested::RedirectNotAllowed.into());
    }
    check_challenge(&input.code_challenge)?;
    let linking = match caller {
        Some(caller) => {
            proof::step_up(context, &caller).ok_or(NotRequested::ReauthenticationRequired)?;
            Some(Linking::of(&caller))
        }
        None => None,
    };
    let sealed = seal(
        app,
        Kind::Request,
        &StartRequest {
            provider: provider.id().to_owned(),
            target: Target::Client {
                redirect_url: input.redirect_url,
                code_challenge: input.code_challenge,
            },
            linking,
        },
        end_of_flow(app),
    )?;
    let public_url = &app.config.public_url;
    Ok(format!(
        "{public_url}/oauth/{}/start?request={}",
        provider.id(),
        sealed.expose_secret()
    ))
}

/// The request in a link to the start page; none if it is not ours, or has run out.
pub fn open_request(app: &App, text: &SecretString) -> Option<StartRequest> {
    open(app, Kind::Request, text)
}

fn check_challenge(challenge: &str) -> Result<(), Denied> {
    let is_base64url = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    if challenge.len() == CHALLENGE_LENGTH && challenge.bytes().all(is_base64url) {
        return Ok(());
    }
    Err(Denied::BadUserInput(
        "`codeChallenge` must be the SHA-256 of your code verifier in base64url without padding: 43 characters \
         (RFC 7636, section 4.2)."
            .into(),
    ))
}
