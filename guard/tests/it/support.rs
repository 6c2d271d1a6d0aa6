//! An issuer of tokens, and a clock.

use std::{
    sync::{
        Arc, LazyLock, Mutex,
        atomic::{AtomicU64, AtomicUsize, Ordering},
    },
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use aws_lc_rs::{
    hmac,
    rand::SystemRandom,
    rsa::KeySize,
    signature::{
        ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _, RSA_PKCS1_SHA256,
        RsaKeyPair,
    },
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use portcullis_guard::{Algorithm, Claims, Clock, FetchedKeys, Guard, GuardBuilder, Rejection};
use serde_json::{Value, json};

pub(crate) const ISSUER: &str = "https://accounts.example";
pub(crate) const AUDIENCE: &str = "https://api.example";

/// When the tests begin, in seconds since 1970.
pub(crate) const NOW: u64 = 1_795_000_000;

/// A clock that stands until it is moved.
#[derive(Debug)]
pub(crate) struct TestClock(AtomicU64);

impl TestClock {
    pub(crate) fn new() -> Arc<Self> {
        Arc::new(Self(AtomicU64::new(NOW)))
    }

    /// Moves the clock to so many seconds after [`NOW`].
    pub(crate) fn set(&self, seconds: u64) {
        self.0.store(NOW + seconds, Ordering::SeqCst);
    }
}

impl Clock for TestClock {
    fn now(&self) -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(self.0.load(Ordering::SeqCst))
    }
}

/// A key that signs.
pub(crate) struct SigningKey {
    pub(crate) kid: String,
    pair: Pair,
}

enum Pair {
    Es256(EcdsaKeyPair),
    Rs256(Box<RsaKeyPair>),
    EdDsa(Ed25519KeyPair),
}

impl SigningKey {
    pub(crate) fn new(algorithm: Algorithm, kid: &str) -> Self {
        let pair = match algorithm {
            Algorithm::Es256 => {
                Pair::Es256(EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap())
            }
            Algorithm::Rs256 => Pair::Rs256(Box::new(RsaKeyPair::generate(KeySize::Rsa2048).unwrap())),
            _ => Pair::EdDsa(Ed25519KeyPair::generate().unwrap()),
        };
        Self {
            kid: kid.to_owned(),
            pair,
        }
    }

    pub(crate) fn alg(&self) -> &'static str {
        match self.pair {
            Pair::Es256(_) => "ES256",
            Pair::Rs256(_) => "RS256",
            Pair::EdDsa(_) => "EdDSA",
        }
    }

    /// The public key as bytes: a point, a PKCS #1 structure, or the key itself.
    pub(crate) fn public(&self) -> &[u8] {
        match &self.pair {
            Pair::Es256(pair) => pair.public_key().as_ref(),
            Pair::Rs256(pair) => pair.public_key().as_ref(),
            Pair::EdDsa(pair) => pair.public_key().as_ref(),
        }
    }

    pub(crate) fn jwk(&self) -> Value {
        let public = self.public();
        let mut jwk = match &self.pair {
            Pair::Es256(_) => {
                json!({ "kty": "EC", "crv": "P-256", "x": base64(&public[1..33]), "y": base64(&public[33..]) })
            }
            // A sequence of two numbers, the first of 257 bytes because of its leading zero.
            Pair::Rs256(_) => json!({ "kty": "RSA", "n": base64(&public[9..265]), "e": "AQAB" }),
            Pair::EdDsa(_) => json!({ "kty": "OKP", "crv": "Ed25519", "x": base64(public) }),
        };
        jwk["kid"] = json!(self.kid);
        jwk["alg"] = json!(self.alg());
        jwk["use"] = json!("sig");
        jwk
    }

    pub(crate) fn sign(&self, message: &[u8]) -> Vec<u8> {
        let random = SystemRandom::new();
        match &self.pair {
            Pair::Es256(pair) => pair.sign(&random, message).unwrap().as_ref().to_vec(),
            Pair::Rs256(pair) => {
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(&RSA_PKCS1_SHA256, &random, message, &mut signature)
                    .unwrap();
                signature
            }
            Pair::EdDsa(pair) => pair.sign(message).as_ref().to_vec(),
        }
    }

    pub(crate) fn header(&self) -> Value {
        json!({ "alg": self.alg(), "kid": self.kid, "typ": "at+jwt" })
    }

    /// A token with these claims.
    pub(crate) fn token(&self, claims: &Value) -> String {
        self.token_of(&self.header().to_string(), &claims.to_string())
    }

    /// A token of these texts, whatever they are.
    pub(crate) fn token_of(&self, header: &str, payload: &str) -> String {
        signed(header, payload, |message| self.sign(message))
    }
}

