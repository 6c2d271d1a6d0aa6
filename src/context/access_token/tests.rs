use secrecy::ExposeSecret as _;

use super::{
    properties::{EXPECTED, NOW},
    *,
};
use crate::platform::crypto::{SigningAlgorithm, SigningKey};

fn made(algorithm: SigningAlgorithm) -> SigningKey {
    SigningKey::from_pkcs8(algorithm, &SigningKey::generate(algorithm).unwrap()).unwrap()
}

fn es256() -> SigningKey {
    made(SigningAlgorithm::Es256)
}

fn shared(algorithm: SigningAlgorithm, letter: &str) -> SigningKey {
    SigningKey::shared(algorithm, &SecretString::from(letter.repeat(64))).unwrap()
}

fn tokens(key: SigningKey) -> AccessTokens {
    AccessTokens::new(KeyRing::new(key.into(), []))
}

fn rings() -> Vec<AccessTokens> {
    let ring = |key: SigningKey| AccessTokens::new(KeyRing::new(key.into(), [es256().into()]));
    vec![
        ring(es256()),
        ring(made(SigningAlgorithm::EdDsa)),
        ring(made(SigningAlgorithm::Rs256)),
        ring(shared(SigningAlgorithm::Hs256, "a")),
        ring(shared(SigningAlgorithm::Hs384, "b")),
        ring(shared(SigningAlgorithm::Hs512, "c")),
    ]
}

fn claims() -> AccessClaims {
    AccessClaims {
        name: Some("Ada".to_owned()),
        email_verified: Some(false),
        roles: Some(vec!["admin".to_owned()]),
        ..properties::claims()
    }
}

fn signed(ring: &AccessTokens) -> String {
    ring.sign(TokenType::Access, &claims())
        .unwrap()
        .expose_secret()
        .to_owned()
}

fn verify(ring: &AccessTokens, token: &str) -> Result<(), UnauthenticatedReason> {
    let now = Timestamp::from_second(NOW).unwrap();
    ring.verify(token, &EXPECTED, now).map(|read| {
        assert!(read.claims == claims(), "accepted, and read as something else");
    })
}

const INVALID: Result<(), UnauthenticatedReason> = Err(UnauthenticatedReason::TokenInvalid);

#[test]
fn what_was_signed_verifies() {
    for ring in rings() {
        assert_eq!(verify(&ring, &signed(&ring)), Ok(()), "{ring:?}");
    }
}

#[test]
fn the_memory_of_claims_is_that_of_all_their_texts() {
    let of_list = size_of::<String>();
    let all = AccessClaims {
        email: Some("ada@example.com".to_owned()),
        roles: Some(vec!["admin".to_owned(), "staff".to_owned()]),
        ..claims()
    };
    let texts = EXPECTED.issuer.len() + "user".len() + "shop".len() + "token".len() + "session".len();
    let optional = "Ada".len() + "ada@example.com".len() + 2 * ("admin".len() + of_list);
    assert_eq!(all.text_bytes(), texts + optional);
}

#[test]
fn clocks_may_be_thirty_seconds_apart() {
    let start = u64::try_from(NOW).unwrap();
    for ring in rings() {
        let verify = |(not_before, issued_at, expiry): (u64, u64, u64), later: i64| {
            let claims = AccessClaims {
                nbf: start + not_before,
                iat: start + issued_at,
                exp: start + expiry,
                ..claims()
            };
            let token = ring.sign(TokenType::Access, &claims).unwrap();
            let now = Timestamp::from_second(NOW + later).unwrap();
            ring.verify(token.expose_secret(), &EXPECTED, now).map(|_| ())
        };
        assert_eq!(verify((30, 30, 900), 0), Ok(()), "{ring:?}");
        assert_eq!(verify((31, 0, 900), 0), INVALID, "{ring:?}");
        assert_eq!(verify((0, 31, 900), 0), INVALID, "{ring:?}");
        assert_eq!(verify((0, 0, 900), 929), Ok(()), "{ring:?}");
        let expired = Err(UnauthenticatedReason::TokenExpired);
        assert_eq!(verify((0, 0, 900), 930), expired, "{ring:?}");
    }
}

#[test]
fn a_token_that_says_nothing_of_whom_which_session_or_itself_is_refused() {
    let ring = &rings()[0];
    let now = Timestamp::from_second(NOW).unwrap();
    let without = |change: fn(&mut AccessClaims)| {
        let mut claims = claims();
        change(&mut claims);
        let token = ring.sign(TokenType::Access, &claims).unwrap();
        ring.verify(token.expose_secret(), &EXPECTED, now).map(|_| ())
    };
    assert_eq!(without(|_| {}), Ok(()));
    assert_eq!(without(|claims| claims.sub.clear()), INVALID);
    assert_eq!(without(|claims| claims.sid.clear()), INVALID);
    assert_eq!(without(|claims| claims.jti.clear()), INVALID);
    assert_eq!(without(|claims| claims.iss.clear()), INVALID);
    assert_eq!(without(|claims| claims.aud.clear()), INVALID);
}

