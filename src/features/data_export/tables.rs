//! Which tables an export covers. A test fails on a table that names a user and is not listed here.

/// Whether an export has the rows of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Coverage {
    /// Under this name in the document.
    As(&'static str),
    /// Deliberately not; with the reason.
    LeftOut(&'static str),
}

/// The tables with rows about a person, by their names.
pub const TABLES: &[(&str, Coverage)] = &[
    ("users", Coverage::As("profile")),
    ("user_roles", Coverage::As("roles")),
    ("address_reservations", Coverage::As("formerAddresses")),
    ("totp_factors", Coverage::As("authenticatorApp")),
    ("recovery_codes", Coverage::As("recoveryCodes")),
    ("passkeys", Coverage::As("passkeys")),
    ("identities", Coverage::As("identities")),
    // By a keyed hash of the address, not by the user's id.
    ("attempt_streaks", Coverage::As("networks")),
    ("sessions", Coverage::As("sessions")),
    ("mails", Coverage::As("mails")),
    ("one_time_tokens", Coverage::As("tokens")),
    ("audit_events", Coverage::As("events")),
    (
        "audit_erasures",
        Coverage::LeftOut("ids of deleted accounts; nobody who could ask has one"),
    ),
    (
        "form_receipts",
        Coverage::LeftOut("keyed hashes of forms, forgotten within minutes; nothing in them can be read"),
    ),
    (
        "mail_budgets",
        Coverage::LeftOut("keyed hashes of addresses with the time of one mail; nothing in them can be read"),
    ),
    (
        "mail_suppressions",
        Coverage::LeftOut("belongs to a mailbox, not to the account that names it"),
    ),
    (
        "unlinked_identities",
        Coverage::LeftOut("hashes of accounts at providers, without the user who unlinked them"),
    ),
];