/// A key for each algorithm. Making one takes time.
pub(crate) static KEYS: LazyLock<[SigningKey; 3]> = LazyLock::new(|| {
    [
        SigningKey::new(Algorithm::Es256, "es"),
        SigningKey::new(Algorithm::Rs256, "rs"),
        SigningKey::new(Algorithm::EdDsa, "ed"),
    ]
});

pub(crate) fn es256() -> &'static SigningKey {
    &KEYS[0]
}

pub(crate) fn base64(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// A token whose signature comes from `sign`.
pub(crate) fn signed(header: &str, payload: &str, sign: impl FnOnce(&[u8]) -> Vec<u8>) -> String {
    let message = format!("{}.{}", base64(header.as_bytes()), base64(payload.as_bytes()));
    let signature = base64(&sign(message.as_bytes()));
    format!("{message}.{signature}")
}

pub(crate) fn hmac_sha256(secret: &[u8], message: &[u8]) -> Vec<u8> {
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret);
    hmac::sign(&key, message).as_ref().to_vec()
}

/// The claims of a token that is valid at [`NOW`].
pub(crate) fn claims() -> Value {
    json!({
        "iss": ISSUER,
        "sub": "user-1",
        "aud": AUDIENCE,
        "exp": NOW + 900,
        "nbf": NOW,
        "iat": NOW,
        "jti": "token-1",
        "sid": "session-1",
        "email": "ada@example.com",
        "email_verified": true,
        "name": "Ada",
        "roles": ["editor"],
    })
}

/// The same claims with other members; null takes one out.
pub(crate) fn claims_with(more: &Value) -> Value {
    let mut claims = claims();
    let members = claims.as_object_mut().unwrap();
    for (name, value) in more.as_object().unwrap() {
        if value.is_null() {
            members.remove(name);
        } else {
            members.insert(name.clone(), value.clone());
        }
    }
    claims
}

pub(crate) fn key_set<'a>(keys: impl IntoIterator<Item = &'a SigningKey>) -> String {
    let keys: Vec<_> = keys.into_iter().map(SigningKey::jwk).collect();
    json!({ "keys": keys }).to_string()
}

/// A guard whose keys are [`KEYS`], and the number of its fetches.
pub(crate) struct Service {
    pub(crate) guard: Guard,
    pub(crate) clock: Arc<TestClock>,
    pub(crate) fetches: Arc<AtomicUsize>,
    pub(crate) document: Arc<Mutex<String>>,
}

impl Service {
    /// A guard that allows all algorithms.
    pub(crate) fn new() -> Self {
        Self::with(|builder| builder.algorithms([Algorithm::Es256, Algorithm::Rs256, Algorithm::EdDsa]))
    }

    pub(crate) fn with(configure: impl FnOnce(GuardBuilder) -> GuardBuilder) -> Self {
        let clock = TestClock::new();
        let fetches = Arc::new(AtomicUsize::new(0));
        let document = Arc::new(Mutex::new(key_set(&*KEYS)));
        let (count, answer) = (Arc::clone(&fetches), Arc::clone(&document));
        let source = move || {
            count.fetch_add(1, Ordering::SeqCst);
            let document = answer.lock().unwrap().clone().into_bytes();
            async move {
                Ok(FetchedKeys {
                    document,
                    max_age: None,
                })
            }
        };
        let builder = Guard::builder(ISSUER)
            .audience(AUDIENCE)
            .clock(Arc::clone(&clock))
            .key_source(source);
        Self {
            guard: configure(builder).build().unwrap(),
            clock,
            fetches,
            document,
        }
    }

    pub(crate) async fn verify(&self, token: &str) -> Result<Claims, Rejection> {
        self.guard.verify(token).await
    }

    /// The word for what becomes of a token with these claims.
    pub(crate) async fn judge(&self, claims: &Value) -> &'static str {
        word(&self.verify(&es256().token(claims)).await)
    }
}

/// `ok`, or the code of the rejection.
pub(crate) fn word(result: &Result<Claims, Rejection>) -> &'static str {
    match result {
        Ok(_) => "ok",
        Err(rejection) => rejection.reason().unwrap_or(rejection.code()),
    }
}
