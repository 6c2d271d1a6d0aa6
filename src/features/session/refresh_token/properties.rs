//! Properties of the refresh token parser that must hold for any text.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};

use super::{CHECKSUM, LENGTH, PREFIX, PresentedToken};

/// Whether the text has the form of a token.
///
/// # Panics
///
/// If a text is parsed as a token that would be written differently, or if bytes with a right checksum are not parsed
/// as they are.
pub fn check(text: &str) -> bool {
    well_formed(text.as_bytes());
    let Some(token) = PresentedToken::parse(text) else {
        return false;
    };
    assert!(written(&bytes_of(&token)) == text, "one token has two texts");
    true
}

/// Checks a well-formed token of these bytes, cut or padded to its length.
fn well_formed(bytes: &[u8]) {
    let mut covered = [0; LENGTH - 4];
    covered.iter_mut().zip(bytes).for_each(|(to, from)| *to = *from);
    let read = PresentedToken::parse(&written(&covered)).map(|token| bytes_of(&token));
    assert!(
        read.as_deref() == Some(&covered),
        "a token is parsed as a different one"
    );
}

fn bytes_of(token: &PresentedToken) -> Vec<u8> {
    let generation = token.generation.to_be_bytes();
    [token.session_id.0.as_bytes(), generation.as_slice(), &token.tag].concat()
}

fn written(covered: &[u8]) -> String {
    let checksum = CHECKSUM.checksum(covered).to_be_bytes();
    format!(
        "{PREFIX}{}",
        URL_SAFE_NO_PAD.encode([covered, &checksum].concat())
    )
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::fuzzing::keeps;

    #[test]
    fn a_token_has_one_text_and_no_other_text_is_one() {
        keeps(20, any::<String>(), |text| check(text));
        let genuine = written(&[7; LENGTH - 4]);
        assert!(check(&genuine));
        let places = (0..genuine.len(), "[ -~]{0,2}", 0..3_usize);
        let read = keeps(40, places, |(at, with, without)| {
            let end = (at + without).min(genuine.len());
            let mut text = genuine.clone();
            text.replace_range(at..&end, with);
            // Only an unchanged token passes the checksum.
            check(&text) && text != genuine
        });
        assert_eq!(read, 0, "a changed token was read");
    }
}
