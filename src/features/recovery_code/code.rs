//! The codes: new ones, and their use.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use entity::{UserId, recovery_code::Model};
use secrecy::SecretString;

use super::store;
use crate::{
    context::App,
    platform::{
        db::{DbResult, Executor, Tx},
        failure::Fault,
        typed_code::TypedCode,
    },
};

/// How many codes an account gets.
const COUNT: usize = 10;

/// A code of 80 bits.
type Code = TypedCode<16>;

/// A set of codes that is not saved yet.
#[derive(Debug, Clone)]
pub struct NewCodes {
    codes: Vec<Code>,
    rows: Vec<Model>,
}

impl NewCodes {
    /// Ten new codes for a user.
    pub fn new(app: &App, user_id: UserId) -> Result<Self, Fault> {
        let codes: Vec<Code> = (0..COUNT).map(|_| Code::new(&*app.rng)).collect();
        let created_at = app.clock.now().as_millisecond();
        let row = |code: &Code| {
            Ok(Model {
                code_key: key(app, user_id, code)?,
                user_id,
                created_at,
                used_at: None,
            })
        };
        let rows = codes.iter().map(row).collect::<Result<_, Fault>>()?;
        Ok(Self { codes, rows })
    }

    /// Saves them instead of all earlier ones. Lock the user first: two sets must not mix.
    pub async fn save(&self, tx: &Tx) -> DbResult<()> {
        if let Some(first) = self.rows.first() {
            store::remove(tx, first.user_id).await?;
        }
        store::insert(tx, self.rows.clone()).await
    }

    /// The codes as people see them, once.
    pub fn texts(&self) -> Vec<SecretString> {
        self.codes.iter().map(|code| code.text().into()).collect()
    }
}

/// A code that a person typed.
#[derive(Clone)]
pub struct RecoveryCode {
    user_id: UserId,
    code_key: String,
}

impl RecoveryCode {
    /// Reads what a person typed as a code of this user; none if it cannot be a code.
    pub fn parse(app: &App, user_id: UserId, typed: &SecretString) -> Result<Option<Self>, Fault> {
        let Some(code) = Code::parse(typed) else {
            return Ok(None);
        };
        Ok(Some(Self {
            user_id,
            code_key: key(app, user_id, &code)?,
        }))
    }

    /// Whether the code exists, is unused, and was made before `before`, if given. Concurrent calls may use it
    /// meanwhile.
    pub async fn is_unused(&self, connection: &Executor, before: Option<i64>) -> DbResult<bool> {
        store::is_unused(connection, self.user_id, &self.code_key, before).await
    }

    /// Uses the code up. Of concurrent calls, one gets true; all others, and those for a code that does not exist or
    /// was made at `before` or later, get false.
    pub async fn take(&self, tx: &Tx, now: i64, before: Option<i64>) -> DbResult<bool> {
        store::take(tx, self.user_id, &self.code_key, now, before).await
    }
}

/// Hidden: logs must not tell which row it is.
impl std::fmt::Debug for RecoveryCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RecoveryCode")
            .field("user_id", &self.user_id)
            .finish_non_exhaustive()
    }
}

/// What the database keeps of a code.
fn key(app: &App, user_id: UserId, code: &Code) -> Result<String, Fault> {
    let tag = app
        .recovery_code_keys
        .newest_tag(&[user_id.0.as_bytes(), code.bytes()])?;
    Ok(URL_SAFE_NO_PAD.encode(tag))
}
