//! Passwords: the rules, and why.
//!
//! Length makes a password strong, so length is required and nothing else: no digits, no symbols, no mixture (NIST SP
//! 800-63B, section 3.1.1.2; OWASP ASVS 6.2.5). What an attacker tries first is refused: the most common passwords, the
//! account's address and name, the name of this product.
//!
//! The same password must become the same bytes on every keyboard. So spaces of other scripts become the ordinary
//! space, and the text is normalised to NFC, as in RFC 8265, section 4.2: "é" is one character whether typed with one
//! key or with two. NFKC would go further and make "ﬁ" equal to "fi", which removes differences that somebody meant.
//! Case is kept, and so are spaces at the ends. Control characters and noncharacters are refused, since no keyboard
//! types them on purpose; emoji and everything else are allowed (this rule is wider than the RFC's, which refuses
//! symbols that its tables do not know).
//!
//! A password that is too long is refused and never truncated: otherwise everybody who knows its beginning could sign
//! in.

mod blocklist;
mod choose;
mod graphql;
mod model;
mod problem;

pub use choose::{NotChosen, choose};
#[cfg(any(test, fuzzing))]
pub use model::properties;
pub use model::{Password, PasswordPolicy};
pub use problem::{Problem, Resemblance};
