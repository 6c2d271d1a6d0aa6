//! Whether a submitted form may have an effect.

/// Whether this server rendered the form for this browser and its session. Otherwise it must have no effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FormValidity {
    /// Yes.
    Ours,
    /// The browser sent no cookie that a form could be bound to.
    WithoutCookie,
    /// It was rendered for another session, or not by this server.
    OutOfDate,
}

impl FormValidity {
    /// Name of the notice that explains why the form has no effect.
    pub(super) const fn notice(self) -> Option<&'static str> {
        match self {
            Self::Ours => None,
            Self::WithoutCookie => Some("form-without-cookie"),
            Self::OutOfDate => Some("form-out-of-date"),
        }
    }
}
