//! How letters look: the team's own branding.

use crate::platform::config::{Color, Config};

/// The look of every letter.
#[derive(Debug)]
pub(super) struct Theme {
    /// Name of the service.
    pub(super) service: String,
    /// Where the name links to.
    pub(super) home: String,
    /// Colour of the button.
    pub(super) accent: Color,
    /// Colour of the text on it.
    pub(super) on_accent: &'static str,
}

impl Theme {
    /// From the settings.
    pub(super) fn new(config: &Config) -> Self {
        let own_home = || format!("{}/", config.public_url);
        Self {
            service: config.brand_name.clone(),
            home: config.brand_url.clone().unwrap_or_else(own_home),
            accent: config.brand_color,
            on_accent: if config.brand_color.is_light() {
                "#000"
            } else {
                "#fff"
            },
        }
    }
}
