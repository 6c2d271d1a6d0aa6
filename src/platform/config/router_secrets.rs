//! The secrets by which a federation router is let in.

use std::fmt;

use secrecy::{ExposeSecret as _, SecretString};

use super::server_secret::in_header;
use crate::platform::crypto::Sha256;

/// The secrets of a router, as digests: nothing can print what is not kept.
#[derive(Clone)]
pub struct RouterSecrets(Vec<Sha256>);

impl RouterSecrets {
    /// How many there can be: the current one, and the next.
    const MAX: usize = 2;

    /// Reads a list separated by commas or ends of lines. The error names the problem and never repeats the text.
    pub fn parse(text: &str) -> Result<Self, String> {
        let secrets = text.split([',', '\n']).map(str::trim).filter(|it| !it.is_empty());
        let digests = secrets
            .map(|secret| in_header(secret).map(|secret| Sha256::of(secret.expose_secret())))
            .collect::<Result<Vec<_>, _>>()?;
        if digests.is_empty() {
            return Err("lists no secret".to_owned());
        }
        if digests.len() > Self::MAX {
            return Err(format!(
                "lists {} secrets: at most {} are accepted, the current one and the next",
                digests.len(),
                Self::MAX
            ));
        }
        Ok(Self(digests))
    }

    /// Whether `given` is one of them. Compares the digests with all of them in constant time, so that the time of an
    /// answer reveals neither a part of a secret nor which of them it was.
    pub fn contains(&self, given: &SecretString) -> bool {
        let given = Sha256::of(given.expose_secret());
        self.0
            .iter()
            .fold(false, |found, digest| digest.is_same(&given) | found)
    }
}

impl fmt::Debug for RouterSecrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RouterSecrets({})", self.0.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIRST: &str = "q3J8vXb0TnYc5LwRz7KfHd2MgPs6UaEo";
    const SECOND: &str = "Zk1p/WvN9+xGt4QyBh8CjSrDmFi0OuAl";
    const THIRD: &str = "7f3a9c1e5b8d2046af13c97be0582d64917e3fa8c05b62d4e81f70a9b3c6d25e";

    #[test]
    fn each_of_one_or_two_secrets_is_accepted_and_nothing_else() {
        for text in [format!("{FIRST}, {SECOND}"), format!("{FIRST}\r\n{SECOND}\n")] {
            let secrets = RouterSecrets::parse(&text).unwrap();
            assert!(
                [FIRST, SECOND]
                    .iter()
                    .all(|secret| secrets.contains(&(*secret).into()))
            );
        }
        let secrets = RouterSecrets::parse(&format!("{FIRST},{SECOND}")).unwrap();
        for other in [
            "",
            THIRD,
            &FIRST[..31],
            &format!("{FIRST},{SECOND}"),
            &format!("{FIRST} "),
        ] {
            assert!(!secrets.contains(&other.into()), "{other}");
        }
        let one = RouterSecrets::parse(FIRST).unwrap();
        assert!(one.contains(&FIRST.into()) && !one.contains(&SECOND.into()));
    }

    #[test]
    fn a_third_secret_and_a_weak_one_are_refused_without_being_repeated() {
        for text in [
            format!("{FIRST},{SECOND},{THIRD}"),
            String::new(),
            ",".to_owned(),
            format!("{FIRST},changeme"),
            format!("{FIRST} {SECOND}"),
            FIRST[..31].to_owned(),
        ] {
            let error = RouterSecrets::parse(&text).unwrap_err();
            assert!(
                !error.contains(&FIRST[..31]) && !error.contains("changeme"),
                "{error}"
            );
        }
    }

    #[test]
    fn debug_shows_how_many_there_are_and_no_digest() {
        let secrets = RouterSecrets::parse(&format!("{FIRST},{SECOND}")).unwrap();
        assert_eq!(format!("{secrets:?}"), "RouterSecrets(2)");
    }
}
