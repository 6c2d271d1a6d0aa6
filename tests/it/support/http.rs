//! HTTP clients of the tests.

use std::sync::{Arc, LazyLock};

use reqwest::{ClientBuilder, redirect::Policy};
use rustls::{ClientConfig, RootCertStore, crypto::aws_lc_rs};

/// Trusts nobody: the servers of the tests speak plain http, and reading the authorities of the system takes time.
static TLS: LazyLock<ClientConfig> = LazyLock::new(|| {
    ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(RootCertStore::empty())
        .with_no_client_auth()
});

/// A client that inspects redirects instead of following them.
pub(crate) fn http_client() -> reqwest::Client {
    ClientBuilder::new()
        .tls_backend_preconfigured(TLS.clone())
        .redirect(Policy::none())
        .build()
        .unwrap()
}
