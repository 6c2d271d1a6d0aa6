//! The path of a request as the log has it.

use std::borrow::Cow;

/// Far longer than any real path, in bytes.
const LONGEST: usize = 256;

/// The path, or its beginning and how long it was: anybody can send long ones, and they would fill the log. The mark
/// has spaces, which no path has.
pub(super) fn logged_path(path: &str) -> Cow<'_, str> {
    if path.len() <= LONGEST {
        return Cow::Borrowed(path);
    }
    let start = &path[..path.floor_char_boundary(LONGEST)];
    Cow::Owned(format!("{start}… (cut, {} bytes in all)", path.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_cut_between_two_characters() {
        for (path, logged) in [
            ("/graphql".to_owned(), "/graphql".to_owned()),
            ("a".repeat(256), "a".repeat(256)),
            (
                "a".repeat(257),
                format!("{}… (cut, 257 bytes in all)", "a".repeat(256)),
            ),
            (
                format!("/{}", "é".repeat(200)),
                format!("/{}… (cut, 401 bytes in all)", "é".repeat(127)),
            ),
        ] {
            assert_eq!(logged_path(&path), logged);
        }
    }
}
