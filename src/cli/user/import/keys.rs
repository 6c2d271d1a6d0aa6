//! What the other system hashed with. Keys come from files: arguments are visible to other users of the machine.

use std::{
    io::Read as _,
    path::{Path, PathBuf},
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use clap::{Args, ValueEnum};
use secrecy::SecretSlice;
use zeroize::Zeroizing;

use crate::{
    cli::{CliError, regular_file::open_regular},
    platform::crypto::{FirebaseParameters, ForeignHashOptions, HashCost},
};

/// Maximum size of a file with a key, in bytes.
const MAX_KEY_FILE: u64 = 4_096;

/// Keys and parameters of the other system.
#[derive(Debug, Clone, Args)]
pub struct HashKeyArgs {
    /// File with the key of HMAC-SHA256; a line break at its end does not count. The key is stored with each hash.
    #[arg(long, value_name = "FILE")]
    pub hmac_key_file: Option<PathBuf>,

    /// How that file has the key.
    #[arg(long, value_enum, default_value_t, requires = "hmac_key_file")]
    pub hmac_key_format: KeyFormat,

    /// File with `base64_signer_key` of the password hash parameters of a Firebase project.
    #[arg(long, value_name = "FILE")]
    pub firebase_signer_key_file: Option<PathBuf>,

    /// `base64_salt_separator` of that project.
    #[arg(
        long,
        value_name = "BASE64",
        default_value = "Bw==",
        requires = "firebase_signer_key_file"
    )]
    pub firebase_salt_separator: String,

    /// `rounds` of that project.
    #[arg(
        long,
        value_name = "NUMBER",
        default_value_t = 8,
        requires = "firebase_signer_key_file"
    )]
    pub firebase_rounds: u32,

    /// `mem_cost` of that project.
    #[arg(
        long,
        value_name = "NUMBER",
        default_value_t = 14,
        requires = "firebase_signer_key_file"
    )]
    pub firebase_mem_cost: u32,
}

/// How a file has a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum KeyFormat {
    /// The bytes of the file.
    #[default]
    Raw,
    /// Hexadecimal digits.
    Hex,
    /// Base64.
    Base64,
}

impl HashKeyArgs {
    /// What reading the hashes depends on.
    pub(super) fn options(&self, cost: HashCost) -> Result<ForeignHashOptions, CliError> {
        let mut options = ForeignHashOptions::new(cost);
        if let Some(path) = &self.hmac_key_file {
            let key = self.hmac_key_format.decode(&read_key(path)?);
            let key =
                key.ok_or_else(|| failed(path, "the key does not have the format of --hmac-key-format"))?;
            options = options
                .with_hmac_key(&key)
                .map_err(|problem| failed(path, &problem.to_string()))?;
        }
        if let Some(path) = &self.firebase_signer_key_file {
            let key = read_key(path)?;
            let key = std::str::from_utf8(&key).unwrap_or_default().trim();
            let parameters = FirebaseParameters::new(
                &key.into(),
                &self.firebase_salt_separator,
                self.firebase_rounds,
                self.firebase_mem_cost,
            );
            options =
                options.with_firebase(parameters.map_err(|problem| failed(path, &problem.to_string()))?);
        }
        Ok(options)
    }
}

impl KeyFormat {
    fn decode(self, bytes: &[u8]) -> Option<SecretSlice<u8>> {
        let bytes = bytes.strip_suffix(b"\n").unwrap_or(bytes);
        let key = match self {
            Self::Raw => bytes.to_vec(),
            Self::Base64 => STANDARD.decode(bytes.trim_ascii()).ok()?,
            Self::Hex => {
                let digits = std::str::from_utf8(bytes).ok()?.trim();
                let pairs = digits.len() / 2;
                if !digits.is_ascii() || digits.len() % 2 != 0 {
                    return None;
                }
                let pair = |n: usize| u8::from_str_radix(digits.get(2 * n..2 * n + 2)?, 16).ok();
                (0..pairs).map(pair).collect::<Option<Vec<u8>>>()?
            }
        };
        Some(key.into())
    }
}

fn read_key(path: &Path) -> Result<Zeroizing<Vec<u8>>, CliError> {
    let mut bytes = Zeroizing::new(Vec::new());
    let file = open_regular(path).map_err(|error| failed(path, &error.to_string()))?;
    file.take(MAX_KEY_FILE + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| failed(path, &error.to_string()))?;
    if bytes.len() as u64 > MAX_KEY_FILE {
        return Err(failed(path, "the file is too large for a key"));
    }
    Ok(bytes)
}

fn failed(path: &Path, why: &str) -> CliError {
    CliError::Failed(format!("cannot use {}: {why}", path.display()))
}
