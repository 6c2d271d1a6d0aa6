//! TLS with servers that this one connects to: which authorities to trust, and what went wrong.

use std::{error::Error as StdError, fs, io, path::Path, sync::Arc};

use rustls::{
    CertificateError, ClientConfig, Error, RootCertStore,
    crypto::aws_lc_rs,
    pki_types::{CertificateDer, pem::PemObject as _},
};

/// Authorities whose certificates are trusted.
#[derive(Debug)]
pub struct Authorities(RootCertStore);

impl Authorities {
    /// Those of the operating system.
    pub fn of_system() -> Self {
        let mut roots = RootCertStore::empty();
        // Systems have unusable certificates in their lists; what counts is whether any can be used.
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        Self(roots)
    }

    /// Adds those in a PEM file. The error never repeats the path or the content.
    pub fn add_file(&mut self, path: &Path) -> Result<(), String> {
        let text = fs::read(path).map_err(|error| format!("cannot read the file: {error}"))?;
        let certificates: Vec<_> = CertificateDer::pem_slice_iter(&text)
            .collect::<Result<_, _>>()
            .map_err(|_| NO_CERTIFICATE)?;
        if certificates.is_empty() {
            return Err(NO_CERTIFICATE.to_owned());
        }
        for certificate in certificates {
            self.0.add(certificate).map_err(|_| NO_CERTIFICATE)?;
        }
        Ok(())
    }

    /// Whether there are none, so that every connection would fail.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The client side of TLS 1.2 and 1.3, which checks that a certificate is valid, of one of these authorities, and
    /// for the server that it connects to.
    pub fn into_client(self) -> Result<ClientConfig, Error> {
        // Named, because a process has no default provider if two crates bring one.
        let builder = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()));
        Ok(builder
            .with_safe_default_protocol_versions()?
            .with_root_certificates(self.0)
            .with_no_client_auth())
    }
}

const NO_CERTIFICATE: &str = "must be a PEM file with certificates of authorities";

/// The problem in words of our own, if an error of TLS is the cause of this one.
pub fn problem_behind(error: &(dyn StdError + 'static)) -> Option<&'static str> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(tls) = error.downcast_ref::<Error>() {
            return Some(problem(tls));
        }
        // What an I/O error names as its source is the source of the error inside.
        let inner = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        next = inner.map_or_else(|| error.source(), |inner| Some(inner));
    }
    None
}

/// The problem with a server that does not speak TLS.
pub const NOT_TLS: &str = "the server answered with something else";

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
        Error::InvalidMessage(_) => NOT_TLS,
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
        Authorities::of_system().add_file(&path).unwrap_err()
    }

    #[test]
    fn a_file_without_certificates_is_refused_without_its_path() {
        assert_eq!(
            refusal(None),
            "cannot read the file: No such file or directory (os error 2)"
        );
        for content in [
            b"".as_slice(),
            b"hunter2",
            b"\xff\xfe",
            b"-----BEGIN CERTIFICATE-----\nhunter2\n-----END CERTIFICATE-----\n",
            b"-----BEGIN CERTIFICATE-----\naHVudGVyMg==\n-----END CERTIFICATE-----\n",
            b"-----BEGIN CERTIFICATE-----\naHVudGVyMg==\n",
        ] {
            assert_eq!(refusal(Some(content)), NO_CERTIFICATE);
        }
    }

    #[test]
    fn an_error_of_tls_is_found_behind_others() {
        let tls = || Error::InvalidCertificate(CertificateError::Expired);
        let wrapped = io::Error::other(io::Error::other(tls()));
        for error in [io::Error::other(tls()), wrapped] {
            assert_eq!(problem_behind(&error), Some("the certificate has expired"));
        }
        assert_eq!(problem_behind(&tls()), Some("the certificate has expired"));
        assert_eq!(problem_behind(&io::Error::other("hunter2")), None);
    }
}
