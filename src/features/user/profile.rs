//! What people change of their profile.

/// What to change; nothing else changes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Profile {
    /// The name, checked.
    pub name: Option<String>,
    /// The language, one that the server speaks.
    pub locale: Option<String>,
    /// Whether a mail reports new sign-ins.
    pub has_sign_in_notices: Option<bool>,
}
