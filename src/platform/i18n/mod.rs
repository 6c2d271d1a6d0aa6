//! Texts for people, in all available languages.
//!
//! The catalogues are Fluent files (projectfluent.org); each caller brings its built-in ones. The folder `brand_texts`
//! can replace single texts or add languages; texts that an added language lacks are shown in the first built-in one.
//! One file of that folder can hold the texts of several callers, so their names must differ.

mod choice;
mod language;

use std::{collections::BTreeMap, fs, path::Path, sync::Arc};

use unic_langid::LanguageIdentifier;

pub use self::language::Language;
use super::{
    config::{Config, ConfigError},
    http::accept_language::LanguageRange,
};

/// Every available language.
#[derive(Debug)]
pub struct Translations {
    languages: Vec<Arc<Language>>,
}

impl Translations {
    /// Loads the built-in catalogues, given as tags and texts, and those in the folder that the settings name. The
    /// first built-in language is the fallback.
    pub fn load(config: &Config, built_in: &[(&str, &str)]) -> Result<Self, ConfigError> {
        let wrong = |problem| ConfigError::new("brand_texts", problem);
        let mut custom = match &config.brand_texts {
            Some(folder) => read_folder(folder).map_err(wrong)?,
            None => BTreeMap::new(),
        };
        let mut languages = Vec::new();
        for (name, text) in built_in {
            let texts = custom.remove(*name).into_iter().chain([(*text).to_owned()]);
            languages.push(Language::new(name, texts).map_err(wrong)?);
        }
        for (name, text) in custom {
            let fallback = built_in.first().map(|(_, text)| (*text).to_owned());
            let texts = [text].into_iter().chain(fallback);
            languages.push(Language::new(&name, texts).map_err(wrong)?);
        }
        Ok(Self {
            languages: languages.into_iter().map(Arc::new).collect(),
        })
    }

    /// The available language that a visitor with these ranges prefers, else the first one. The ranges are sorted by
    /// weight.
    pub fn choose(&self, ranges: &[LanguageRange<'_>]) -> Arc<Language> {
        let ids: Vec<_> = self.languages.iter().map(|language| language.id()).collect();
        let chosen = choice::choose(ranges, &ids);
        let language = self
            .languages
            .iter()
            .find(|language| chosen == Some(language.id()));
        language.or(self.languages.first()).cloned().unwrap_or_default()
    }

    /// The available language that fits a stored tag (BCP 47) best, else the first one.
    pub fn find(&self, locale: &str) -> Arc<Language> {
        self.choose(LanguageRange::of(locale).as_slice())
    }

    /// Whether a tag (BCP 47) is that of an available language. Case does not matter, regions do: `de-AT` is not `de`.
    pub fn has(&self, locale: &str) -> bool {
        let tag = LanguageRange::of(locale).map(|range| range.tag);
        let id = tag.and_then(|tag| tag.parse::<LanguageIdentifier>().ok());
        id.is_some_and(|id| self.languages.iter().any(|language| *language.id() == id))
    }

    /// The tags of the available languages; the first one is the fallback.
    pub fn ids(&self) -> Vec<String> {
        self.languages
            .iter()
            .map(|language| language.language())
            .collect()
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

#[cfg(test)]
mod tests {
    use super::*;

    const BUILT_IN: [(&str, &str); 2] = [
        ("en", "greeting = Hello\nfarewell = Goodbye"),
        ("de", "greeting = Hallo\nfarewell = Tschüss"),
    ];

    fn translations(files: &[(&str, &str)]) -> Result<Translations, ConfigError> {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            fs::write(folder.path().join(name), text).unwrap();
        }
        let config = Config {
            brand_texts: Some(folder.path().to_owned()),
            ..Config::default()
        };
        Translations::load(&config, &BUILT_IN)
    }

    #[test]
    fn a_stored_tag_finds_the_closest_language_and_else_the_first() {
        let translations = translations(&[("pt-BR.ftl", "greeting = Oi")]).unwrap();
        let long = format!("de{}", "-aaaa".repeat(100));
        for (tag, found) in [
            ("de", "de"),
            ("de-AT", "de"),
            ("DE-at", "de"),
            ("de-u-co-phonebk", "de"),
            ("pt", "pt-BR"),
            ("en-GB", "en"),
            ("fr", "en"),
            ("*", "en"),
            ("", "en"),
            ("\0; q=1, de", "en"),
            (&long, "en"),
        ] {
            assert_eq!(translations.find(tag).language(), found, "{tag}");
        }
    }

    #[test]
    fn only_tags_of_available_languages_are_available() {
        let translations = translations(&[("pt-BR.ftl", "")]).unwrap();
        assert_eq!(translations.ids(), ["en", "de", "pt-BR"]);
        for (tag, is_available) in [
            ("en", true),
            ("DE", true),
            ("pt-br", true),
            ("pt", false),
            ("de-AT", false),
            ("fr", false),
            ("*", false),
            ("", false),
            ("de, en", false),
        ] {
            assert_eq!(translations.has(tag), is_available, "{tag}");
        }
    }

    #[test]
    fn a_folder_replaces_single_texts_and_an_added_language_falls_back_to_the_first() {
        let files = [
            ("de.ftl", "greeting = Moin"),
            ("fr.ftl", "greeting = Salut"),
            ("README.md", "Not a catalogue."),
        ];
        let translations = translations(&files).unwrap();
        for (tag, greeting, farewell) in [
            ("en", "Hello", "Goodbye"),
            ("de", "Moin", "Tschüss"),
            ("fr", "Salut", "Goodbye"),
        ] {
            let language = translations.find(tag);
            assert_eq!(language.text("greeting"), greeting);
            assert_eq!(language.text("farewell"), farewell);
            assert_eq!(language.text("nowhere"), "nowhere");
        }
    }

    #[test]
    fn a_catalogue_that_cannot_be_read_is_an_error_that_names_the_setting() {
        for (name, text) in [
            ("de.ftl", "greeting Moin"),
            ("fr.ftl", "greeting = Salut\ngreeting = Bonjour"),
            ("a language.ftl", "greeting = Hi"),
        ] {
            let error = translations(&[(name, text)]).unwrap_err().to_string();
            assert!(error.starts_with("brand_texts: "), "{error}");
        }
    }
}
