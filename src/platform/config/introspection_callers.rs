//! The services that can ask about tokens, each with its secrets.

use std::{collections::BTreeSet, fmt};

use secrecy::{ExposeSecret, SecretString};

use super::server_secret;
use crate::platform::crypto::Sha256;

/// The services that can ask about tokens.
#[derive(Clone, Default)]
pub struct IntrospectionCallers(Vec<IntrospectionCaller>);

/// One secret of a service that can ask about tokens.
#[derive(Clone)]
pub struct IntrospectionCaller {
    /// Name of the service.
    pub name: String,
    /// One of its secrets, as a digest: nothing can print what is not kept.
    pub secret: Sha256,
}

/// Maximum length of a name, in bytes.
const MAX_NAME_BYTES: usize = 64;

/// Secrets that one caller can have at a time: the one in use, and the next one.
const MAX_SECRETS_PER_CALLER: usize = 2;

/// Names only: a secret is never shown.
impl fmt::Debug for IntrospectionCallers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: BTreeSet<_> = self.0.iter().map(|caller| &caller.name).collect();
        f.debug_tuple("IntrospectionCallers").field(&names).finish()
    }
}

impl IntrospectionCallers {
    /// Reads `name:secret`, separated by commas or ends of lines. An error never repeats the text.
    pub fn parse(text: &str) -> Result<Self, String> {
        let entries = text.split([',', '\n']).map(str::trim);
        let callers: Vec<_> = entries
            .filter(|entry| !entry.is_empty())
            .map(caller)
            .collect::<Result<_, _>>()?;
        for (index, caller) in callers.iter().enumerate() {
            let earlier = callers.iter().take(index);
            if earlier.clone().any(|other| other.secret.is_same(&caller.secret)) {
                return Err("lists a secret twice: each must have a secret of its own".to_owned());
            }
            if earlier.filter(|other| other.name == caller.name).count() >= MAX_SECRETS_PER_CALLER {
                return Err(format!(
                    "lists more than two secrets for {}: remove those that it no longer uses",
                    caller.name
                ));
            }
        }
        Ok(Self(callers))
    }

    /// Whether nobody can ask.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether `text` is the secret of a caller.
    pub(super) fn contains(&self, text: &SecretString) -> bool {
        let digest = Sha256::of(text.expose_secret());
        self.0.iter().any(|caller| caller.secret.is_same(&digest))
    }

    /// Every secret, with the name of its caller.
    pub fn iter(&self) -> impl Iterator<Item = &IntrospectionCaller> {
        self.0.iter()
    }
}

fn caller(entry: &str) -> Result<IntrospectionCaller, String> {
    let (name, secret) = entry.split_once(':').ok_or_else(|| {
        "must be name:secret, separated by commas, such as gateway: and a secret".to_owned()
    })?;
    let is_known = |byte: u8| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte);
    if name.is_empty() || name.len() > MAX_NAME_BYTES || !name.bytes().all(is_known) {
        return Err(
            "must name each caller by 1 to 64 characters A-Z, a-z, 0-9, `_`, `-` and `.`, before a colon"
                .to_owned(),
        );
    }
    let secret =
        server_secret::in_header(secret).map_err(|problem| format!("the secret of {name} {problem}"))?;
    Ok(IntrospectionCaller {
        name: name.to_owned(),
        secret: Sha256::of(secret.expose_secret()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: &str = "q3J8vXb0TnYc5LwRz7KfHd2MgPs6UaEo";
    const B: &str = "Zk1p/WvN9+xGt4QyBh8CjSrDmFi0OuAl";
    const C: &str = "m7Rk2+VqT9xLw4Nc8Hs1Gd6Jp3Bf5YzQ=";

    fn read(text: &str) -> Result<Vec<(String, String)>, String> {
        let callers = IntrospectionCallers::parse(text)?;
        let pair = |it: &IntrospectionCaller| (it.name.clone(), it.secret.to_base64url());
        Ok(callers.iter().map(pair).collect())
    }

    #[test]
    fn callers_are_separated_by_commas_and_in_a_file_by_lines() {
        let expected = [("shop", A), ("shop", B), ("gateway-1", C)];
        let expected = expected.map(|(name, secret)| (name.to_owned(), Sha256::of(secret).to_base64url()));
        for text in [
            format!("shop:{A},shop:{B},gateway-1:{C}"),
            format!(" shop:{A} , shop: {B},\ngateway-1:{C},"),
            format!("shop:{A}\nshop:{B}\r\ngateway-1:{C}\n"),
        ] {
            assert_eq!(read(&text).unwrap(), expected, "{text}");
        }
        assert!(read("").unwrap().is_empty());
    }

    #[test]
    fn what_cannot_be_used_is_refused_without_being_repeated() {
        for (text, problem) in [
            (A.to_owned(), "must be name:secret"),
            (format!(":{A}"), "must name each caller"),
            (format!("a shop:{A}"), "must name each caller"),
            (format!("{}:{A}", "a".repeat(65)), "must name each caller"),
            (format!("shop:{}", &A[..31]), "the secret of shop is too short"),
            ("shop:".to_owned(), "the secret of shop is blank"),
            (
                "shop:changeme-changeme-changeme-changeme".to_owned(),
                "the secret of shop contains a word",
            ),
            (
                format!("shop:{} {}", &A[..20], &B[..20]),
                "the secret of shop must have only printable",
            ),
            (
                format!("shop:{}é", &A[..31]),
                "the secret of shop must have only printable",
            ),
            (format!("shop:{A},shop:{A}"), "lists a secret twice"),
            (format!("shop:{A},gateway:{A}"), "lists a secret twice"),
            (
                format!("shop:{A},shop:{B},shop:{C}"),
                "lists more than two secrets for shop",
            ),
        ] {
            let error = read(&text).unwrap_err();
            assert!(error.starts_with(problem), "{error}");
            assert!(
                !error.contains(&A[..20]) && !error.contains("changeme"),
                "{error}"
            );
        }
    }

    #[test]
    fn debug_shows_names_alone() {
        let callers = IntrospectionCallers::parse(&format!("shop:{A},gateway:{B}")).unwrap();
        assert_eq!(
            format!("{callers:?}"),
            r#"IntrospectionCallers({"gateway", "shop"})"#
        );
    }
}
