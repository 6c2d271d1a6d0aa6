//! A file for the browser, with its caching headers.

use std::borrow::Cow;

use axum::body::Bytes;
use axum::{
    body::Body,
    http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode, header},
};
use rust_embed::{EmbeddedFile, RustEmbed};

use crate::platform::http::entity_tag::{EntityTag, is_known};

#[derive(RustEmbed)]
#[folder = "src/server/graphiql/page"]
struct PageFiles;

/// Bytes and headers of a response.
pub(super) struct Asset {
    headers: HeaderMap,
    bytes: Bytes,
}

/// How long a browser may cache a file without asking again.
pub(super) enum Keep {
    /// The address contains the version: forever.
    Forever,
    /// It may change with the next build: ask each time.
    Ask,
}

impl Asset {
    /// A file with the media type for its name.
    pub(super) fn new(name: &str, bytes: impl Into<Bytes>, keep: &Keep) -> Self {
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type(name)));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(keep.directive()));
        Self {
            headers,
            bytes: bytes.into(),
        }
    }

    /// A file embedded in the binary; its hash becomes the `ETag`.
    pub(super) fn embedded(name: &str, file: EmbeddedFile, keep: &Keep) -> Self {
        let tag = EntityTag::of_hash(&file.metadata.sha256_hash());
        let bytes = match file.data {
            Cow::Borrowed(bytes) => Bytes::from_static(bytes),
            Cow::Owned(bytes) => Bytes::from(bytes),
        };
        Self::new(name, bytes, keep).with(header::ETAG, tag.as_str())
    }

    /// Adds a header, unless its value is invalid.
    pub(super) fn with(mut self, name: HeaderName, value: &str) -> Self {
        if let Ok(value) = HeaderValue::from_str(value) {
            self.headers.insert(name, value);
        }
        self
    }

    /// The response to a request with these headers: the file, or 304 if the browser already has it.
    pub(super) fn answer(&self, request: &HeaderMap) -> Response<Body> {
        let known = self
            .headers
            .get(header::ETAG)
            .and_then(|tag| tag.to_str().ok())
            .is_some_and(|tag| is_known(request, tag));
        let (status, body) = if known {
            (StatusCode::NOT_MODIFIED, Body::empty())
        } else {
            (StatusCode::OK, Body::from(self.bytes.clone()))
        };
        let mut response = Response::new(body);
        *response.status_mut() = status;
        *response.headers_mut() = self.headers.clone();
        response
    }
}

impl Keep {
    fn directive(&self) -> &'static str {
        match self {
            Self::Forever => "public, max-age=31536000, immutable",
            Self::Ask => "no-cache",
        }
    }
}

/// Our own files for the page, by name.
pub(super) fn of_the_page() -> impl Iterator<Item = (String, Asset)> {
    PageFiles::iter()
        .filter(|name| !name.ends_with(".html"))
        .filter_map(|name| {
            let file = PageFiles::get(&name)?;
            Some((name.to_string(), Asset::embedded(&name, file, &Keep::Ask)))
        })
}

fn media_type(name: &str) -> &'static str {
    match name.rsplit('.').next() {
        Some("html") => "text/html; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asking(tags: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(header::IF_NONE_MATCH, HeaderValue::from_static(tags))])
    }

    #[test]
    fn a_browser_that_has_the_file_is_told_so() {
        let asset = Asset::new("a.js", "1", &Keep::Ask).with(header::ETAG, "\"abc\"");
        for tags in ["\"abc\"", "W/\"abc\"", "\"x\", \"abc\""] {
            assert_eq!(
                asset.answer(&asking(tags)).status(),
                StatusCode::NOT_MODIFIED,
                "{tags}"
            );
        }
        for tags in ["\"abd\"", "abc", "*x"] {
            assert_eq!(asset.answer(&asking(tags)).status(), StatusCode::OK, "{tags}");
        }
    }

    #[test]
    fn a_file_without_a_tag_is_always_sent() {
        let asset = Asset::new("page.html", "<!doctype html>", &Keep::Ask);
        let answer = asset.answer(&asking("\"\""));
        assert_eq!(answer.status(), StatusCode::OK);
        assert_eq!(answer.headers()[header::CONTENT_TYPE], "text/html; charset=utf-8");
    }

    #[test]
    fn every_file_of_the_page_has_a_media_type_and_a_tag() {
        let files: Vec<_> = of_the_page().collect();
        assert_eq!(
            files.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(),
            [
                "examples.js",
                "icon.svg",
                "memory.js",
                "page.css",
                "page.js",
                "session.js"
            ]
        );
        for (name, asset) in files {
            assert_ne!(
                asset.headers[header::CONTENT_TYPE],
                "application/octet-stream",
                "{name}"
            );
            assert_eq!(asset.headers[header::ETAG].len(), 34, "{name}");
        }
    }
}
