//! The texts of one letter, with its values.

use fluent_bundle::FluentValue;

use super::{
    letter::{Letter, Lifetime},
    people::Asker,
};
use crate::platform::{
    clock, config::PublicUrl, failure::Fault, i18n::Language, unicode::is_forbidden_in_line,
};

/// The catalogues; the first language is the fallback. Their keys begin with `mail-`, because a custom catalogue can
/// hold the texts of the pages, too.
pub(super) const CATALOGUES: [(&str, &str); 2] = [
    ("en", include_str!("texts/en.ftl")),
    ("de", include_str!("texts/de.ftl")),
];

/// The texts of one letter.
pub(super) struct Texts<'a> {
    language: &'a Language,
    kind: String,
    values: Vec<(&'static str, FluentValue<'a>)>,
}

impl<'a> Texts<'a> {
    /// The texts of the letters of this kind (in snake_case).
    pub(super) fn new(language: &'a Language, kind: &str, service: &'a str) -> Self {
        Self {
            language,
            kind: kind.replace('_', "-"),
            values: vec![("service", service.into())],
        }
    }

    /// The same with a value to use in them. Values come from outside, so they cannot break a line or turn its
    /// direction.
    pub(super) fn with(mut self, name: &'static str, value: &str) -> Self {
        self.values.push((name, on_one_line(value).into()));
        self
    }

    /// The same with a number to use in them, which can choose a plural form.
    pub(super) fn with_number(mut self, name: &'static str, value: u64) -> Self {
        self.values.push((name, value.into()));
        self
    }

    /// The subject. Fails if it is not one line: a line break would begin another header.
    pub(super) fn subject(&self) -> Result<String, Fault> {
        let heading = ("heading", self.own("heading")?.into());
        let subject = self.find("mail-subject", [heading])?;
        if subject.chars().any(is_forbidden_in_line) {
            return Err(Fault::new("render an email", "its subject is not one line"));
        }
        Ok(subject)
    }

    /// The text of this kind of letter that is called `part`.
    pub(super) fn own(&self, part: &str) -> Result<String, Fault> {
        self.find(&format!("mail-{}-{part}", self.kind), [])
    }

    /// The text of all letters that is called `name`.
    pub(super) fn shared(&self, name: &str) -> Result<String, Fault> {
        self.find(&format!("mail-{name}"), [])
    }

    /// How long link and code of this letter work, if it has any.
    pub(super) fn lifetime(&self, letter: &Letter) -> Result<Option<String>, Fault> {
        let Some(lifetime) = letter.lifetime() else {
            return Ok(None);
        };
        let minutes = lifetime.duration().as_secs() / 60;
        let values = [("minutes", minutes.into()), ("days", (minutes / 60 / 24).into())];
        let key = match lifetime {
            Lifetime::Link => "mail-lifetime-link",
            Lifetime::Notice | Lifetime::Invitation => "mail-lifetime-notice",
            Lifetime::Code if !matches!(letter, Letter::SignInCode { .. }) => "mail-lifetime-code-alone",
            Lifetime::Code => "mail-lifetime-code",
        };
        self.find(key, values).map(Some)
    }

    /// What is known about who asked: labels and values.
    pub(super) fn facts(&self, asker: &Asker) -> Result<Vec<(String, String)>, Fault> {
        let time = clock::from_millis(asker.at).strftime("%Y-%m-%d %H:%M UTC");
        let known = [
            ("device", asker.device.clone()),
            ("network", asker.network.clone()),
            ("time", Some(time.to_string())),
        ];
        let known = known.into_iter().filter_map(|(name, value)| Some((name, value?)));
        known
            .map(|(name, value)| Ok((self.shared(name)?, on_one_line(&value))))
            .collect()
    }

    /// Fails if there is no such text: nobody must get an email with keys in it.
    fn find<const N: usize>(
        &self,
        key: &str,
        more: [(&'static str, FluentValue<'_>); N],
    ) -> Result<String, Fault> {
        let values: Vec<_> = self.values.iter().cloned().chain(more).collect();
        let text = self.language.find(key, &values);
        text.ok_or_else(|| Fault::new("render an email", format!("there is no text {key}")))
    }
}

/// The key of the sentence that says why somebody gets this letter.
pub(super) fn reason(letter: &Letter) -> &'static str {
    match letter {
        Letter::ConfirmAddress { .. }
        | Letter::ConfirmRegistration { .. }
        | Letter::Invitation { .. }
        | Letter::ConfirmNewAddress { .. }
        | Letter::AddressCode { .. } => "reason-entered",
        Letter::AddressChanged { .. } | Letter::AddressChangedForGood { .. } | Letter::AccountDeleted => {
            "reason-former-account"
        }
        Letter::Test => "reason-test",
        Letter::AlreadyRegistered { .. }
        | Letter::ResetPassword { .. }
        | Letter::AddressRequested
        | Letter::AddressRestored { .. }
        | Letter::SignInCode { .. }
        | Letter::IdentityCode { .. }
        | Letter::AccountExists { .. }
        | Letter::PasswordChanged { .. }
        | Letter::NewSignIn { .. }
        | Letter::TokenReused { .. }
        | Letter::TotpEnabled { .. }
        | Letter::TotpDisabled { .. }
        | Letter::PasskeyAdded { .. }
        | Letter::PasskeyRemoved { .. }
        | Letter::PasskeyRefused { .. }
        | Letter::RecoveryCodesReplaced { .. }
        | Letter::RecoveryCodeUsed { .. }
        | Letter::PasswordRemoved { .. }
        | Letter::CodesRefused { .. }
        | Letter::IdentityLinked { .. }
        | Letter::IdentityUnlinked { .. }
        | Letter::FactorsReset
        | Letter::SessionEnded { .. }
        | Letter::AccountDisabled
        | Letter::DeletionScheduled { .. }
        | Letter::DeletionCancelled { .. } => "reason-account",
    }
}

/// Host and port of an address, as people type them.
pub(super) fn host(public_url: &PublicUrl) -> &str {
    let url = public_url.as_str();
    url.split_once("://").map_or(url, |(_, host)| host)
}

fn on_one_line(text: &str) -> String {
    let visible = |c| {
        if is_forbidden_in_line(c) {
            char::REPLACEMENT_CHARACTER
        } else {
            c
        }
    };
    text.chars().map(visible).collect()
}
