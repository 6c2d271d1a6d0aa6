//! The options of a session: what a sign-in requests, checked.

use entity::session::TokenDelivery;

use crate::{
    context::OpContext,
    features::device::{DeviceName, DeviceNameProblem},
    platform::{failure::Denied, http::page_origin::PageOrigin},
};

/// The options that a sign-in requests, not checked yet.
#[derive(Debug, Clone)]
pub struct SessionRequest {
    /// A name for the device.
    pub device_name: Option<String>,
    /// Where the tokens go.
    pub delivery: TokenDelivery,
}

/// The checked options.
#[derive(Debug, Clone)]
pub struct SessionOptions {
    pub(super) device_name: DeviceName,
    pub(super) delivery: TokenDelivery,
}

impl SessionRequest {
    /// Checks whether the tokens can be delivered as requested. Call it before any work is done.
    pub fn check_delivery(&self, context: &OpContext) -> Result<(), Denied> {
        check_delivery(context, self.delivery)
    }

    /// Checks the options.
    pub fn options(&self, context: &OpContext) -> Result<SessionOptions, DeviceNameProblem> {
        let given = self.device_name.as_deref().map(DeviceName::parse).transpose()?;
        let agent = context.client.user_agent.as_deref();
        Ok(SessionOptions {
            device_name: given
                .flatten()
                .unwrap_or_else(|| DeviceName::from_user_agent(agent)),
            delivery: self.delivery,
        })
    }
}

/// Checks whether this call may get tokens in this way.
pub fn check_delivery(context: &OpContext, delivery: TokenDelivery) -> Result<(), Denied> {
    match delivery {
        TokenDelivery::Body => Ok(()),
        TokenDelivery::Cookie => may_set_cookies(context),
    }
}

/// Checks whether this call may set cookies. A foreign page could otherwise sign its visitor in to somebody else's
/// account (login CSRF; RFC 9700, section 4.7).
pub(super) fn may_set_cookies(context: &OpContext) -> Result<(), Denied> {
    if context.browser.page == PageOrigin::Foreign {
        return Err(Denied::CsrfBlocked);
    }
    if context.browser.cookie_scheme.is_none() {
        return Err(Denied::BadUserInput(
            "This server is reached over plain http, where cookies could be read in transit: ask for the tokens in \
             the body, or give the server a public_url that starts with https."
                .into(),
        ));
    }
    if context.browser.is_cross_site {
        return Err(Denied::BadUserInput(
            "The page and this server are different sites, and browsers store no cookies across sites: ask for the \
             tokens in the body, or serve both under one domain. `localhost` and `127.0.0.1` are different sites too."
                .into(),
        ));
    }
    Ok(())
}
