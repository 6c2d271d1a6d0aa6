//! The secret that an authenticator app shares with the server.

use entity::UserId;
use secrecy::{ExposeSecret as _, SecretString};
use totp_rs::{Builder, Secret, Totp};
use zeroize::Zeroizing;

use crate::{
    context::App,
    platform::{clock::Timestamp, crypto::SealContext, failure::Fault, rng::Rng},
};

/// Length of a secret: 160 bits, as RFC 4226, section 4 recommends.
const BYTES: usize = 20;

/// Length of a step, in seconds (RFC 6238, section 5.2).
const STEP_SECONDS: u64 = 30;

/// How many steps earlier or later than now a code may be.
const SKEW: u16 = 1;

const OPEN: &str = "open the secret of an authenticator app";

/// Number of a step: the seconds since 1970, divided by 30.
pub type Step = i64;

/// The secret of one app.
#[derive(Clone)]
pub struct TotpSecret(Zeroizing<[u8; BYTES]>);

impl TotpSecret {
    /// A new random secret.
    pub fn new(rng: &dyn Rng) -> Self {
        Self(Zeroizing::new(rng.bytes()))
    }

    /// The secret in base32, for people who type it (RFC 4648, section 6; without padding).
    pub fn to_base32(&self) -> SecretString {
        Secret::from(self.0.to_vec()).to_base32().into()
    }

    /// The secret from its base32 form.
    pub fn from_base32(text: &SecretString) -> Option<Self> {
        let secret = Secret::try_from_base32(text.expose_secret()).ok()?;
        let bytes: [u8; BYTES] = secret.as_ref().try_into().ok()?;
        Some(Self(Zeroizing::new(bytes)))
    }

    /// The `otpauth://` address that apps read from a QR code, with the names that they show.
    pub fn uri(&self, issuer: &str, account: &str) -> Result<SecretString, Fault> {
        // The label is `issuer:account`: a colon would end the issuer.
        let plain = |text: &str| text.replace(':', " ");
        let totp = self
            .builder()
            .with_issuer(Some(plain(issuer)))
            .with_account_name(plain(account))
            .build()
            .map_err(|error| Fault::new("make the address of an authenticator app", error.to_string()))?;
        let uri = totp
            .to_url()
            .map_err(|error| Fault::new("make the address of an authenticator app", error.to_string()))?;
        Ok(uri.into())
    }

    /// The step whose code this is; none if it is no code of a step around `now`. Spaces do not matter. Compares in
    /// constant time.
    pub fn step_of(&self, code: &SecretString, now: Timestamp) -> Option<Step> {
        let code = code.expose_secret();
        // Check before reading, so that a long text costs nothing.
        if code.len() > 64 {
            return None;
        }
        let code: Zeroizing<String> = Zeroizing::new(code.chars().filter(|it| !it.is_whitespace()).collect());
        if code.len() != 6 || !code.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let seconds = u64::try_from(now.as_second()).ok()?;
        let step = self.totp()?.check(&code, seconds)?;
        i64::try_from(step).ok()
    }

    /// The secret sealed for the row of this user.
    pub(super) fn seal(&self, app: &App, user_id: UserId) -> Result<String, Fault> {
        app.sealer.seal(&*app.rng, place(&user_id.to_string()), &*self.0)
    }

    /// Opens the secret of the row of this user.
    pub(super) fn open(app: &App, user_id: UserId, sealed: &str) -> Result<Self, Fault> {
        let opened = app
            .sealer
            .open(place(&user_id.to_string()), sealed)
            .map_err(|problem| Fault::new(OPEN, format!("{problem:?}")))?;
        let bytes: [u8; BYTES] = opened
            .expose_secret()
            .try_into()
            .map_err(|_| Fault::new(OPEN, "it has another length"))?;
        Ok(Self(Zeroizing::new(bytes)))
    }

    fn builder(&self) -> Builder {
        Builder::new()
            .with_secret(self.0.to_vec())
            .with_skew(SKEW)
            .with_step_duration(STEP_SECONDS)
    }

    fn totp(&self) -> Option<Totp> {
        self.builder().with_account_name("account").build().ok()
    }
}

/// Hidden: it is a credential.
impl std::fmt::Debug for TotpSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TotpSecret([REDACTED])")
    }
}

fn place(user_id: &str) -> SealContext<'_> {
    SealContext {
        table: "totp_factors",
        id: user_id,
        column: "sealed_secret",
    }
}
