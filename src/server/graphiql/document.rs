//! The HTML of the page and its content security policy.

use std::fmt::Write;

use axum::http::header;

use super::{
    asset::{Asset, Keep},
    bundle::{self, Bundle},
};

/// The only host that this server's pages may name: a public npm mirror, used by the *browser* and only if the build
/// embeds no files. It serves the bytes of a package unchanged.
const MIRROR: &str = "https://cdn.jsdelivr.net/npm";

/// Hash of the only `style` element that GraphiQL inserts: it stops the page from scrolling under an open menu or
/// dialog. All other styles come from files. The browser test opens both, so a changed text would be noticed.
const SCROLL_LOCK: &str = "'sha256-nzTgYzXYDNe6BAHiiI7NNlfK8n/auuOAhh2t92YvuXo='";

/// Where the browser loads GraphiQL and React from.
#[derive(Clone, Copy)]
pub(super) enum AssetOrigin {
    /// This binary, like the page.
    Embedded,
    /// The public mirror.
    Mirror,
}

/// The page for the GraphQL endpoint at `endpoint_path`.
pub(super) fn page(endpoint_path: &str, source: AssetOrigin) -> Asset {
    let html = include_str!("page/page.html")
        .replace("{{endpoint}}", endpoint_path)
        .replace("{{bundles}}\n", &elements(source));
    Asset::new("page.html", html, &Keep::Ask)
        .with(header::CONTENT_SECURITY_POLICY, &policy(source))
        .with(header::REFERRER_POLICY, "no-referrer")
}

/// One `link` or `script` element for each bundle. `defer` keeps the order and runs them before our module.
fn elements(source: AssetOrigin) -> String {
    bundle::all().iter().fold(String::new(), |mut html, bundle| {
        let address = source.address(bundle);
        let integrity = &bundle.integrity;
        let cors = match source {
            AssetOrigin::Embedded => "",
            AssetOrigin::Mirror => " crossorigin=\"anonymous\"",
        };
        // Writing to a `String` cannot fail.
        let _ = if is_style(bundle) {
            writeln!(
                html,
                "    <link rel=\"stylesheet\" href=\"{address}\" integrity=\"{integrity}\"{cors} />"
            )
        } else {
            writeln!(
                html,
                "    <script defer src=\"{address}\" integrity=\"{integrity}\"{cors}></script>"
            )
        };
        html
    })
}

/// The `Content-Security-Policy`: our own files and, for the mirror, exactly the four addresses.
fn policy(source: AssetOrigin) -> String {
    let mut scripts = vec!["'self'".to_owned()];
    let mut styles = vec!["'self'".to_owned(), SCROLL_LOCK.to_owned()];
    if let AssetOrigin::Mirror = source {
        for bundle in bundle::all() {
            let sources = if is_style(bundle) {
                &mut styles
            } else {
                &mut scripts
            };
            sources.push(source.address(bundle));
        }
    }
    let (scripts, styles) = (scripts.join(" "), styles.join(" "));
    format!(
        "default-src 'none'; script-src {scripts}; style-src {styles}; connect-src 'self'; \
         img-src 'self' data:; font-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
}

impl AssetOrigin {
    fn address(self, bundle: &Bundle) -> String {
        let Bundle {
            package,
            version,
            path,
            ..
        } = bundle;
        match self {
            Self::Embedded => format!("/graphiql/{}?v={version}", bundle.file_name()),
            Self::Mirror => format!("{MIRROR}/{package}@{version}/{path}"),
        }
    }
}

fn is_style(bundle: &Bundle) -> bool {
    bundle.file_name().ends_with(".min.css")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn html(source: AssetOrigin) -> String {
        include_str!("page/page.html").replace("{{bundles}}\n", &elements(source))
    }

    #[test]
    fn with_embedded_files_no_other_host_is_named() {
        for text in [html(AssetOrigin::Embedded), policy(AssetOrigin::Embedded)] {
            assert!(!text.contains("://"), "{text}");
        }
    }

    #[test]
    fn every_bundle_is_loaded_under_its_hash_and_allowed_by_the_policy() {
        for source in [AssetOrigin::Embedded, AssetOrigin::Mirror] {
            let html = html(source);
            for bundle in bundle::all() {
                assert!(html.contains(&format!(
                    "=\"{}\" integrity=\"{}\"",
                    source.address(bundle),
                    bundle.integrity
                )));
            }
        }
        let policy = policy(AssetOrigin::Mirror);
        assert_eq!(policy.matches(MIRROR).count(), bundle::all().len());
        assert_eq!(
            html(AssetOrigin::Mirror)
                .matches("crossorigin=\"anonymous\"")
                .count(),
            bundle::all().len()
        );
    }

    #[test]
    fn the_page_has_no_inline_script_or_style() {
        let html = html(AssetOrigin::Mirror);
        for inline in ["<script>", "<style", " style=", " onclick=", "javascript:"] {
            assert!(!html.contains(inline), "{inline}");
        }
    }
}
