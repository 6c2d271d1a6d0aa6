//! Typed ids: a session id cannot be passed where a user id is expected.

use std::{fmt, str::FromStr};

use sea_orm::{DbErr, DeriveValueType, TryFromU64, entity::prelude::Uuid};

macro_rules! id {
    ($(#[$doc:meta] $name:ident),+ $(,)?) => {$(
        #[$doc]
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, DeriveValueType)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        /// SeaORM requires this of every primary key; ours never come from a counter.
        impl TryFromU64 for $name {
            fn try_from_u64(_: u64) -> Result<Self, DbErr> {
                Err(DbErr::ConvertFromU64(stringify!($name)))
            }
        }

        /// Accepts only the spelling that this server writes: lower-case, hyphenated.
        impl FromStr for $name {
            type Err = NotAnId;

            fn from_str(text: &str) -> Result<Self, NotAnId> {
                let id = Uuid::try_parse(text).map_err(|_| NotAnId)?;
                if id.hyphenated().encode_lower(&mut Uuid::encode_buffer()) == text { Ok(Self(id)) } else { Err(NotAnId) }
            }
        }
    )+};
}

id! {
    /// Id of a user; also the `sub` claim of access tokens.
    UserId,
    /// Id of a session; also the `sid` claim of access tokens.
    SessionId,
    /// Id of a row of signing keys.
    SigningKeyId,
}

/// The text is not an id of this server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotAnId;
