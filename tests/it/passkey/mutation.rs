//! Answers that were changed at random: each is refused, or means what it meant before.
//!
//! `PORTCULLIS_PASSKEY_MUTATIONS` sets how many of each kind.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use entity::passkey::Model;
use portcullis::{features::passkey, platform::rng::Rng};
use serde_json::{Value, json};

use super::{Place, phone};
use crate::support::told;

/// Bytes that mean something in CBOR, JSON and authenticator data.
const TELLING: [u8; 22] = [
    0, 1, 0x18, 0x1b, 0x20, 0x3f, 0x40, 0x58, 0x5f, 0x63, 0x7f, 0x80, 0x9f, 0xa0, 0xa3, 0xbf, 0xc1, 0xf6,
    0xff, b'"', b'{', b',',
];

/// Changes made by a generator with a fixed seed.
struct Mutator<'a>(&'a dyn Rng);

impl Mutator<'_> {
    fn below(&self, limit: usize) -> usize {
        usize::from_be_bytes(self.0.bytes()) % limit.max(1)
    }

    /// One to four changes.
    fn bytes(&self, bytes: &mut Vec<u8>) {
        for _ in 0..=self.below(4) {
            self.change(bytes);
        }
    }

    fn change(&self, bytes: &mut Vec<u8>) {
        if bytes.is_empty() {
            return bytes.push(TELLING[self.below(TELLING.len())]);
        }
        let at = self.below(bytes.len());
        let other = at + self.below((bytes.len() - at).min(40));
        match self.below(8) {
            0 | 1 => bytes[at] ^= 1 << self.below(8),
            2 => bytes[at] = TELLING[self.below(TELLING.len())],
            3 => bytes.insert(at, TELLING[self.below(TELLING.len())]),
            4 => drop(bytes.drain(at..other)),
            5 => {
                let piece = bytes[at..other].to_vec();
                let to = self.below(bytes.len());
                bytes.splice(to..to, piece);
            }
            6 => bytes.truncate(at),
            _ => {
                // A head that announces more than there is, or a deep nest.
                let head = [vec![0x9b; 1], vec![0xff; 8], vec![0x81; self.below(300)]].concat();
                bytes.splice(at..at, head);
            }
        }
    }

    /// Changes the text itself, or what is encoded in one of its members.
    fn answer(&self, answer: &str) -> String {
        if self.below(4) == 0 {
            let mut bytes = answer.as_bytes().to_vec();
            self.bytes(&mut bytes);
            return String::from_utf8_lossy(&bytes).into_owned();
        }
        let mut value: Value = serde_json::from_str(answer).unwrap();
        let members = value["response"].as_object().unwrap();
        let texts: Vec<_> = members.iter().filter(|(_, it)| it.is_string()).collect();
        let (name, text) = texts[self.below(texts.len())];
        let mut bytes = URL_SAFE_NO_PAD.decode(text.as_str().unwrap()).unwrap();
        self.bytes(&mut bytes);
        let name = name.clone();
        value["response"][name] = json!(URL_SAFE_NO_PAD.encode(bytes));
        value.to_string()
    }
}

fn count() -> usize {
    told("PORTCULLIS_PASSKEY_MUTATIONS").unwrap_or(1_500)
}

#[tokio::test]
async fn a_changed_assertion_is_refused_or_proves_the_same() {
    let place = Place::new().await;
    let mut key = phone("key").single_device();
    let saved = place.saved(&mut key).await;
    let ceremony = place.request(&[]);
    let answer = key.get(&ceremony.options_json);
    let check = |answer: &str| passkey::check_assertion(&place.app.app, &ceremony.state, answer, &saved);
    let expected = check(&answer).unwrap();
    let (mut same, mutator) = (0, Mutator(&*place.app.app.rng));
    for round in 0..count() {
        let changed = mutator.answer(&answer);
        if let Ok(asserted) = check(&changed) {
            assert_eq!(asserted, expected, "round {round}: {changed}");
            same += 1;
        }
    }
    assert!(same < count() / 20, "{same} changes made no difference");
}

/// Without attestation nobody signs a registration, so what it says about the authenticator can change. What it is
/// bound to cannot.
#[tokio::test]
async fn a_changed_registration_is_refused_or_stays_bound_to_its_ceremony() {
    let place = Place::new().await;
    let ceremony = place.creation().await;
    let answer = phone("new").create(&ceremony.options_json);
    let mut answer: Value = serde_json::from_str(&answer).unwrap();
    // A copy for clients, which the server does not read.
    answer["response"]
        .as_object_mut()
        .unwrap()
        .remove("authenticatorData");
    let answer = answer.to_string();
    let expected = place.check_new(&ceremony.state, &answer).unwrap().row;
    let bound = |row: &Model| {
        let Model {
            user_id,
            credential_id,
            credential_key,
            algorithm,
            user_handle,
            rp_id,
            ..
        } = row.clone();
        (
            user_id,
            credential_id,
            credential_key,
            algorithm,
            user_handle,
            rp_id,
        )
    };
    let (mut same, mut other, mutator) = (0, 0, Mutator(&*place.app.app.rng));
    for round in 0..count() {
        let changed = mutator.answer(&answer);
        if let Ok(new) = place.check_new(&ceremony.state, &changed) {
            assert_eq!(bound(&new.row), bound(&expected), "round {round}: {changed}");
            if new.row.public_key == expected.public_key {
                same += 1;
            } else {
                other += 1;
            }
        }
    }
    assert!(same < count() / 20, "{same} changes made no difference");
    assert!(other < count() / 20, "{other} changes made another key");
}
