//! A software authenticator, together with the browser around it: it answers the options of a server with what
//! `toJSON()` gives, and breaks what a test asks it to break.

mod key;

use aws_lc_rs::digest::{SHA256, digest};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use ciborium::Value as Cbor;
use serde_json::{Value, json};

use self::key::Key;

/// The user is present, and verified.
pub(crate) const UP: u8 = 0x01;
pub(crate) const UV: u8 = 0x04;
/// The passkey can be copied, and is.
pub(crate) const BE: u8 = 0x08;
pub(crate) const BS: u8 = 0x10;
/// A new credential, or extension outputs, follow.
pub(crate) const AT: u8 = 0x40;
pub(crate) const ED: u8 = 0x80;

/// One passkey, where it lives.
pub(crate) struct Authenticator {
    /// The origin of the page that asks.
    pub(crate) origin: String,
    /// The counter of the next answer; it stays 0 if it does not count.
    pub(crate) counter: u32,
    /// Flags of its answers, without AT and ED.
    pub(crate) flags: u8,
    /// What it does wrong.
    pub(crate) breaks: Breaks,
    credential_id: Vec<u8>,
    /// From the creation options.
    user_handle: Option<String>,
    key: Key,
}

/// What can be wrong with an answer; the default is nothing.
#[derive(Default)]
pub(crate) struct Breaks {
    /// Another `type` in the client data.
    pub(crate) kind: Option<&'static str>,
    /// Another challenge.
    pub(crate) challenge: Option<String>,
    /// Further text in the client data, such as `,"crossOrigin":true`.
    pub(crate) client_data: Option<&'static str>,
    /// Another relying party id under the hash.
    pub(crate) rp_id: Option<&'static str>,
    /// A signature over something else.
    pub(crate) signature: bool,
    /// Another attestation format, with this statement.
    pub(crate) attestation: Option<(&'static str, Cbor)>,
    /// Bytes after the attestation object.
    pub(crate) after_object: Vec<u8>,
    /// Bytes after the authenticator data.
    pub(crate) after_data: Vec<u8>,
    /// Another public key in COSE form.
    pub(crate) key: Option<Cbor>,
    /// Extension outputs.
    pub(crate) extensions: Option<Cbor>,
    /// Another credential id.
    pub(crate) credential_id: Option<Vec<u8>>,
    /// Another user handle, or none.
    pub(crate) user_handle: Option<Value>,
}

impl Authenticator {
    /// A synced passkey with an ES256 key, asked by pages of `origin`. The same `seed` makes the same passkey.
    pub(crate) fn new(origin: &str, seed: &str) -> Self {
        Self::with_key(origin, seed, Key::es256(&hash(seed.as_bytes())))
    }

    /// The same with Ed25519.
    pub(crate) fn ed25519(origin: &str, seed: &str) -> Self {
        Self::with_key(origin, seed, Key::ed25519(&hash(seed.as_bytes())))
    }

    /// The same with RSA; its key is another one each time.
    pub(crate) fn rsa(origin: &str, seed: &str) -> Self {
        Self::with_key(origin, seed, Key::rsa())
    }

    fn with_key(origin: &str, seed: &str, key: Key) -> Self {
        Self {
            origin: origin.to_owned(),
            counter: 0,
            flags: UP | UV | BE | BS,
            breaks: Breaks::default(),
            credential_id: hash(format!("id of {seed}").as_bytes()),
            user_handle: None,
            key,
        }
    }

    /// The same, but it never leaves its device, and counts.
    pub(crate) fn single_device(mut self) -> Self {
        self.flags &= !(BE | BS);
        self.counter = 1;
        self
    }

    /// The same with something wrong.
    pub(crate) fn breaking(mut self, change: impl FnOnce(&mut Breaks)) -> Self {
        change(&mut self.breaks);
        self
    }

