//! Refresh tokens made by hand.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use crc::{CRC_32_ISO_HDLC, Crc};
use uuid::Uuid;

/// The parts of a refresh token, to be changed at will.
#[derive(Debug, Clone)]
pub(super) struct Forged {
    pub(super) session: Uuid,
    pub(super) generation: i64,
    pub(super) tag: [u8; 32],
}

impl Forged {
    /// Takes a token apart.
    pub(super) fn read(token: &str) -> Self {
        let bytes = bytes(token);
        Self {
            session: Uuid::from_slice(&bytes[..16]).unwrap(),
            generation: i64::from_be_bytes(bytes[16..24].try_into().unwrap()),
            tag: bytes[24..56].try_into().unwrap(),
        }
    }

    /// The token of these parts, with a checksum that is right.
    pub(super) fn text(&self) -> String {
        let mut bytes = self.session.as_bytes().to_vec();
        bytes.extend(self.generation.to_be_bytes());
        bytes.extend(self.tag);
        bytes.extend(checksum(&bytes));
        format!("pcr_{}", URL_SAFE_NO_PAD.encode(bytes))
    }
}

/// What is behind the prefix of a token.
pub(super) fn bytes(token: &str) -> Vec<u8> {
    let bytes = URL_SAFE_NO_PAD
        .decode(token.strip_prefix("pcr_").unwrap())
        .unwrap();
    assert_eq!(bytes.len(), 60);
    bytes
}

fn checksum(bytes: &[u8]) -> [u8; 4] {
    Crc::<u32>::new(&CRC_32_ISO_HDLC).checksum(bytes).to_be_bytes()
}

#[test]
fn a_token_that_is_made_by_hand_of_the_right_parts_is_the_right_one() {
    let forged = Forged {
        session: Uuid::from_u128(7),
        generation: 300,
        tag: [9; 32],
    };
    let again = Forged::read(&forged.text());
    assert_eq!(
        (again.session, again.generation, again.tag, again.text()),
        (forged.session, 300, [9; 32], forged.text())
    );
}
