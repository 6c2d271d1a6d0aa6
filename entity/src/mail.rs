//! `mails`: the outbox.

use std::fmt;

use sea_orm::entity::prelude::*;

use crate::{MailId, UserId};

/// One mail.
#[derive(Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "mails")]
pub struct Model {
    /// UUIDv7; also its `Message-ID`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: MailId,
    /// What kind of mail it is.
    pub kind: String,
    /// What has become of it.
    pub state: State,
    /// Whose account it concerns, if that is known. Not a reference: the notice of a deletion outlives the account.
    pub user_id: Option<UserId>,
    /// Where it goes; none until it is known whether somebody gets it.
    pub to_address: Option<String>,
    /// What it says, sealed; none once it has ended, because a link in it may still work.
    pub sealed_content: Option<String>,
    /// How often sending was tried.
    pub attempts: i64,
    /// When to try next; milliseconds since 1970. Once it has ended: when it ended.
    pub due_at: i64,
    /// Until when one server has it in hand; milliseconds since 1970.
    pub leased_until: Option<i64>,
    /// Random text of that server's turn.
    pub lease_token: Option<String>,
    /// After this it is not worth sending; milliseconds since 1970.
    pub expires_at: i64,
    /// Why the last try failed.
    pub last_problem: Option<String>,
    /// Milliseconds since 1970.
    pub created_at: i64,
    /// When it was sent or given up; milliseconds since 1970.
    pub ended_at: Option<i64>,
}

/// Shows no address and nothing sealed.
impl fmt::Debug for Model {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mail")
            .field("id", &self.id)
            .field("kind", &self.kind)
            .field("state", &self.state)
            .finish_non_exhaustive()
    }
}

/// What has become of a mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(16))")]
pub enum State {
    /// Is to be sent.
    #[sea_orm(string_value = "waiting")]
    Waiting,
    /// A mail server has taken it.
    #[sea_orm(string_value = "sent")]
    Sent,
    /// Was given up.
    #[sea_orm(string_value = "failed")]
    Failed,
    /// Stays in the development outbox.
    #[sea_orm(string_value = "kept")]
    Kept,
}

impl State {
    /// The word for it in the database, which never changes.
    pub fn word(self) -> String {
        self.to_value()
    }
}

/// None.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
