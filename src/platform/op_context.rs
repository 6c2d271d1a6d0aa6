//! The context of one operation: without it no use case can be called.

use std::{net::IpAddr, sync::Arc};

use secrecy::SecretString;

use super::{
    app::App,
    http::{arrival::Arrival, cookies::CookieScheme, page_origin::PageOrigin, request_id::RequestId},
    identity::Identity,
};

/// What every use case gets: the server, the caller, where the call comes from, and its id.
#[derive(Debug)]
pub struct OpContext {
    /// The server's parts.
    pub app: Arc<App>,
    /// Where the call comes from.
    pub client: Client,
    /// What cookies have to do with the call.
    pub browser: Browser,
    /// Names the form of a hosted page that is sent, with all that is in it, and the browser that sends it; none for
    /// every other call. Use cases that must not run twice for one form write it down.
    pub form_key: Option<String>,
    /// Id of the request, in the answer and in every log line.
    pub request_id: RequestId,
    /// Who calls; ask [`OpContext::caller`] or [`OpContext::identify`].
    pub(super) identity: Identity,
}

/// Where a call comes from.
#[derive(Debug, Clone, Default)]
pub struct Client {
    /// Address of the client; none where a trusted proxy names none that can be read.
    pub address: Option<IpAddr>,
    /// Whether the connection itself comes from this machine, and from no proxy that a setting names.
    pub is_local: bool,
    /// `User-Agent` header, as sent.
    pub user_agent: Option<String>,
}

/// The part that a browser with its cookies plays in a call.
#[derive(Debug)]
pub struct Browser {
    /// How this server names its cookies; none where it gives none out.
    pub cookie_scheme: Option<CookieScheme>,
    /// Which page is behind the call: no cookie may come of one of a foreign origin.
    pub page: PageOrigin,
    /// Whether the page behind the call is of another site, between which browsers keep no `SameSite` cookies.
    pub is_cross_site: bool,
    /// Whether the caller is known by cookies, not by a bearer token.
    pub is_credential: bool,
    /// Whether cookies of this server came along, and count.
    pub sent_cookies: bool,
    /// The refresh token among them.
    pub refresh_token: Option<SecretString>,
    /// What tells the browser's forms from those of others, if it came exactly once.
    pub form_cookie: Option<SecretString>,
}

impl Client {
    /// The user agent as it is kept: its first 256 bytes, without half a character at the end.
    pub fn short_agent(&self) -> Option<String> {
        const MAX_BYTES: usize = 256;
        let agent = self.user_agent.as_ref()?;
        agent
            .get(..agent.floor_char_boundary(MAX_BYTES))
            .map(str::to_owned)
    }

    /// The address as it is kept: IPv4 in its own form, also where it came through an IPv6 socket.
    pub fn address_text(&self) -> Option<String> {
        self.address.map(|address| address.to_canonical().to_string())
    }
}

impl OpContext {
    /// The context of a request that arrived in this way.
    pub fn new(app: Arc<App>, client: Client, request_id: RequestId, arrival: Arrival) -> Self {
        Self {
            app,
            client,
            browser: arrival.browser,
            form_key: None,
            request_id,
            identity: Identity::new(arrival.credential),
        }
    }
}