#[test]
fn eight_kibibytes_are_looked_at_and_not_one_more() {
    let ring = tokens(shared(SigningAlgorithm::Hs384, "a"));
    let now = Timestamp::from_second(NOW).unwrap();
    let mut lengths = Vec::new();
    for letters in 5_500..6_000 {
        let long = AccessClaims {
            name: Some("a".repeat(letters)),
            ..claims()
        };
        let token = ring.sign(TokenType::Access, &long).unwrap();
        let token = token.expose_secret();
        let accepted = ring.verify(token, &EXPECTED, now).is_ok();
        assert_eq!(accepted, token.len() <= 8_192, "{} bytes", token.len());
        lengths.push(token.len());
    }
    assert!(
        lengths.contains(&8_192) && lengths.last() > Some(&8_192),
        "{lengths:?}"
    );
}

#[test]
fn a_token_with_any_one_bit_flipped_is_refused() {
    let mut refused = 0;
    for ring in rings() {
        for _ in 0..3 {
            let token = signed(&ring);
            for index in 0..token.len() {
                for bit in 0..7 {
                    let mut bytes = token.clone().into_bytes();
                    bytes[index] ^= 1 << bit;
                    // Flipping one of seven bits keeps it ASCII; the eighth would make it invalid UTF-8.
                    let flipped = String::from_utf8(bytes).unwrap();
                    assert_eq!(verify(&ring, &flipped), INVALID, "byte {index}, bit {bit}");
                    refused += 1;
                }
            }
        }
    }
    assert!(refused > 30_000, "only {refused}");
}

#[test]
fn a_token_with_any_one_character_more_less_or_twice_is_refused() {
    for ring in rings() {
        let token = signed(&ring);
        for index in 0..=token.len() {
            for more in ["A", ".", "=", " ", "\n", "\0", "é"] {
                let mut longer = token.clone();
                longer.insert_str(index, more);
                assert_eq!(verify(&ring, &longer), INVALID, "{more:?} at {index}");
            }
            assert_eq!(
                verify(&ring, &token[..index]) == Ok(()),
                index == token.len(),
                "cut at {index}"
            );
            if index < token.len() {
                let mut shorter = token.clone();
                shorter.remove(index);
                assert_eq!(verify(&ring, &shorter), INVALID, "without {index}");
            }
        }
    }
}

#[test]
fn parts_of_two_genuine_tokens_make_no_third() {
    for ring in rings() {
        let other = AccessClaims {
            sub: "somebody else".to_owned(),
            ..claims()
        };
        let (one, two) = (signed(&ring), ring.sign(TokenType::Access, &other).unwrap());
        let one: Vec<&str> = one.split('.').collect();
        let two: Vec<&str> = two.expose_secret().split('.').collect();
        assert_eq!(verify(&ring, &[one[0], two[1], one[2]].join(".")), INVALID);
        assert_eq!(verify(&ring, &[one[0], one[1], two[2]].join(".")), INVALID);
    }
}

#[test]
fn a_token_of_another_ring_is_refused_even_under_our_key_id() {
    let rings = rings();
    for ours in &rings {
        for theirs in &rings {
            let key = match theirs.keys().algorithm() {
                algorithm if algorithm.has_key_pairs() => made(algorithm),
                algorithm => shared(algorithm, "z"),
            };
            let key = key.with_kid(ours.keys().signing().kid());
            let theirs = tokens(key);
            let token = signed(&theirs);
            assert_eq!(verify(&theirs, &token), Ok(()));
            assert_eq!(verify(ours, &token), INVALID);
        }
    }
}

#[test]
fn one_secret_is_another_key_under_another_algorithm() {
    let ring = tokens(shared(SigningAlgorithm::Hs256, "a"));
    for algorithm in [SigningAlgorithm::Hs384, SigningAlgorithm::Hs512] {
        let other = tokens(shared(algorithm, "a"));
        assert_eq!(verify(&ring, &signed(&other)), INVALID);
    }
}

#[test]
fn a_key_that_no_longer_signs_still_verifies() {
    let old = SigningKey::generate(SigningAlgorithm::Es256).unwrap();
    let key = || SigningKey::from_pkcs8(SigningAlgorithm::Es256, &old).unwrap();
    let token = signed(&tokens(key()));
    let ring = AccessTokens::new(KeyRing::new(es256().into(), [key().into()]));
    assert_eq!(verify(&ring, &token), Ok(()));
    assert_eq!(verify(&ring, &signed(&ring)), Ok(()));
}

