//! Small damage to bytes.

use super::dice::Dice;

/// What formats are made of, and what parsers stumble over.
const PIECES: &[&[u8]] = &[
    b"{",
    b"}",
    b"[",
    b"]",
    b"(",
    b")",
    b"\"",
    b"\\",
    b"\"\"\"",
    b"#",
    b"...",
    b"$",
    b"@",
    b":",
    b",",
    b"!",
    b"\0",
    b"\n",
    b"\r\n",
    b"\r",
    b"\t",
    b" ",
    b"\xff",
    b"\xc0\xaf",
    b"\xed\xa0\x80",
    b"\xef\xbb\xbf",
    b"\xe2\x80\xae",
    b"%00",
    b"%",
    b"&",
    b"=",
    b"\\u0000",
    b"\\ud800",
    b"null",
    b"-1",
    b"1e999",
    b"99999999999999999999",
    b"0",
    b"true",
    b"NaN",
    b"__typename",
    b"__schema{types{name}}",
    b"...on Query{",
    b"[[[[[[[[",
    b"{a:{a:{a:{a:",
    b"'",
    b";",
    b"<",
    b">",
    b".",
    b"/",
    b"../",
];

/// One to four changes: a bit turned, bytes put in, taken out, doubled, moved, or brought from `other`.
pub(super) fn mutated(dice: &mut Dice, bytes: &[u8], other: &[u8]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for _ in 0..=dice.below(4) {
        let at = dice.below(bytes.len() + 1);
        let end = (at + dice.size(64)).min(bytes.len());
        match dice.below(7) {
            0 if at < bytes.len() => bytes[at] ^= 1 << dice.below(8),
            1 if at < bytes.len() => bytes[at] = dice.byte(),
            2 => drop(bytes.drain(at..end)),
            3 => {
                let part = bytes[at..end].to_vec();
                let times = 1 + dice.size(200);
                bytes.splice(at..at, part.repeat(times));
            }
            4 => {
                let from = dice.below(other.len() + 1);
                let to = (from + dice.size(256)).min(other.len());
                bytes.splice(at..end, other[from..to].iter().copied());
            }
            5 => bytes.truncate(at),
            _ => {
                let piece = dice.pick(PIECES).repeat(1 + dice.size(40));
                bytes.splice(at..at, piece);
            }
        }
    }
    bytes
}
