//! The settings that sending mail needs, together.

use std::{
    net::{Ipv4Addr, Ipv6Addr},
    path::PathBuf,
    time::Duration,
};

use secrecy::SecretString;

use super::{choices::SmtpSecurity, mail_address::MailAddress, public_url::PublicUrl, settings::Config};

/// What the client of the mail server needs to know.
#[derive(Debug, Clone)]
pub struct SmtpSettings {
    /// Host of the mail server, as in [`MailServer::host`](super::MailServer::host).
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the connection is encrypted.
    pub security: SmtpSecurity,
    /// The user to sign in as.
    pub login: Option<SmtpLogin>,
    /// File with further authorities to trust.
    pub ca_file: Option<PathBuf>,
    /// Sender of every mail.
    pub from: MailAddress,
    /// Where replies go.
    pub reply_to: Option<MailAddress>,
    /// How this server introduces itself: a host name or an address literal (RFC 5321, section 4.1.3).
    pub hello_name: String,
    /// Time for one mail, including the connection.
    pub time_limit: Duration,
}

/// A user of the mail server.
#[derive(Debug, Clone)]
pub struct SmtpLogin {
    /// The user name.
    pub username: String,
    /// The password.
    pub password: SecretString,
}

/// Time for one mail, including the connection.
const TIME_LIMIT: Duration = Duration::from_secs(30);

impl Config {
    /// The settings for sending mail; none if no mail is sent.
    pub fn smtp(&self) -> Option<SmtpSettings> {
        let server = self.smtp_server.as_ref()?;
        let login = match (&self.smtp_username, &self.smtp_password) {
            (Some(username), Some(password)) => Some(SmtpLogin {
                username: username.clone(),
                password: password.clone(),
            }),
            _ => None,
        };
        Some(SmtpSettings {
            host: server.host().to_owned(),
            port: server.port().unwrap_or(self.smtp_security.default_port()),
            security: self.smtp_security,
            login,
            ca_file: self.smtp_ca_file.clone(),
            from: self.mail_from.clone()?,
            reply_to: self.mail_reply_to.clone(),
            hello_name: hello_name(&self.public_url),
            time_limit: TIME_LIMIT,
        })
    }
}

/// The host of the public address, which receivers can look up.
fn hello_name(url: &PublicUrl) -> String {
    let host = url.host().unwrap_or("localhost");
    let bare = host.trim_matches(['[', ']']);
    if bare.parse::<Ipv4Addr>().is_ok() {
        format!("[{bare}]")
    } else if bare.parse::<Ipv6Addr>().is_ok() {
        format!("[IPv6:{bare}]")
    } else {
        host.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::super::load_tests::loaded;
    use super::*;

    #[test]
    fn without_a_mail_server_there_is_nothing_to_send_with() {
        assert!(Config::default().smtp().is_none());
    }

    #[test]
    fn the_port_follows_the_encryption_unless_it_is_given() {
        for (server, security, port) in [
            ("localhost", "tls", 465),
            ("localhost", "starttls", 587),
            ("localhost", "none", 25),
            ("localhost:2525", "tls", 2525),
        ] {
            let settings = loaded(&[
                ("PORTCULLIS_SMTP_SERVER", server),
                ("PORTCULLIS_SMTP_SECURITY", security),
                ("PORTCULLIS_MAIL_FROM", "Example <accounts@example.com>"),
            ])
            .smtp()
            .unwrap();
            assert_eq!((settings.port, settings.login.is_some()), (port, false));
            assert_eq!(settings.from.address(), "accounts@example.com");
        }
    }

    #[test]
    fn the_server_introduces_itself_by_its_public_host() {
        for (url, name) in [
            ("https://accounts.example.com:8443", "accounts.example.com"),
            ("http://127.0.0.1:8000", "[127.0.0.1]"),
            ("http://[::1]:8000", "[IPv6:::1]"),
        ] {
            assert_eq!(hello_name(&PublicUrl::parse(url).unwrap()), name);
        }
    }
}
