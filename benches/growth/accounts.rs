//! The accounts that databases are filled with: the same whether this program or the database makes them up.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use argon2::{Algorithm, Argon2, Params, Version};
use base64::{Engine as _, engine::general_purpose::STANDARD_NO_PAD};
use portcullis::{
    context::access_token::{AccessClaims, AccessTokens, TokenType, shaped_roles::ShapedRoles},
    platform::crypto::{KeyRing, SigningAlgorithm, SigningKey},
};
use secrecy::ExposeSecret as _;
use uuid::Uuid;

/// The instants in the ids of users and of sessions begin here.
pub const FIRST_USER: u64 = 0x0190_0000_0000;
pub const FIRST_SESSION: u64 = 0x0192_0000_0000;
/// Scatters numbers over 32 bits, each to a place of its own.
pub const SCATTER: u64 = 2_654_435_761;

pub const PASSWORD: &str = "a lantern under quiet snow";
pub const HASH_MEMORY_KIB: u32 = 8;
pub const HASH_ITERATIONS: u32 = 1;

/// A secret that guards nothing.
pub const SECRET: &str = "Hn4vZ8qTr1YcKx6WbLd3Gs9MfPj5Ua7E";

pub fn scattered(number: u64) -> u64 {
    (number * SCATTER) % (1 << 32)
}

/// A UUIDv7, which this number alone has.
fn id(first: u64, number: u64) -> Uuid {
    let text = format!(
        "{:012x}7{:03x}8{:015x}",
        first + number,
        number % 4096,
        scattered(number)
    );
    Uuid::try_parse(&text).unwrap()
}

pub fn email(number: u64) -> String {
    format!("{:08x}.{number}@example.com", scattered(number))
}

/// The hash of everybody's password.
pub fn password_hash() -> String {
    let (salt, mut output) = ([7; 16], [0; 32]);
    let params = Params::new(HASH_MEMORY_KIB, HASH_ITERATIONS, 1, Some(output.len())).unwrap();
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into(PASSWORD.as_bytes(), &salt, &mut output)
        .unwrap();
    format!(
        "$argon2id$v=19$m={HASH_MEMORY_KIB},t={HASH_ITERATIONS},p=1${}${}",
        STANDARD_NO_PAD.encode(salt),
        STANDARD_NO_PAD.encode(output)
    )
}

/// Signs access tokens as a server does that has the secret.
pub struct Issuer {
    tokens: AccessTokens,
    issuer: String,
}

impl Issuer {
    pub fn of(issuer: String) -> Self {
        let key = SigningKey::shared(SigningAlgorithm::Hs256, &SECRET.into()).unwrap();
        Self {
            tokens: AccessTokens::new(KeyRing::new(key.into(), [])),
            issuer,
        }
    }

    /// A token of the first or second session of a user.
    pub fn token(&self, user: u64, nth: u64) -> String {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
        let claims = AccessClaims {
            iss: self.issuer.clone(),
            sub: id(FIRST_USER, user).to_string(),
            aud: self.issuer.clone(),
            exp: (now + Duration::from_mins(15)).as_secs(),
            nbf: now.as_secs(),
            iat: now.as_secs(),
            jti: Uuid::from_u128(now.as_nanos()).to_string(),
            sid: id(FIRST_SESSION, 2 * user + nth).to_string(),
            name: None,
            email: None,
            email_verified: None,
            roles: None,
            shaped: ShapedRoles::default(),
            amr: None,
            auth_time: None,
        };
        let token = self.tokens.sign(TokenType::Access, &claims).unwrap();
        token.expose_secret().to_owned()
    }
}
