//! The way back from a page of a sign-in, for people who change their minds.

use url::Url;

use super::{ProviderLink, SocialLoginError, client_redirect::with_error};
use crate::features::{page::page_context::PageContext, social_login::Target};

/// Back to the application that asked, with an error; else to the sign-in page, if there is one.
pub(super) fn way_back(page: &PageContext, target: &Target) -> Option<ProviderLink> {
    match target {
        Target::Page { .. } => page.context.app.config.pages.then(|| ProviderLink {
            to: "/login".to_owned(),
            text: page.t.text("back-to-sign-in"),
        }),
        Target::Client { redirect_url, .. } => {
            let text = match host(redirect_url) {
                Some(host) => page.t.with("back-to", &[("application", host.into())]),
                None => page.t.text("back-to-app"),
            };
            let error = SocialLoginError::declined(false);
            Some(ProviderLink {
                to: with_error(redirect_url, error.code, &page.t.text("cancelled-here")),
                text,
            })
        }
    }
}

/// How to name the application at this address: by its host, or as an app on the device.
pub(super) fn application(page: &PageContext, redirect_url: &str) -> String {
    host(redirect_url).unwrap_or_else(|| page.t.text("an-app-on-this-device"))
}

/// The host of a web application.
fn host(redirect_url: &str) -> Option<String> {
    let url = Url::parse(redirect_url).ok()?;
    let host = url.host_str()?;
    (url.scheme() == "https").then(|| host.to_owned())
}
