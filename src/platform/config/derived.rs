//! Defaults and conditions of settings that follow from other settings.

use super::{parse, public_url::PublicUrl, values::Values};

/// The public URL, if its text is valid; reading the setting reports an invalid one.
pub(super) fn public_url(values: &Values) -> Option<PublicUrl> {
    PublicUrl::parse(values.text("public_url").trim()).ok()
}

pub(super) fn is_loopback(values: &Values) -> bool {
    public_url(values).is_some_and(|url| url.is_loopback())
}

pub(super) fn takes_trusted_only(values: &Values) -> bool {
    parse::switch(values.text("trusted_documents_only").trim()).unwrap_or(false)
}

pub(super) fn has_cookies(values: &Values) -> bool {
    public_url(values).is_some_and(|url| url.is_https() || url.is_loopback())
}

pub(super) fn on_loopback(values: &Values) -> String {
    is_loopback(values).to_string()
}

pub(super) fn default_mfa_roles(values: &Values) -> String {
    let roles = if is_loopback(values) {
        parse::NO_ROLES
    } else {
        "admin"
    };
    roles.to_owned()
}

pub(super) fn default_listen(values: &Values) -> String {
    let port = public_url(values)
        // With https there is a proxy in front, and the port is the proxy's.
        .filter(|url| url.is_loopback() && !url.is_https())
        .and_then(|url| url.port())
        .unwrap_or(8000);
    format!("127.0.0.1:{port},[::1]:{port}")
}
