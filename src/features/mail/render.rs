//! Renders letters as emails.

#[cfg(test)]
mod brand_tests;
#[cfg(test)]
mod hostile_tests;
#[cfg(test)]
mod tests;

use std::fmt;

use askama::Template;

use super::{
    letter::{KINDS, Letter},
    link::link,
    people::Recipient,
    secret::Secret,
    texts::{CATALOGUES, Texts, host, reason},
    theme::Theme,
};
use crate::platform::{
    clock::from_millis,
    config::{Config, ConfigError, PublicUrl},
    failure::Fault,
    i18n::Translations,
};

/// Texts and look of all letters.
#[derive(Debug)]
pub struct Letters {
    translations: Translations,
    theme: Theme,
    public_url: PublicUrl,
}

/// An email, ready to be sent.
#[derive(Clone, PartialEq, Eq)]
pub struct Rendered {
    /// One line of text, not encoded.
    pub subject: String,
    /// The body as plain text. Its lines are not wrapped.
    pub text: String,
    /// The body as HTML.
    pub html: String,
    /// The letter's own link, as it is in both bodies. It can contain a token.
    pub link: Option<String>,
}

/// What both bodies show.
struct View<'a> {
    language: String,
    theme: &'a Theme,
    subject: String,
    heading: String,
    greeting: Option<String>,
    text: String,
    code: Option<&'a str>,
    /// Labels and values.
    facts: Vec<(String, String)>,
    button: Option<Button>,
    lifetime: Option<String>,
    /// What happens if the recipient does nothing.
    otherwise: String,
    /// Why the recipient gets the letter.
    reason: String,
}

/// The button, and the texts around it.
struct Button {
    /// What the link does.
    action: String,
    label: String,
    /// Introduces the link as text.
    bare_link: String,
    link: String,
}

#[derive(Template)]
#[template(path = "letter.html")]
struct Html<'a> {
    view: &'a View<'a>,
}

/// All of its white space counts.
#[derive(Template)]
#[template(path = "letter.txt", whitespace = "preserve")]
struct Plain<'a> {
    view: &'a View<'a>,
}

impl Letters {
    /// Loads texts and look. Fails if a text in the folder that the settings name cannot be used.
    pub fn load(config: &Config) -> Result<Self, ConfigError> {
        let letters = Self {
            translations: Translations::load(config, &CATALOGUES)?,
            theme: Theme::new(config),
            public_url: config.public_url.clone(),
        };
        for id in letters.translations.ids() {
            let language = letters.translations.find(&id);
            for kind in KINDS {
                let texts = Texts::new(&language, kind, &letters.theme.service);
                if texts.subject().is_err() {
                    let problem = format!("the subject of the email {kind} in {id} is not one line");
                    return Err(ConfigError::new("brand_texts", problem));
                }
            }
        }
        Ok(letters)
    }

    /// Renders a letter in the recipient's language. Fails if its subject would not be one line.
    pub fn render(&self, recipient: &Recipient, letter: &Letter) -> Result<Rendered, Fault> {
        let language = self.translations.find(&recipient.locale);
        let mut texts = Texts::new(&language, letter.kind(), &self.theme.service);
        if let Some(name) = &recipient.name {
            texts = texts.with("name", name);
        }
        match letter {
            Letter::SignInCode { .. } | Letter::IdentityCode { .. } => {
                texts = texts.with("host", host(&self.public_url));
            }
            Letter::AddressChanged { new_address, .. } => texts = texts.with("address", new_address),
            Letter::DeletionScheduled { deletes_at, .. } => {
                let date = from_millis(*deletes_at).strftime("%Y-%m-%d %H:%M UTC");
                texts = texts.with("date", &date.to_string());
            }
            Letter::RecoveryCodeUsed { remaining, .. } => {
                texts = texts.with_number("remaining", *remaining);
            }
            Letter::AddressCode { provider, .. } => {
                texts = texts
                    .with("host", host(&self.public_url))
                    .with("provider", provider);
            }
            Letter::AccountExists { provider, .. }
            | Letter::IdentityLinked { provider, .. }
            | Letter::IdentityUnlinked { provider, .. } => texts = texts.with("provider", provider),
            _ => {}
        }
        let view = View {
            language: language.language(),
            theme: &self.theme,
            subject: texts.subject()?,
            heading: texts.own("heading")?,
            greeting: recipient
                .name
                .is_some()
                .then(|| texts.shared("greeting"))
                .transpose()?,
            text: texts.own("text")?,
            code: letter.code().map(Secret::expose),
            facts: letter
                .asker()
                .map_or_else(|| Ok(Vec::new()), |asker| texts.facts(asker))?,
            button: self.button(&texts, letter)?,
            lifetime: texts.lifetime(letter)?,
            otherwise: texts.own("else")?,
            reason: texts.shared(reason(letter))?,
        };
        let failed = |error| Fault::new("render an email", error);
        Ok(Rendered {
            text: Plain { view: &view }.render().map_err(failed)?,
            html: Html { view: &view }.render().map_err(failed)?,
            subject: view.subject,
            link: view.button.map(|button| button.link),
        })
    }

    fn button(&self, texts: &Texts<'_>, letter: &Letter) -> Result<Option<Button>, Fault> {
        let Some(link) = link(letter, &self.public_url) else {
            return Ok(None);
        };
        Ok(Some(Button {
            action: texts.own("action")?,
            label: texts.own("button")?,
            bare_link: texts.shared("bare-link")?,
            link,
        }))
    }
}

impl fmt::Debug for Rendered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rendered").finish_non_exhaustive()
    }
}
