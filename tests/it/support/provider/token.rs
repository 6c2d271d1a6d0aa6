//! The token endpoint of the provider.

use std::collections::HashMap;

use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED, KeyPair as _, UnparsedPublicKey};
use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use portcullis::platform::config::Preset;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256, Sha384, Sha512};
use url::form_urlencoded;

use super::{
    CLIENT_ID, CLIENT_SECRET, Shared, TEAM_KEY, TENANT,
    key::{Key, base64, unsigned, with_secret},
    script::{Grant, Part, Signs},
};

type Form = HashMap<String, String>;

impl Shared {
    /// Trades a code for tokens: the status, and the answer.
    pub(super) fn trade(&self, authorization: &str, form: &Form) -> (u16, Value) {
        let refused = |status, error: &str| (status, json!({ "error": error }));
        if !self.authenticates(authorization, form) {
            return refused(401, "invalid_client");
        }
        let get = |name: &str| form.get(name).map_or("", String::as_str);
        let grant = self.state.lock().unwrap().take_grant(get("code"));
        let Some(grant) = grant.filter(|_| get("grant_type") == "authorization_code") else {
            // GitHub sends errors with status 200.
            let status = if self.preset == Preset::GitHub { 200 } else { 400 };
            return refused(status, "invalid_grant");
        };
        let challenge = base64(Sha256::digest(get("code_verifier")));
        if grant.redirect_uri != get("redirect_uri") || grant.challenge != challenge {
            return refused(400, "invalid_grant");
        }
        let access_token = {
            let mut state = self.state.lock().unwrap();
            let token = state.unique("access-token");
            state.access_tokens.insert(token.clone());
            token
        };
        let mut tokens = json!({ "access_token": access_token, "token_type": "bearer", "expires_in": 3600 });
        if self.preset.is_openid() {
            tokens["id_token"] = json!(self.id_token(&grant, &access_token));
        }
        (200, self.state.lock().unwrap().changed(Part::Tokens, tokens))
    }

    /// Whether the client proves who it is, in the way that the provider announces.
    fn authenticates(&self, authorization: &str, form: &Form) -> bool {
        let get = |name: &str| form.get(name).map_or("", String::as_str);
        match self.preset {
            Preset::Apple => get("client_id") == CLIENT_ID && self.is_signed_by_team(get("client_secret")),
            Preset::GitHub | Preset::Discord => {
                get("client_id") == CLIENT_ID
                    && get("client_secret") == CLIENT_SECRET
                    && authorization.is_empty()
            }
            _ if authorization.is_empty() => {
                get("client_id") == CLIENT_ID && !form.contains_key("client_secret")
            }
            _ => {
                let pair = authorization.strip_prefix("Basic ").unwrap();
                let pair = String::from_utf8(STANDARD.decode(pair).unwrap()).unwrap();
                let (id, secret) = pair.split_once(':').unwrap();
                let decoded = |text: &str| {
                    let text = format!("a={text}");
                    form_urlencoded::parse(text.as_bytes())
                        .next()
                        .unwrap()
                        .1
                        .into_owned()
                };
                decoded(id) == CLIENT_ID
                    && decoded(secret) == CLIENT_SECRET
                    && !form.contains_key("client_secret")
            }
        }
    }

    /// Whether this is a client secret as Apple wants it.
    fn is_signed_by_team(&self, secret: &str) -> bool {
        let (message, signature) = secret.rsplit_once('.').unwrap();
        let (header, claims) = message.split_once('.').unwrap();
        let read =
            |part: &str| -> Value { serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap() };
        let (header, claims) = (read(header), read(claims));
        let now = self.clock.now().as_second();
        let key = UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, TEAM_KEY.public_key());
        let signature = URL_SAFE_NO_PAD.decode(signature).unwrap();
        header == json!({ "alg": "ES256", "kid": "KEY", "typ": "JWT" })
            && claims["iss"] == "TEAM"
            && claims["sub"] == CLIENT_ID
            && claims["aud"] == self.url
            && claims["iat"] == now
            && claims["exp"] == now + 300
            && key.verify(message.as_bytes(), &signature).is_ok()
    }

    fn id_token(&self, grant: &Grant, access_token: &str) -> String {
        let key = self.key.lock().unwrap().clone();
        let state = self.state.lock().unwrap();
        let now = self.clock.now().as_second();
        let mut claims = json!({
            "iss": self.issuer(),
            "sub": "248289761001",
            "aud": CLIENT_ID,
            "exp": now + 300,
            "iat": now,
            "nonce": grant.nonce,
            "at_hash": at_hash(key.method, access_token),
            "email": "ada@example.com",
            "email_verified": true,
            "name": "Ada Lovelace",
        });
        if self.preset == Preset::Microsoft {
            claims["tid"] = json!(TENANT);
            claims.as_object_mut().unwrap().remove("email_verified");
        }
        let claims = state.changed(Part::Claims, claims);
        let alg = match state.signs {
            Signs::Honestly | Signs::WithAnotherKey => key.method,
            Signs::NotAtAll => "none",
            Signs::WithPublicKey | Signs::WithClientSecret => "HS256",
        };
        let header = state.changed(Part::Header, json!({ "alg": alg, "kid": key.kid, "typ": "JWT" }));
        match state.signs {
            Signs::Honestly => key.token(&header, &claims),
            Signs::WithAnotherKey => Key::new(&key.kid, "ES256").token(&header, &claims),
            Signs::NotAtAll => unsigned(&header, &claims),
            Signs::WithPublicKey => {
                let jwk = key.jwk();
                let part = |name: &str| URL_SAFE_NO_PAD.decode(jwk[name].as_str().unwrap()).unwrap();
                with_secret(&[vec![4], part("x"), part("y")].concat(), &header, &claims)
            }
            Signs::WithClientSecret => with_secret(CLIENT_SECRET.as_bytes(), &header, &claims),
        }
    }
}

fn at_hash(alg: &str, access_token: &str) -> String {
    let hash = match &alg[2..] {
        "256" => Sha256::digest(access_token).to_vec(),
        "384" => Sha384::digest(access_token).to_vec(),
        _ => Sha512::digest(access_token).to_vec(),
    };
    base64(&hash[..hash.len() / 2])
}
