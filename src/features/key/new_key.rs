//! Makes and opens keys.

use std::sync::Arc;

use entity::{SigningKeyId, signing_key::Model};
use secrecy::{ExposeSecret as _, SecretSlice};

use crate::{
    context::App,
    features::data_key::KeyError,
    platform::{
        clock::Clock,
        crypto::{NotOpened, SealContext, Sealer, SigningAlgorithm, SigningKey},
        failure::Fault,
        id,
        rng::Rng,
    },
};

/// What making a key needs.
pub(super) struct KeyMaker<'a> {
    pub(super) root: &'a Sealer,
    pub(super) clock: &'a dyn Clock,
    pub(super) rng: &'a dyn Rng,
}

impl<'a> KeyMaker<'a> {
    /// That of a running server.
    pub(super) fn of(app: &'a App) -> Self {
        Self {
            root: &app.root,
            clock: &*app.clock,
            rng: &*app.rng,
        }
    }

    /// A new key, which starts to sign at `activates_at`. It is not stored yet.
    pub(super) fn make(&self, algorithm: SigningAlgorithm, activates_at: i64) -> Result<Model, Fault> {
        let pkcs8: SecretSlice<u8> = SigningKey::generate(algorithm)?;
        let key = SigningKey::from_pkcs8(algorithm, &pkcs8)?;
        let id = SigningKeyId(id::new(self.clock, self.rng));
        Ok(Model {
            id,
            kid: key.kid().to_owned(),
            algorithm: algorithm.name().to_owned(),
            sealed_private_key: self.seal(id, &pkcs8)?,
            created_at: self.clock.now().as_millisecond(),
            activates_at,
            retires_at: None,
        })
    }

    /// The private key, sealed under the newest secret.
    pub(super) fn seal(&self, id: SigningKeyId, pkcs8: &SecretSlice<u8>) -> Result<String, Fault> {
        self.root
            .seal(self.rng, place(&id.to_string()), pkcs8.expose_secret())
    }
}

/// A stored key, and its private half in PKCS#8 form.
pub(super) fn open(root: &Sealer, row: &Model) -> Result<(Arc<SigningKey>, SecretSlice<u8>), KeyError> {
    // A name that is unknown here cannot be one that this server wrote.
    let algorithm = SigningAlgorithm::from_name(&row.algorithm)
        .filter(|algorithm| algorithm.has_key_pairs())
        .ok_or(KeyError::NotOpened(NotOpened::Malformed))?;
    let id = row.id.to_string();
    let pkcs8 = root
        .open(place(&id), &row.sealed_private_key)
        .map_err(KeyError::NotOpened)?;
    Ok((Arc::new(SigningKey::from_pkcs8(algorithm, &pkcs8)?), pkcs8))
}

fn place(id: &str) -> SealContext<'_> {
    SealContext {
        table: "signing_keys",
        id,
        column: "sealed_private_key",
    }
}
