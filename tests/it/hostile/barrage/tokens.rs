//! Access tokens that are nearly good.

use serde_json::{Value, json};

use super::{dice::Dice, gunner::Reply, mutate::mutated};
use crate::token::forge;

/// The shared secret of the server whose tokens can be made here.
pub(super) const SECRET: &str = forge::SECRET;

/// Tokens that are good.
pub(super) struct Genuine {
    pub(super) tokens: Vec<String>,
    /// Whether [`SECRET`] signs them.
    pub(super) is_shared: bool,
}

impl Genuine {
    /// One that is not. Every fourth has one bit turned, the next bit of the next token each time.
    pub(super) fn changed(&self, dice: &mut Dice, number: u64) -> Vec<u8> {
        let number = usize::try_from(number).unwrap();
        let mut changed = if number.is_multiple_of(4) {
            self.with_bit_turned(number / 4)
        } else {
            self.forged(dice)
        };
        while self.is_genuine(&changed) {
            changed = mutated(dice, &changed, b"AAAA");
        }
        changed
    }

    /// As the server reads it: up to the end of the line, without spaces around.
    fn is_genuine(&self, token: &[u8]) -> bool {
        let line = token
            .split(|byte| matches!(byte, b'\r' | b'\n'))
            .next()
            .unwrap_or_default();
        self.tokens.iter().any(|it| it.as_bytes() == line.trim_ascii())
    }

    fn with_bit_turned(&self, turn: usize) -> Vec<u8> {
        let token = &self.tokens[turn % self.tokens.len()];
        let bit = turn / self.tokens.len();
        let mut bytes = token.clone().into_bytes();
        let at = bit / 8 % bytes.len();
        bytes[at] ^= 1 << (bit % 8);
        bytes
    }

    fn forged(&self, dice: &mut Dice) -> Vec<u8> {
        let [one, other] = [(); 2].map(|()| dice.pick(&self.tokens).clone());
        let [header, payload, signature] = parts(&one);
        match dice.below(if self.is_shared { 8 } else { 6 }) {
            0 | 1 => mutated(dice, one.as_bytes(), other.as_bytes()),
            2 => {
                let [_, other_payload, other_signature] = parts(&other);
                if dice.percent(50) {
                    format!("{header}.{other_payload}.{signature}").into()
                } else {
                    format!("{header}.{payload}.{other_signature}").into()
                }
            }
            3 => {
                let header = odd_header(dice, &forge::part(&one, 0));
                let signature = if dice.percent(50) { signature } else { "" };
                format!("{}.{payload}.{signature}", forge::encode(header)).into()
            }
            4 => {
                let payload = mutated(dice, forge::part(&one, 1).to_string().as_bytes(), b"admin");
                format!("{header}.{}.{signature}", forge::encode(payload)).into()
            }
            5 => {
                let bytes: Vec<u8> = (0..dice.size(4_000)).map(|_| dice.byte()).collect();
                let text = forge::encode(&bytes);
                let at = dice.below(text.len() + 1);
                format!("{}.{}.{signature}", &text[..at], &text[at..]).into()
            }
            6 => {
                let header = odd_header(dice, &forge::part(&one, 0));
                forge::sign_text(&header, &forge::part(&one, 1).to_string()).into()
            }
            _ => {
                let claims = odd_claims(dice, forge::part(&one, 1));
                forge::sign_text(&forge::part(&one, 0).to_string(), &claims.to_string()).into()
            }
        }
    }
}

/// A header that the server does not write.
fn odd_header(dice: &mut Dice, header: &Value) -> String {
    let changes = [
        ("alg", json!("none")),
        ("alg", json!("hs256")),
        ("alg", json!("HS512")),
        ("alg", json!("RS256")),
        ("alg", json!(null)),
        ("typ", json!("JWT")),
        ("typ", json!("AT+JWT")),
        ("typ", json!("application/at+jwt")),
        ("typ", json!("session+jwt")),
        ("kid", json!("../../dev/null")),
        ("kid", json!("")),
        ("kid", json!(["a"])),
        ("crit", json!([])),
        ("jwk", json!({})),
        ("jku", json!("http://localhost")),
        ("x5c", json!([])),
        ("b64", json!(false)),
        ("zip", json!("DEF")),
        ("nonce", json!(1)),
    ];
    let mut header = header.clone();
    for _ in 0..=dice.below(3) {
        let (name, value) = dice.pick(&changes).clone();
        header[name] = value;
    }
    header.to_string()
}

/// Claims of which one at least is wrong.
fn odd_claims(dice: &mut Dice, mut claims: Value) -> Value {
    let now = claims["iat"].as_i64().unwrap();
    let names = ["iss", "aud", "sub", "exp", "nbf", "iat", "jti", "sid"];
    let name = *dice.pick(&names);
    let is_time = ["exp", "nbf", "iat"].contains(&name);
    claims[name] = match dice.below(8) {
        0 => {
            claims.as_object_mut().unwrap().remove(name);
            return claims;
        }
        1 => json!(null),
        2 => json!([claims[name]]),
        3 => json!({ "a": claims[name] }),
        // Any text is a good id of a token.
        _ if name == "jti" => json!(7),
        4 => json!(claims[name].to_string()),
        5 => json!(""),
        6 if is_time => json!(-1.5),
        7 if name == "exp" => json!(now - 31 - i64::try_from(dice.below(1_000_000)).unwrap()),
        // Far enough ahead for as long as the test may take.
        7 if is_time => json!(now + 1_000_000 + i64::try_from(dice.below(1_000_000)).unwrap()),
        _ => json!("00000000-0000-7000-8000-000000000000"),
    };
    claims
}

fn parts(token: &str) -> [&str; 3] {
    let mut parts = token.split('.');
    std::array::from_fn(|_| parts.next().unwrap())
}

/// A request that asks whether its token is accepted.
pub(super) fn request(token: &str) -> Vec<u8> {
    request_of_bytes(token.as_bytes())
}

pub(super) fn request_of_bytes(token: &[u8]) -> Vec<u8> {
    const BODY: &str = r#"{"query":"{ viewer { isAuthenticated } me { id } }"}"#;
    let head = format!(
        "POST /graphql HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\
         authorization: Bearer ",
        BODY.len()
    );
    [head.as_bytes(), token, b"\r\n\r\n", BODY.as_bytes()].concat()
}

pub(super) fn is_accepted(reply: &Reply) -> bool {
    let body: Value = serde_json::from_slice(&reply.body).unwrap_or_default();
    body["data"]["viewer"]["isAuthenticated"] == true || body["data"]["me"]["id"].is_string()
}
