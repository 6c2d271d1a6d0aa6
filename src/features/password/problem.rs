//! Why a password is refused, and what to do about it.

/// Why a text is refused as a new password, or cannot be a password at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Problem {
    /// Fewer code points than the policy requires.
    TooShort {
        /// The minimum.
        min_length: usize,
    },
    /// More code points than the policy allows.
    TooLong {
        /// The maximum.
        max_length: usize,
    },
    /// More bytes than are ever hashed, whatever the policy allows.
    TooManyBytes {
        /// The maximum.
        max_bytes: usize,
    },
    /// Control characters or noncharacters.
    InvalidCharacters,
    /// One of the most common passwords.
    TooCommon,
    /// What an attacker who knows the account tries first.
    SameAsAccount(Resemblance),
}

/// What a refused password equals.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Resemblance {
    /// The email address or a part of it.
    Email,
    /// The name or a word of it.
    Name,
    /// The name of this product.
    Product,
}

impl Problem {
    /// The message for the person: what to do about it.
    pub fn message(&self) -> String {
        match self {
            Self::TooShort { min_length } => {
                format!("Choose a longer password: at least {min_length} characters.")
            }
            Self::TooLong { max_length } => {
                format!("Choose a shorter password: at most {max_length} characters.")
            }
            Self::TooManyBytes { max_bytes } => {
                format!("Choose a shorter password: at most {max_bytes} bytes.")
            }
            Self::InvalidCharacters => {
                "Choose a password without control characters, such as tabs or line breaks.".to_owned()
            }
            Self::TooCommon => {
                "Choose another password: many people use this one, so attackers try it first.".to_owned()
            }
            Self::SameAsAccount(Resemblance::Email) => {
                "Choose a password that is not your email address or a part of it.".to_owned()
            }
            Self::SameAsAccount(Resemblance::Name) => {
                "Choose a password that is not your name or a part of it.".to_owned()
            }
            Self::SameAsAccount(Resemblance::Product) => {
                "Choose a password that is not the name of this product.".to_owned()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_name_the_limits() {
        let message = Problem::TooShort { min_length: 15 }.message();
        assert_eq!(message, "Choose a longer password: at least 15 characters.");
        let message = Problem::TooLong { max_length: 64 }.message();
        assert_eq!(message, "Choose a shorter password: at most 64 characters.");
        let message = Problem::TooManyBytes { max_bytes: 1_024 }.message();
        assert_eq!(message, "Choose a shorter password: at most 1024 bytes.");
    }
}
