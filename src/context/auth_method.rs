//! The ways in which people prove who they are.

/// One way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AuthMethod {
    /// The password.
    Password,
    /// A passkey, which also verified the person.
    Passkey,
    /// A code from an authenticator app.
    Totp,
    /// A recovery code.
    RecoveryCode,
    /// A mailed code.
    EmailCode,
    /// A mailed link.
    EmailLink,
    /// An account of another provider.
    Social,
}

impl AuthMethod {
    const ALL: [Self; 7] = [
        Self::Password,
        Self::Passkey,
        Self::Totp,
        Self::RecoveryCode,
        Self::EmailCode,
        Self::EmailLink,
        Self::Social,
    ];

    /// The word in the database, and in the `amr` claim.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::Passkey => "passkey",
            Self::Totp => "totp",
            Self::RecoveryCode => "recovery_code",
            Self::EmailCode => "email_code",
            Self::EmailLink => "email_link",
            Self::Social => "social",
        }
    }

    /// The way that a word names.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|method| method.word() == word)
    }

    /// Whether it raises a session to the level of two factors.
    pub const fn is_second_factor(self) -> bool {
        matches!(self, Self::Passkey | Self::Totp | Self::RecoveryCode)
    }

    /// The words of several ways, as a session stores them.
    pub fn words(methods: impl IntoIterator<Item = Self>) -> String {
        let words: Vec<_> = methods.into_iter().map(Self::word).collect();
        words.join(",")
    }

    /// The ways in the words of a session. Unknown words are skipped: a newer version may have written them.
    pub fn of_words(words: &str) -> impl Iterator<Item = Self> + '_ {
        words.split(',').filter_map(Self::from_word)
    }
}
