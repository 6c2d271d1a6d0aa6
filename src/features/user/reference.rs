//! Names an existing account.

use entity::UserId;

use super::EmailAddress;

/// How an operator names an account: by its id or by its address.
#[derive(Debug, Clone)]
pub enum UserReference {
    /// The id, which never changes.
    Id(UserId),
    /// The address, in any spelling with the same key.
    Email(EmailAddress),
}

/// The text is neither an id nor an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotAReference;

impl UserReference {
    /// Parses an id or an address. No text can be both: an address has an `@`.
    pub fn parse(text: &str) -> Result<Self, NotAReference> {
        let as_id = text.parse().map(Self::Id).map_err(|_| NotAReference);
        as_id.or_else(|error| EmailAddress::parse(text).map(Self::Email).map_err(|_| error))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_and_addresses_are_told_apart() {
        let id = "019aab6e-0d3c-7c11-b3d4-0242ac120002";
        assert!(matches!(UserReference::parse(id), Ok(UserReference::Id(found)) if found.to_string() == id));
        assert!(
            matches!(UserReference::parse(" Ada@Example.com"), Ok(UserReference::Email(found)) if found.key() == "ada@example.com")
        );
        for neither in ["", "ada", "019AAB6E-0D3C-7C11-B3D4-0242AC120002", "%", "@"] {
            assert!(
                matches!(UserReference::parse(neither), Err(NotAReference)),
                "{neither}"
            );
        }
    }
}
