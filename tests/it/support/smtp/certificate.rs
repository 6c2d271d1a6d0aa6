//! An authority of the tests' own, and certificates by it.

use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, date_time_ymd};
use rustls::{ServerConfig, crypto::aws_lc_rs, pki_types::PrivateKeyDer};
use tokio_rustls::TlsAcceptor;

use super::Shows;

/// An authority that only the tests trust.
pub(super) struct Authority(CertifiedIssuer<'static, KeyPair>);

impl Authority {
    pub(super) fn new() -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params
            .distinguished_name
            .push(DnType::CommonName, "The authority of the tests");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        Self(CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap())
    }

    /// Its certificate.
    pub(super) fn pem(&self) -> String {
        self.0.pem()
    }
}

/// The server's side of TLS, with a new certificate.
pub(super) fn acceptor(authority: &Authority, shows: Shows) -> TlsAcceptor {
    let name = match shows {
        Shows::WrongName => "mail.example.com",
        Shows::Valid | Shows::Expired | Shows::SelfSigned | Shows::Forged => "localhost",
    };
    let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
    if shows == Shows::Expired {
        params.not_after = date_time_ymd(2026, 1, 1);
    }
    let key = KeyPair::generate().unwrap();
    let certificate = match shows {
        Shows::Valid | Shows::WrongName | Shows::Expired => params.signed_by(&key, &authority.0),
        Shows::SelfSigned => params.self_signed(&key),
        Shows::Forged => params.signed_by(&key, &Authority::new().0),
    };
    let certificate = certificate.unwrap();
    let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], key)
        .unwrap();
    TlsAcceptor::from(Arc::new(config))
}