    /// Answers creation options: `navigator.credentials.create(..)`, then `toJSON()`.
    ///
    /// # Panics
    ///
    /// If a browser would refuse them, because this passkey is excluded or its algorithm is not offered.
    pub(crate) fn create(&mut self, options: &str) -> String {
        let options: Value = serde_json::from_str(options).unwrap();
        let excluded = options["excludeCredentials"].as_array().unwrap();
        assert!(excluded.iter().all(|it| it["id"] != self.id()), "excluded");
        let offered = options["pubKeyCredParams"].as_array().unwrap();
        assert!(
            offered.iter().any(|it| it["alg"] == self.key.algorithm()),
            "not offered"
        );
        self.user_handle = options["user"]["id"].as_str().map(str::to_owned);
        let client_data = self.client_data("webauthn.create", &options["challenge"]);
        let rp_id = options["rp"]["id"].as_str().unwrap();
        let mut data = self.data(rp_id, AT);
        data.extend([0xaa; 16]);
        data.extend(u16::try_from(self.sent_id().len()).unwrap().to_be_bytes());
        data.extend(self.sent_id());
        data.extend(cbor(self.breaks.key.as_ref().unwrap_or(&self.cose_key())));
        self.finish(&mut data);
        let none = ("none", Cbor::Map(Vec::new()));
        let (format, statement) = self.breaks.attestation.clone().unwrap_or(none);
        let mut object = cbor(&Cbor::Map(vec![
            (text("fmt"), text(format)),
            (text("attStmt"), statement),
            (text("authData"), Cbor::Bytes(data.clone())),
        ]));
        object.extend(&self.breaks.after_object);
        self.answer(&json!({
            "clientDataJSON": encode(&client_data),
            "attestationObject": encode(&object),
            "authenticatorData": encode(&data),
            "transports": ["internal", "hybrid"],
            "publicKeyAlgorithm": self.key.algorithm(),
        }))
    }

    /// Answers request options: `navigator.credentials.get(..)`, then `toJSON()`.
    pub(crate) fn get(&mut self, options: &str) -> String {
        let options: Value = serde_json::from_str(options).unwrap();
        let client_data = self.client_data("webauthn.get", &options["challenge"]);
        let mut data = self.data(options["rpId"].as_str().unwrap(), 0);
        self.finish(&mut data);
        let mut signed = [data.clone(), hash(&client_data)].concat();
        if self.breaks.signature {
            signed.push(0);
        }
        let handle = json!(self.user_handle);
        self.answer(&json!({
            "clientDataJSON": encode(&client_data),
            "authenticatorData": encode(&data),
            "signature": encode(&self.key.sign(&signed)),
            "userHandle": self.breaks.user_handle.as_ref().unwrap_or(&handle),
        }))
    }

    /// The credential id in base64url.
    pub(crate) fn id(&self) -> String {
        encode(&self.credential_id)
    }

    /// The public key in COSE form.
    pub(crate) fn cose_key(&self) -> Cbor {
        self.key.cose()
    }

    fn client_data(&self, kind: &str, challenge: &Value) -> Vec<u8> {
        let kind = self.breaks.kind.unwrap_or(kind);
        let challenge = self.breaks.challenge.as_deref().or(challenge.as_str()).unwrap();
        let more = self.breaks.client_data.unwrap_or(r#","crossOrigin":false"#);
        let origin = &self.origin;
        format!(r#"{{"type":"{kind}","challenge":"{challenge}","origin":"{origin}"{more}}}"#).into_bytes()
    }

    /// The header of the authenticator data. Counts.
    fn data(&mut self, rp_id: &str, more: u8) -> Vec<u8> {
        let mut data = hash(self.breaks.rp_id.unwrap_or(rp_id).as_bytes());
        let extended = if self.breaks.extensions.is_some() { ED } else { 0 };
        data.push(self.flags | more | extended);
        data.extend(self.counter.to_be_bytes());
        self.counter += u32::from(self.counter > 0);
        data
    }

    fn finish(&self, data: &mut Vec<u8>) {
        data.extend(self.breaks.extensions.iter().flat_map(cbor));
        data.extend(&self.breaks.after_data);
    }

    fn sent_id(&self) -> &[u8] {
        self.breaks.credential_id.as_ref().unwrap_or(&self.credential_id)
    }

    fn answer(&self, response: &Value) -> String {
        let id = encode(self.sent_id());
        json!({
            "id": id,
            "rawId": id,
            "type": "public-key",
            "authenticatorAttachment": "platform",
            "clientExtensionResults": {},
            "response": response,
        })
        .to_string()
    }
}

/// CBOR as bytes.
fn cbor(value: &Cbor) -> Vec<u8> {
    let mut bytes = Vec::new();
    ciborium::into_writer(value, &mut bytes).unwrap();
    bytes
}

fn text(text: &str) -> Cbor {
    Cbor::Text(text.to_owned())
}

fn hash(bytes: &[u8]) -> Vec<u8> {
    digest(&SHA256, bytes).as_ref().to_vec()
}

fn encode(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}
