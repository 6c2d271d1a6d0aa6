//! GraphiQL at `/graphiql`: read and try the schema in a browser.
//!
//! The page, its style and its script are ours (`page/`). GraphiQL itself and React are four pinned npm files, listed
//! with their hashes in `bundles.json` and not kept in the repository. `scripts/graphiql` downloads them to
//! `assets/graphiql`; a build that finds them there embeds them, and the page needs no internet. Without them, the
//! browser loads the same bytes from a public npm mirror; the `integrity` attributes refuse any others.
//!
//! The page keeps the access token of the last signup or login in a variable and sends it, so that signup, login and
//! `me` work one after the other without copying anything.

mod asset;
mod bundle;
mod document;

use std::{future::ready, sync::Arc};

use axum::{Router, http::HeaderMap, routing::get};

use asset::Asset;
use document::AssetOrigin;

/// The page at `/graphiql` and every file it refers to, for the GraphQL endpoint at `endpoint_path`.
///
/// The responses have their own `Content-Security-Policy` and `Cache-Control`; a layer around this router must not
/// replace them.
pub fn routes<S>(endpoint_path: &'static str) -> Router<S>
where
    S: Clone + Send + Sync + 'static,
{
    let source = if bundle::are_embedded() {
        AssetOrigin::Embedded
    } else {
        AssetOrigin::Mirror
    };
    let page = ("/graphiql".to_owned(), document::page(endpoint_path, source));
    let files = asset::of_the_page().chain(bundle::embedded());
    let files = files.map(|(name, file)| (format!("/graphiql/{name}"), file));
    std::iter::once(page).chain(files).fold(Router::new(), serve)
}

fn serve<S>(router: Router<S>, (path, asset): (String, Asset)) -> Router<S>
where
    S: Clone + Send + Sync + 'static,
{
    let asset = Arc::new(asset);
    router.route(
        &path,
        get(move |headers: HeaderMap| ready(asset.answer(&headers))),
    )
}
