//! How hashes write numbers and bytes.

use base64::{
    Engine as _,
    alphabet::{STANDARD, URL_SAFE},
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig, general_purpose::STANDARD_NO_PAD},
};

/// Reads Base64 with or without padding.
const PADDING_OPTIONAL: GeneralPurposeConfig =
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
const STANDARD_ENGINE: GeneralPurpose = GeneralPurpose::new(&STANDARD, PADDING_OPTIONAL);
const URL_SAFE_ENGINE: GeneralPurpose = GeneralPurpose::new(&URL_SAFE, PADDING_OPTIONAL);

/// Base64 as PHC strings have it: the standard alphabet without padding.
pub(super) fn to_base64(bytes: &[u8]) -> String {
    STANDARD_NO_PAD.encode(bytes)
}

/// Reads the same.
pub(super) fn read_base64(text: &str) -> Option<Vec<u8>> {
    STANDARD_NO_PAD.decode(text).ok()
}

/// Reads Base64 in either alphabet, with or without padding: exports differ.
pub(super) fn read_any_base64(text: &str) -> Option<Vec<u8>> {
    let decoded = STANDARD_ENGINE.decode(text);
    decoded.or_else(|_| URL_SAFE_ENGINE.decode(text)).ok()
}

/// Reads passlib's Base64, which has `.` instead of `+` and no padding (passlib 1.7.4, `passlib.utils.binary`).
pub(super) fn read_adapted_base64(text: &str) -> Option<Vec<u8>> {
    if text.contains('+') {
        return None;
    }
    read_base64(&text.replace('.', "+"))
}

/// Reads an even number of hexadecimal digits.
pub(super) fn read_hex(text: &str) -> Option<Vec<u8>> {
    let digit = |byte: &u8| {
        char::from(*byte)
            .to_digit(16)
            .and_then(|it| u8::try_from(it).ok())
    };
    let pairs = text.as_bytes().chunks(2).map(|pair| match pair {
        [high, low] => Some(digit(high)? << 4 | digit(low)?),
        _ => None,
    });
    pairs.collect()
}

/// Reads a decimal number without sign or leading zeros. What is greater than any limit becomes the greatest number.
pub(super) fn read_number(text: &str) -> Option<u32> {
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !is_number || (text.len() > 1 && text.starts_with('0')) {
        return None;
    }
    Some(text.parse().unwrap_or(u32::MAX))
}

/// Reads `name=1,other=2`, with exactly these names in this order.
pub(super) fn read_parameters<const N: usize>(text: &str, names: [&str; N]) -> Option<[u32; N]> {
    let mut numbers = [0; N];
    let mut parts = text.split(',');
    for (number, name) in numbers.iter_mut().zip(names) {
        *number = read_number(parts.next()?.strip_prefix(name)?.strip_prefix('=')?)?;
    }
    parts.next().is_none().then_some(numbers)
}

/// The parts between `separator`, if there are exactly as many.
pub(super) fn parts<const N: usize>(text: &str, separator: char) -> Option<[&str; N]> {
    let parts: Vec<&str> = text.splitn(N + 1, separator).collect();
    parts.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_decimal_and_written_in_one_way_only() {
        for (text, number) in [
            ("0", Some(0)),
            ("1000000", Some(1_000_000)),
            ("4294967295", Some(u32::MAX)),
            ("99999999999999999999", Some(u32::MAX)),
            ("", None),
            ("01", None),
            ("+1", None),
            ("-1", None),
            ("1e4", None),
            ("１", None),
        ] {
            assert_eq!(read_number(text), number, "{text}");
        }
    }

    #[test]
    fn parameters_have_their_names_and_their_order() {
        let read = |text| read_parameters(text, ["ln", "r", "p"]);
        assert_eq!(read("ln=15,r=8,p=1"), Some([15, 8, 1]));
        for text in [
            "",
            "ln=15,r=8",
            "r=8,ln=15,p=1",
            "ln=15,r=8,p=1,",
            "ln=15,r=8,p=1,p=1",
            "ln15,r=8,p=1",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn bytes_are_read_in_the_notation_of_each_source() {
        assert_eq!(read_hex("00fF"), Some(vec![0, 255]));
        for text in ["0", "0g", "é", "000"] {
            assert_eq!(read_hex(text), None, "{text}");
        }
        for text in ["+/8=", "+/8", "-_8=", "-_8"] {
            assert_eq!(read_any_base64(text), Some(vec![0xfb, 0xff]), "{text}");
        }
        assert_eq!(read_adapted_base64("./8"), Some(vec![0xfb, 0xff]));
        for text in ["+/8", "./8=", "./9"] {
            assert_eq!(read_adapted_base64(text), None, "{text}");
        }
        assert_eq!(read_base64("+/8="), None);
    }
}
