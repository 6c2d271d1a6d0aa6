//! What can be wrong with the log.

use std::fmt;

use entity::AuditEventId;

/// Something that is not as the server wrote it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Finding {
    /// A row was changed, or not written by a server with these keys.
    RowChanged {
        /// The row.
        id: AuditEventId,
    },
    /// The personal part of a row was changed, or erased in part.
    PersonalChanged {
        /// The row.
        id: AuditEventId,
    },
    /// A row that was authenticated with a key that this server does not have.
    RowKeyUnknown {
        /// The row.
        id: AuditEventId,
    },
    /// A row that was authenticated with a key that had been replaced when the row was written, because it was known to
    /// others.
    RowKeyReplaced {
        /// The row.
        id: AuditEventId,
    },
    /// A genuine row names a seal that does not cover it: it was moved there.
    RowMoved {
        /// The row.
        id: AuditEventId,
        /// The seal.
        seal: i64,
    },
    /// Several rows name a seal that does not cover them.
    RowsAdded {
        /// The seal.
        seal: i64,
        /// How many there are too many.
        count: i64,
    },
    /// Rows that a seal covers are not there.
    RowsMissing {
        /// The seal.
        seal: i64,
        /// How many.
        count: i64,
    },
    /// A seal has as many rows as it covers, but not the same ones, or not in the same order.
    RowsReplaced {
        /// The seal.
        seal: i64,
    },
    /// Rows name a seal that does not exist.
    RowsWithoutSeal {
        /// The seal that they name.
        seal: i64,
        /// One of the rows.
        id: AuditEventId,
        /// How many there are.
        count: i64,
    },
    /// Rows whose id or seal has the wrong type, so that they have no place in the log.
    RowsUnreadable {
        /// How many there are.
        count: u64,
    },
    /// There is neither an event nor a seal, though there are accounts.
    LogMissing,
    /// A seal was changed, or not made by a server with these keys.
    SealChanged {
        /// Its number.
        seal: i64,
    },
    /// A seal that was authenticated with a key that this server does not have.
    SealKeyUnknown {
        /// Its number.
        seal: i64,
    },
    /// A seal that was authenticated with a key that an earlier seal had replaced.
    SealKeyReplaced {
        /// Its number.
        seal: i64,
    },
    /// A seal does not follow the one before it, which was replaced.
    SealDetached {
        /// Its number.
        seal: i64,
    },
    /// Seals are missing between two others, or at the end.
    SealsMissing {
        /// The first one.
        from: i64,
        /// The last one.
        to: i64,
    },
    /// The beginning of the log was cut off: it begins with this seal, though nothing was removed up to it.
    HeadMissing {
        /// The seal that it begins with.
        seal: i64,
    },
    /// The given last seal is not there: the end of the log was cut off.
    TailMissing {
        /// Its number.
        seal: i64,
    },
    /// The given last seal has another MAC: the end of the log was replaced.
    TailReplaced {
        /// Its number.
        seal: i64,
    },
}

