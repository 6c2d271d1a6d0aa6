//! Makes and opens keys.

use std::sync::Arc;

use entity::{SigningKeyId, signing_key::Model};
use secrecy::{ExposeSecret as _, SecretSlice};

use crate::{
    features::data_key::KeyError,
    platform::{
        clock::Clock,
        crypto::{NotOpened, SealContext, Sealer, SigningAlgorithm, SigningKey},
        failure::Fault,
        id,
        rng::Rng,
    },
};

/// A new key, which is neither sealed nor stored yet.
pub(super) struct NewKey {
    id: SigningKeyId,
    /// Its id in tokens and in the key set.
    pub(super) kid: String,
    algorithm: SigningAlgorithm,
    pkcs8: SecretSlice<u8>,
    created_at: i64,
    /// When it starts to sign.
    pub(super) activates_at: i64,
}

impl NewKey {
    /// A key that starts to sign at `activates_at`. An RSA key takes a while.
    pub(super) fn generate(
        algorithm: SigningAlgorithm,
        activates_at: i64,
        clock: &dyn Clock,
        rng: &dyn Rng,
    ) -> Result<Self, Fault> {
        let pkcs8 = SigningKey::generate(algorithm)?;
        let key = SigningKey::from_pkcs8(algorithm, &pkcs8)?;
        Ok(Self {
            id: SigningKeyId(id::new(clock, rng)),
            kid: key.kid().to_owned(),
            algorithm,
            pkcs8,
            created_at: clock.now().as_millisecond(),
            activates_at,
        })
    }

    /// Its row, sealed under the newest secret.
    pub(super) fn row(&self, root: &Sealer, rng: &dyn Rng) -> Result<Model, Fault> {
        Ok(Model {
            id: self.id,
            kid: self.kid.clone(),
            algorithm: self.algorithm.name().to_owned(),
            sealed_private_key: seal(root, rng, self.id, &self.pkcs8)?,
            created_at: self.created_at,
            activates_at: self.activates_at,
            retires_at: None,
        })
    }
}

/// A private key, sealed under the newest secret.
pub(super) fn seal(
    root: &Sealer,
    rng: &dyn Rng,
    id: SigningKeyId,
    pkcs8: &SecretSlice<u8>,
) -> Result<String, Fault> {
    root.seal(rng, place(&id.to_string()), pkcs8.expose_secret())
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
