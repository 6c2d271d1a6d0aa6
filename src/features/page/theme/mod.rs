//! How the pages look: style, script, and the team's own branding.

use std::{fs, sync::Arc};

use axum::{
    Extension,
    body::Bytes,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};

use super::Pages;
use crate::platform::config::{Config, ConfigError};

/// How long browsers may cache the logo.
const LOGO_CACHE: HeaderValue = HeaderValue::from_static("public, max-age=3600");

/// Maximum size of a logo, in bytes.
const MAX_LOGO: usize = 100 * 1024;

/// The look of every page.
#[derive(Debug)]
pub(super) struct Theme {
    /// Name of the service.
    pub(super) name: String,
    /// Where the name links to.
    pub(super) home: String,
    /// Whether there is a logo next to the name.
    pub(super) has_logo: bool,
    /// The style sheet.
    pub(super) style: String,
    /// The script.
    pub(super) script: &'static str,
    /// The script of the pages with passkeys or recovery codes.
    pub(super) factors_script: &'static str,
    logo: Option<Logo>,
}

#[derive(Debug)]
struct Logo {
    /// Shared by all responses, so that slow readers cost no copy each.
    bytes: Bytes,
    media_type: &'static str,
}

impl Theme {
    /// Reads what the settings name.
    pub(super) fn load(config: &Config) -> Result<Self, ConfigError> {
        let logo = match &config.brand_logo {
            Some(path) => Some(Logo::load(path).map_err(|problem| ConfigError::new("brand_logo", problem))?),
            None => None,
        };
        let color = config.brand_color;
        let style = format!(
            ":root{{--accent:{color};--on-accent:{}}}{}",
            if color.is_light() { "#000" } else { "#fff" },
            include_str!("page.css")
        );
        Ok(Self {
            name: config.brand_name.clone(),
            home: config.brand_url.clone().unwrap_or_else(|| "/".to_owned()),
            has_logo: logo.is_some(),
            style,
            script: include_str!("page.js"),
            factors_script: include_str!("factors.js"),
            logo,
        })
    }
}

impl Logo {
    fn load(path: &std::path::Path) -> Result<Self, String> {
        let media_type = match path.extension().and_then(|extension| extension.to_str()) {
            Some("svg") => "image/svg+xml",
            Some("png") => "image/png",
            Some("webp") => "image/webp",
            _ => return Err("must be a file that ends in .svg, .png or .webp".to_owned()),
        };
        let bytes = fs::read(path).map_err(|error| format!("cannot be read: {}", error.kind()))?;
        if bytes.len() > MAX_LOGO {
            return Err(format!("must be at most {} KB", MAX_LOGO / 1024));
        }
        Ok(Self {
            bytes: bytes.into(),
            media_type,
        })
    }
}

/// The logo.
pub(super) async fn logo(Extension(pages): Extension<Arc<Pages>>) -> Response {
    match &pages.theme.logo {
        Some(logo) => {
            let headers = [
                (header::CONTENT_TYPE, HeaderValue::from_static(logo.media_type)),
                (header::CACHE_CONTROL, LOGO_CACHE),
            ];
            (headers, logo.bytes.clone()).into_response()
        }
        None => StatusCode::NOT_FOUND.into_response(),
    }
}
