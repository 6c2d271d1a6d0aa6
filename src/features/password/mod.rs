//! Passwords: what one must satisfy, and why.
//!
//! Length is what makes a password strong, so length is asked for and nothing else is: no digits, no signs, no
//! mixture (NIST SP 800-63B, section 3.1.1.2; OWASP ASVS 6.2.5). What people choose most and what an attacker
//! tries first is refused: the commonest passwords, one's own address and name, the name of this product.
//!
//! The same password must arrive as the same bytes from every keyboard. So spaces of other scripts become the
//! ordinary space, and the text is brought into NFC, as RFC 8265, section 4.2 has it: "é" is one character
//! whether typed as one key or as two. NFKC would go further and make "ﬁ" equal to "fi", which takes away
//! differences that somebody meant. Letters keep their case, and spaces at the ends stay. Control characters and
//! noncharacters are refused, since no keyboard types them on purpose; emoji and all else may be used (here the
//! rule is wider than the RFC's, which refuses symbols that its tables do not know).
//!
//! A password that is too long is refused and never cut: a cut would let in everybody who knows the beginning.

mod blocklist;
mod graphql;
mod model;
mod problem;

#[cfg(any(test, fuzzing))]
pub use model::properties;
pub use model::{Password, PasswordPolicy};
pub use problem::{Problem, Resemblance};
