//! TLS with the mail server.

use std::{fs, path::Path, sync::Arc};

use rustls::{
    CertificateError, ClientConfig, Error, RootCertStore,
    crypto::aws_lc_rs,
    pki_types::{CertificateDer, ServerName, pem::PemObject as _},
};
use tokio::net::TcpStream;
use tokio_rustls::{TlsConnector, client::TlsStream};

use super::send_error::Cause;
use crate::platform::config::ConfigError;

/// Starts TLS 1.2 or 1.3 and checks that the certificate is valid, of a trusted authority, and for this server.
#[derive(Clone)]
pub(super) struct Tls {
    connector: TlsConnector,
    name: ServerName<'static>,
}

impl Tls {
    /// Trusts the authorities of the operating system and those in `ca_file`.
    pub(super) fn new(host: &str, ca_file: Option<&Path>) -> Result<Self, ConfigError> {
        let name = ServerName::try_from(host.to_owned())
            .map_err(|_| ConfigError::new("smtp_server", "is not a name that a certificate can have"))?;
        let mut roots = RootCertStore::empty();
        // Systems have unusable certificates in their lists; what counts is whether any can be used.
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        if let Some(path) = ca_file {
            for authority in authorities(path).map_err(|problem| ConfigError::new("smtp_ca_file", problem))? {
                roots
                    .add(authority)
                    .map_err(|_| ConfigError::new("smtp_ca_file", NO_CERTIFICATE))?;
            }
        }
        if roots.is_empty() {
            let problem = "cannot be checked: this system trusts no authorities; install its package of certificates, \
                           or set smtp_ca_file";
            return Err(ConfigError::new("smtp_server", problem));
        }
        // Named, because a process has no default provider if two crates bring one.
        let config = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(|_| ConfigError::new("smtp_security", "TLS is not available"))?
            .with_root_certificates(roots)
            .with_no_client_auth();
        Ok(Self {
            connector: TlsConnector::from(Arc::new(config)),
            name,
        })
    }

    /// Starts TLS on a connection.
    pub(super) async fn start(&self, stream: TcpStream) -> Result<TlsStream<TcpStream>, Cause> {
        let handshake = self.connector.connect(self.name.clone(), stream);
        handshake.await.map_err(|error| {
            let tls = error.get_ref().and_then(|error| error.downcast_ref::<Error>());
            tls.map(problem).map_or_else(|| Cause::from(error), Cause::Tls)
        })
    }
}

const NO_CERTIFICATE: &str = "must be a PEM file with certificates of authorities";

/// The certificates in a PEM file.
fn authorities(path: &Path) -> Result<Vec<CertificateDer<'static>>, String> {
    let text = fs::read(path).map_err(|error| format!("cannot read the file: {error}"))?;
    let certificates: Vec<_> = CertificateDer::pem_slice_iter(&text)
        .collect::<Result<_, _>>()
        .map_err(|_| NO_CERTIFICATE)?;
    if certificates.is_empty() {
        return Err(NO_CERTIFICATE.to_owned());
    }
    Ok(certificates)
}

/// The problem in words of our own: those of the library contain what the server sent.
fn problem(error: &Error) -> &'static str {
    match error {
        Error::InvalidCertificate(error) => match error {
            CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
                "the certificate has expired"
            }
            CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
                "the certificate is not valid yet"
            }
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
                "the certificate is for another name"
            }
            CertificateError::UnknownIssuer => "the certificate is not from a trusted authority",
            CertificateError::Revoked => "the certificate has been revoked",
            _ => "the certificate is not acceptable",
        },
        Error::AlertReceived(_) => "the server broke off the handshake",
        Error::PeerIncompatible(_) => {
            "the server supports neither TLS 1.2 nor 1.3 with methods that are secure"
        }
        Error::InvalidMessage(_) => "the server answered with something else",
        _ => "the handshake went wrong",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(content: Option<&[u8]>) -> String {
        let root = tempfile::tempdir().unwrap();
        let path = root.path().join("hunter2.pem");
        if let Some(content) = content {
            fs::write(&path, content).unwrap();
        }
        Tls::new("mail.example.com", Some(&path))
            .err()
            .unwrap()
            .to_string()
    }

    #[test]
    fn a_file_without_certificates_stops_the_start_by_name() {
        let unreadable = "smtp_ca_file: cannot read the file: No such file or directory (os error 2)";
        assert_eq!(refusal(None), unreadable);
        for content in [
            b"".as_slice(),
            b"hunter2",
            b"\xff\xfe",
            b"-----BEGIN CERTIFICATE-----\nhunter2\n-----END CERTIFICATE-----\n",
            b"-----BEGIN CERTIFICATE-----\naHVudGVyMg==\n-----END CERTIFICATE-----\n",
            b"-----BEGIN CERTIFICATE-----\naHVudGVyMg==\n",
        ] {
            assert_eq!(refusal(Some(content)), format!("smtp_ca_file: {NO_CERTIFICATE}"));
        }
    }
}
