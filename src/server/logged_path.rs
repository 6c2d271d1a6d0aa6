//! The path of a request in the log.

use std::borrow::Cow;

/// Maximum length of a path in the log, in bytes; far longer than any real path.
const LONGEST: usize = 256;

/// The path, or the start of a long one and its length: anybody can send long paths, and they would fill the log. The
/// mark contains spaces, which no path has.
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
