//! The four npm files: the expected ones, and those that this build embeds.

use std::sync::LazyLock;

use rust_embed::RustEmbed;
use serde::Deserialize;

use super::asset::{Asset, Keep};

/// Written by `scripts/graphiql --update`. A test reads it, so it is well-formed in every build that passed.
static BUNDLES: LazyLock<Vec<Bundle>> =
    LazyLock::new(|| serde_json::from_str(include_str!("bundles.json")).unwrap_or_default());

#[derive(RustEmbed)]
#[folder = "assets/graphiql"]
#[allow_missing = true]
struct Embedded;

/// One file of an npm package.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Bundle {
    /// Name of the npm package.
    pub(super) package: String,
    /// Its exact version.
    pub(super) version: String,
    /// Path of the file in the package.
    pub(super) path: String,
    /// Hash of its bytes, in the form of an `integrity` attribute (W3C Subresource Integrity).
    pub(super) integrity: String,
}

impl Bundle {
    /// Name of the file, without the folder inside the package.
    pub(super) fn file_name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or(&self.path)
    }
}

/// The files in the order in which the page must load them.
pub(super) fn all() -> &'static [Bundle] {
    &BUNDLES
}

/// Whether this build embeds all of them.
pub(super) fn are_embedded() -> bool {
    all()
        .iter()
        .all(|bundle| Embedded::get(bundle.file_name()).is_some())
}

/// The files that this build embeds, by name.
pub(super) fn embedded() -> impl Iterator<Item = (String, Asset)> {
    all().iter().filter_map(|bundle| {
        let name = bundle.file_name();
        let file = Embedded::get(name)?;
        Some((name.to_owned(), Asset::embedded(name, file, &Keep::Forever)))
    })
}

#[cfg(test)]
mod tests {
    use base64::{Engine, engine::general_purpose::STANDARD};
    use sha2::{Digest, Sha384};

    use super::*;

    #[test]
    fn four_files_are_promised_in_the_order_of_loading() {
        let names: Vec<_> = all().iter().map(Bundle::file_name).collect();
        let expected = [
            "graphiql.min.css",
            "react.production.min.js",
            "react-dom.production.min.js",
            "graphiql.min.js",
        ];
        assert_eq!(names, expected);
    }

    #[test]
    fn the_promised_versions_are_those_that_npm_is_asked_for() {
        let asked: serde_json::Value =
            serde_json::from_str(include_str!("../../../scripts/graphiql.d/package.json")).unwrap();
        for bundle in all() {
            assert_eq!(
                asked["dependencies"][&bundle.package], bundle.version,
                "{}",
                bundle.package
            );
        }
    }

    #[test]
    fn embedded_files_are_the_promised_bytes() {
        for bundle in all() {
            if let Some(file) = Embedded::get(bundle.file_name()) {
                let found = format!("sha384-{}", STANDARD.encode(Sha384::digest(&file.data)));
                assert_eq!(
                    found,
                    bundle.integrity,
                    "{}: run scripts/graphiql",
                    bundle.file_name()
                );
            }
        }
    }
}
