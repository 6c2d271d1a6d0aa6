//! `unlinked_identities`: the accounts of other providers that somebody unlinked, and that never link by address again.

use std::fmt;

use sea_orm::entity::prelude::*;

/// One account of another provider. It belongs to no user, so that it outlives all of them.
#[derive(Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "unlinked_identities")]
pub struct Model {
    /// SHA-256 of issuer, a zero byte and subject, in base64url, as in `identities`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub subject_key: String,
    /// When it was unlinked first; milliseconds since 1970.
    pub unlinked_at: i64,
}

/// Does not show the key: it names a person.
impl fmt::Debug for Model {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UnlinkedIdentity").finish_non_exhaustive()
    }
}

/// It refers to nothing.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
