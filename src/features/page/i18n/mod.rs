//! The texts of the pages, in all available languages.
//!
//! The catalogues are Fluent files (projectfluent.org); English and German are built in. A folder of custom catalogues
//! can replace single texts or add languages; texts that an added language lacks are shown in English.

mod choice;

use std::{collections::BTreeMap, fs, path::Path, sync::Arc};

use axum::http::HeaderMap;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue, concurrent::FluentBundle};
use unic_langid::LanguageIdentifier;

use crate::platform::{
    config::{Config, ConfigError},
    http::accept_language::accepted_languages,
};

/// The built-in languages; the first one is the fallback.
const BUILT_IN: [(&str, &str); 2] = [("en", include_str!("en.ftl")), ("de", include_str!("de.ftl"))];

type Bundle = FluentBundle<FluentResource>;

/// Every available language.
#[derive(Debug)]
pub(super) struct Translations {
    languages: Vec<Arc<Language>>,
}

/// The texts of one language.
#[derive(Default)]
pub(super) struct Language {
    id: LanguageIdentifier,
    /// Searched in this order for a text.
    bundles: Vec<Bundle>,
}

impl Translations {
    /// Loads the built-in catalogues, and those in the folder that the settings name.
    pub(super) fn load(config: &Config) -> Result<Self, ConfigError> {
        let wrong = |problem| ConfigError::new("brand_texts", problem);
        let mut custom = match &config.brand_texts {
            Some(folder) => read_folder(folder).map_err(wrong)?,
            None => BTreeMap::new(),
        };
        let mut languages = Vec::new();
        for (name, text) in BUILT_IN {
            let texts = custom.remove(name).into_iter().chain([text.to_owned()]);
            languages.push(Language::new(name, texts).map_err(wrong)?);
        }
        for (name, text) in custom {
            let texts = [text, include_str!("en.ftl").to_owned()];
            languages.push(Language::new(&name, texts.into_iter()).map_err(wrong)?);
        }
        Ok(Self {
            languages: languages.into_iter().map(Arc::new).collect(),
        })
    }

    /// The available language that the browser prefers.
    pub(super) fn choose(&self, headers: &HeaderMap) -> Arc<Language> {
        let ids: Vec<_> = self.languages.iter().map(|language| &language.id).collect();
        let chosen = choice::choose(&accepted_languages(headers), &ids);
        let language = self
            .languages
            .iter()
            .find(|language| chosen == Some(&language.id));
        language.or(self.languages.first()).cloned().unwrap_or_default()
    }
}

/// The `.ftl` files of a folder, by file name without extension.
fn read_folder(folder: &Path) -> Result<BTreeMap<String, String>, String> {
    let failed = |error: std::io::Error| format!("cannot be read: {}", error.kind());
    let mut texts = BTreeMap::new();
    for entry in fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        let is_catalogue = path.extension().is_some_and(|extension| extension == "ftl");
        if let (true, Some(name)) = (is_catalogue, path.file_stem().and_then(|name| name.to_str())) {
            texts.insert(name.to_owned(), fs::read_to_string(&path).map_err(failed)?);
        }
    }
    Ok(texts)
}

impl Language {
    fn new(name: &str, translations: impl Iterator<Item = String>) -> Result<Self, String> {
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

    /// The language tag, for HTML.
    pub(super) fn language(&self) -> String {
        self.id.to_string()
    }

    /// The text called `key`.
    pub(super) fn text(&self, key: &str) -> String {
        self.with(key, &[])
    }

    /// The text called `key`, with values in it.
    pub(super) fn with(&self, key: &str, values: &[(&'static str, FluentValue<'_>)]) -> String {
        self.find(key, values).unwrap_or_else(|| key.to_owned())
    }

    /// The text called `key`, if there is one.
    pub(super) fn find(&self, key: &str, values: &[(&'static str, FluentValue<'_>)]) -> Option<String> {
        let values: FluentArgs<'_> = values.iter().cloned().collect();
        self.bundles.iter().find_map(|bundle| {
            let pattern = bundle.get_message(key)?.value()?;
            let mut errors = Vec::new();
            let text = bundle.format_pattern(pattern, Some(&values), &mut errors);
            errors.is_empty().then(|| text.into_owned())
        })
    }
}

impl std::fmt::Debug for Language {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Language")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}
