//! The texts of one language.

use std::fmt;

use fluent_bundle::{FluentArgs, FluentResource, FluentValue, concurrent::FluentBundle};
use unic_langid::LanguageIdentifier;

type Bundle = FluentBundle<FluentResource>;

/// The texts of one language.
#[derive(Default)]
pub struct Language {
    id: LanguageIdentifier,
    /// Searched in this order for a text.
    bundles: Vec<Bundle>,
}

impl Language {
    /// The language whose tag is `name`. The first of `translations` that has a text counts.
    pub(super) fn new(name: &str, translations: impl Iterator<Item = String>) -> Result<Self, String> {
        let id: LanguageIdentifier = name
            .parse()
            .map_err(|_| format!("{name}.ftl is not named after a language"))?;
        let mut bundles = Vec::new();
        for text in translations {
            let resource = FluentResource::try_new(text).map_err(|(_, errors)| {
                let first = errors.first().map_or_else(String::new, ToString::to_string);
                format!("the texts of {id} cannot be read: {first}")
            })?;
            let mut bundle = Bundle::new_concurrent(vec![id.clone()]);
            // No isolation marks are needed: names are checked for characters that change the direction of text.
            bundle.set_use_isolating(false);
            bundle
                .add_resource(resource)
                .map_err(|_| format!("the texts of {id} define one text twice"))?;
            bundles.push(bundle);
        }
        Ok(Self { id, bundles })
    }

    pub(super) fn id(&self) -> &LanguageIdentifier {
        &self.id
    }

    /// The language tag, for HTML.
    pub fn language(&self) -> String {
        self.id.to_string()
    }

    /// The text called `key`.
    pub fn text(&self, key: &str) -> String {
        self.with(key, &[])
    }

    /// The text called `key`, with values in it.
    pub fn with(&self, key: &str, values: &[(&'static str, FluentValue<'_>)]) -> String {
        self.find(key, values).unwrap_or_else(|| key.to_owned())
    }

    /// The text called `key`, if there is one.
    pub fn find(&self, key: &str, values: &[(&'static str, FluentValue<'_>)]) -> Option<String> {
        let values: FluentArgs<'_> = values.iter().cloned().collect();
        self.bundles.iter().find_map(|bundle| {
            let pattern = bundle.get_message(key)?.value()?;
            let mut errors = Vec::new();
            let text = bundle.format_pattern(pattern, Some(&values), &mut errors);
            errors.is_empty().then(|| text.into_owned())
        })
    }
}

impl fmt::Debug for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Language")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}