impl Finding {
    /// The name of the kind of finding, for programs.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::RowChanged { .. } => "ROW_CHANGED",
            Self::PersonalChanged { .. } => "PERSONAL_CHANGED",
            Self::RowKeyUnknown { .. } => "ROW_KEY_UNKNOWN",
            Self::RowKeyReplaced { .. } => "ROW_KEY_REPLACED",
            Self::RowMoved { .. } => "ROW_MOVED",
            Self::RowsAdded { .. } => "ROWS_ADDED",
            Self::RowsMissing { .. } => "ROWS_MISSING",
            Self::RowsReplaced { .. } => "ROWS_REPLACED",
            Self::RowsWithoutSeal { .. } => "ROWS_WITHOUT_SEAL",
            Self::RowsUnreadable { .. } => "ROWS_UNREADABLE",
            Self::LogMissing => "LOG_MISSING",
            Self::SealChanged { .. } => "SEAL_CHANGED",
            Self::SealKeyUnknown { .. } => "SEAL_KEY_UNKNOWN",
            Self::SealKeyReplaced { .. } => "SEAL_KEY_REPLACED",
            Self::SealDetached { .. } => "SEAL_DETACHED",
            Self::SealsMissing { .. } => "SEALS_MISSING",
            Self::HeadMissing { .. } => "HEAD_MISSING",
            Self::TailMissing { .. } => "TAIL_MISSING",
            Self::TailReplaced { .. } => "TAIL_REPLACED",
        }
    }

    /// The row, if it is about one.
    pub const fn row(&self) -> Option<AuditEventId> {
        match self {
            Self::RowChanged { id }
            | Self::PersonalChanged { id }
            | Self::RowKeyUnknown { id }
            | Self::RowKeyReplaced { id }
            | Self::RowMoved { id, .. }
            | Self::RowsWithoutSeal { id, .. } => Some(*id),
            _ => None,
        }
    }

    /// The number of the seal, if it is about one.
    pub const fn seal(&self) -> Option<i64> {
        match self {
            Self::RowChanged { .. }
            | Self::PersonalChanged { .. }
            | Self::RowKeyUnknown { .. }
            | Self::RowKeyReplaced { .. }
            | Self::RowsUnreadable { .. }
            | Self::LogMissing => None,
            Self::RowMoved { seal, .. }
            | Self::RowsAdded { seal, .. }
            | Self::RowsMissing { seal, .. }
            | Self::RowsReplaced { seal }
            | Self::RowsWithoutSeal { seal, .. }
            | Self::SealChanged { seal }
            | Self::SealKeyUnknown { seal }
            | Self::SealKeyReplaced { seal }
            | Self::SealDetached { seal }
            | Self::SealsMissing { from: seal, .. }
            | Self::HeadMissing { seal }
            | Self::TailMissing { seal }
            | Self::TailReplaced { seal } => Some(*seal),
        }
    }
}

/// One line for the operator.
impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::RowChanged { id } => write!(f, "event {id} was changed, or not written by the server"),
            Self::PersonalChanged { id } => write!(f, "the personal facts of event {id} were changed"),
            Self::RowKeyUnknown { id } => {
                write!(
                    f,
                    "event {id} was authenticated with a key that is not in data_keys"
                )
            }
            Self::RowKeyReplaced { id } => {
                write!(
                    f,
                    "event {id} was authenticated with a key that had been replaced before"
                )
            }
            Self::RowMoved { id, seal } => {
                write!(f, "event {id} names seal {seal}, which does not cover it")
            }
            Self::RowsAdded { seal, count: 1 } => {
                write!(f, "1 more event names seal {seal} than it covers")
            }
            Self::RowsAdded { seal, count } => {
                write!(f, "{count} more events name seal {seal} than it covers")
            }
            Self::RowsMissing { seal, count: 1 } => {
                write!(
                    f,
                    "an event was removed: seal {seal} covers 1 more than there are"
                )
            }
            Self::RowsMissing { seal, count } => {
                write!(
                    f,
                    "events were removed: seal {seal} covers {count} more than there are"
                )
            }
            Self::RowsReplaced { seal } => {
                write!(f, "the events that name seal {seal} are not those that it covers")
            }
            Self::RowsWithoutSeal { seal, id, count } => {
                let events = if *count == 1 { "event" } else { "events" };
                write!(
                    f,
                    "event {id} names seal {seal}, which does not exist ({count} such {events})"
                )
            }
            Self::RowsUnreadable { count } => write!(
                f,
                "rows of audit_events whose id or seal was replaced by a value of another type: {count}"
            ),
            Self::LogMissing => {
                f.write_str("the log is empty, though there are accounts: all of it was removed")
            }
            Self::SealChanged { seal } => {
                write!(f, "seal {seal} was changed, or not made by the server")
            }
            Self::SealKeyUnknown { seal } => {
                write!(
                    f,
                    "seal {seal} was authenticated with a key that is not in data_keys"
                )
            }
            Self::SealKeyReplaced { seal } => {
                write!(
                    f,
                    "seal {seal} was authenticated with a key that had been replaced before"
                )
            }
            Self::SealDetached { seal } => {
                write!(f, "seal {seal} does not follow the seal before it")
            }
            Self::SealsMissing { from, to } if from == to => write!(f, "seal {from} is missing"),
            Self::SealsMissing { from, to } => write!(f, "seals {from} to {to} are missing"),
            Self::HeadMissing { seal } => write!(
                f,
                "the log begins with seal {seal}, though nothing was removed up to it: its beginning was cut off"
            ),
            Self::TailMissing { seal } => {
                write!(f, "seal {seal} is not there: the end of the log was cut off")
            }
            Self::TailReplaced { seal } => {
                write!(f, "seal {seal} has another MAC: the end of the log was replaced")
            }
        }
    }
}