#[test]
fn megabytes_are_refused_unread() {
    let ring = &rings()[0];
    let token = signed(ring);
    for huge in [
        ".".repeat(100_000),
        "A".repeat(10_000_000),
        format!("{token}{}", ".".repeat(100_000)),
        format!("{}{token}", " ".repeat(8 * 1024)),
    ] {
        assert_eq!(verify(ring, &huge), INVALID);
    }
}

#[test]
fn a_token_that_was_verified_lets_no_other_pass() {
    for ring in rings() {
        let token = signed(&ring);
        assert_eq!(verify(&ring, &token), Ok(()));
        for index in 0..token.len() {
            for bit in 0..7 {
                let mut bytes = token.clone().into_bytes();
                bytes[index] ^= 1 << bit;
                let forged = String::from_utf8(bytes).unwrap();
                assert_eq!(verify(&ring, &forged), INVALID, "byte {index}, bit {bit}");
            }
        }
        let (signed_part, _) = token.rsplit_once('.').unwrap();
        for forged in [
            signed_part.to_owned(),
            format!("{signed_part}."),
            format!("{token}="),
        ] {
            assert_eq!(verify(&ring, &forged), INVALID);
            assert_eq!(verify(&ring, &forged), INVALID, "cached");
        }
        assert_eq!(verify(&ring, &token), Ok(()));
    }
}

#[test]
fn a_token_that_was_verified_runs_out_all_the_same_and_stays_meant_for_one() {
    let at = |second| Timestamp::from_second(second).unwrap();
    let elsewhere = Expected {
        audience: "bank",
        ..EXPECTED
    };
    for ring in rings() {
        let token = signed(&ring);
        let verify = |expected: &Expected<'_>, now| ring.verify(&token, expected, at(now)).map(|_| ());
        for _ in 0..2 {
            assert_eq!(verify(&EXPECTED, NOW), Ok(()));
            assert_eq!(verify(&EXPECTED, NOW + 900 + LEEWAY - 1), Ok(()));
            assert_eq!(
                verify(&EXPECTED, NOW + 900 + LEEWAY),
                Err(UnauthenticatedReason::TokenExpired)
            );
            assert_eq!(verify(&EXPECTED, NOW - LEEWAY - 1), INVALID);
            assert_eq!(verify(&elsewhere, NOW), INVALID);
        }
    }
}

#[test]
fn a_token_that_was_verified_stays_one_of_its_type() {
    const TYPES: [TokenType; 2] = [TokenType::Access, TokenType::Session];
    let now = Timestamp::from_second(NOW).unwrap();
    for ring in rings() {
        for token_type in TYPES {
            let token = ring.sign(token_type, &claims()).unwrap();
            // The second time they are cached.
            for expected in TYPES.into_iter().chain(TYPES) {
                let expected = Expected {
                    token_type: expected,
                    ..EXPECTED
                };
                let verified = ring.verify(token.expose_secret(), &expected, now).map(|_| ());
                let right = if expected.token_type == token_type {
                    Ok(())
                } else {
                    INVALID
                };
                assert_eq!(verified, right, "{token_type:?} where {expected:?} is expected");
            }
        }
    }
}

#[test]
fn tokens_of_a_retired_key_are_not_accepted_from_the_cache() {
    let retired = SigningKey::generate(SigningAlgorithm::Es256).unwrap();
    let key = || SigningKey::from_pkcs8(SigningAlgorithm::Es256, &retired).unwrap();
    let token = signed(&tokens(key()));
    let ring = AccessTokens::new(KeyRing::new(es256().into(), [key().into()]));
    assert_eq!(verify(&ring, &token), Ok(()));
    ring.replace_keys(KeyRing::new(es256().into(), []));
    assert_eq!(verify(&ring, &token), INVALID);
}

#[test]
fn however_many_tokens_come_they_stay_within_their_memory() {
    let ring = tokens(shared(SigningAlgorithm::Hs256, "a"));
    for count in 0..20_000 {
        let claims = AccessClaims {
            jti: format!("{count}"),
            ..claims()
        };
        let token = ring.sign(TokenType::Access, &claims).unwrap();
        let now = Timestamp::from_second(NOW).unwrap();
        assert!(ring.verify(token.expose_secret(), &EXPECTED, now).is_ok());
    }
    assert!(
        ring.ring()
            .verified
            .0
            .is_within(verified_tokens::MAX_BYTES as u64)
    );
}
