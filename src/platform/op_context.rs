//! The context of one operation: without it no use case can be called.

use std::{net::IpAddr, sync::Arc};

use super::{
    app::App,
    http::request_id::RequestId,
    identity::{Credential, Identity},
};

/// What every use case gets: the server, the caller, where the call comes from, and its id.
#[derive(Debug)]
pub struct OpContext {
    /// The server's parts.
    pub app: Arc<App>,
    /// Where the call comes from.
    pub client: Client,
    /// Id of the request, in the answer and in every log line.
    pub request_id: RequestId,
    /// Who calls; ask [`OpContext::caller`] or [`OpContext::identify`].
    pub(super) identity: Identity,
}

/// Where a call comes from.
#[derive(Debug, Clone, Default)]
pub struct Client {
    /// Address of the client.
    pub address: Option<IpAddr>,
    /// `User-Agent` header, as sent.
    pub user_agent: Option<String>,
}

impl OpContext {
    /// The context of a request that came with `credential`.
    pub fn new(app: Arc<App>, client: Client, request_id: RequestId, credential: Credential) -> Self {
        Self {
            app,
            client,
            request_id,
            identity: Identity::new(credential),
        }
    }
}
