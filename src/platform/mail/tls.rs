//! TLS with the mail server.

use std::{path::Path, sync::Arc};

use rustls::pki_types::ServerName;
use tokio::net::TcpStream;
use tokio_rustls::{TlsConnector, client::TlsStream};

use super::send_error::Cause;
use crate::platform::{
    config::ConfigError,
    tls::{Authorities, problem_behind},
};

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
        let mut authorities = Authorities::of_system();
        if let Some(path) = ca_file {
            authorities
                .add_file(path)
                .map_err(|problem| ConfigError::new("smtp_ca_file", problem))?;
        }
        if authorities.is_empty() {
            let problem = "cannot be checked: this system trusts no authorities; install its package of certificates, \
                           or set smtp_ca_file";
            return Err(ConfigError::new("smtp_server", problem));
        }
        let client = authorities
            .into_client()
            .map_err(|_| ConfigError::new("smtp_security", "TLS is not available"))?;
        Ok(Self {
            connector: TlsConnector::from(Arc::new(client)),
            name,
        })
    }

    /// Starts TLS on a connection.
    pub(super) async fn start(&self, stream: TcpStream) -> Result<TlsStream<TcpStream>, Cause> {
        let handshake = self.connector.connect(self.name.clone(), stream);
        handshake
            .await
            .map_err(|error| problem_behind(&error).map_or_else(|| Cause::from(error), Cause::Tls))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_without_certificates_stops_the_start_by_name() {
        let root = tempfile::tempdir().unwrap();
        let path = root.path().join("hunter2.pem");
        let error = Tls::new("mail.example.com", Some(&path)).err().unwrap();
        let unreadable = "smtp_ca_file: cannot read the file: No such file or directory (os error 2)";
        assert_eq!(error.to_string(), unreadable);
    }
}
