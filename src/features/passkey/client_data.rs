//! What the browser says about the ceremony (WebAuthn Level 3, section 5.8.1).

use serde::{Deserialize, de::IgnoredAny};

use super::problem::Problem;

/// The members about frames. The library reads `type`, `challenge` and `origin`, but takes a `crossOrigin` that is no
/// boolean for false, and the last of repeated members.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ClientData {
    #[serde(rename = "type")]
    _kind: String,
    #[serde(rename = "challenge")]
    _challenge: String,
    origin: String,
    #[serde(default)]
    cross_origin: Option<bool>,
    #[serde(default)]
    top_origin: Option<IgnoredAny>,
}

/// Refuses ceremonies in frames of other origins, and members that are repeated or have another type. Returns the
/// origin of the page, which the library checks, like the rest.
pub(super) fn check(json: &[u8]) -> Result<String, Problem> {
    let data: ClientData =
        serde_json::from_slice(json).map_err(|_| Problem("the client data is not what browsers write"))?;
    if data.cross_origin == Some(true) || data.top_origin.is_some() {
        return Err(Problem("the ceremony ran in a frame of another origin"));
    }
    Ok(data.origin)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_of_other_origins_are_refused_in_every_spelling() {
        let data = |more: &str| {
            let json =
                format!(r#"{{"type":"webauthn.get","challenge":"AA","origin":"https://example.com"{more}}}"#);
            check(json.as_bytes())
        };
        for fine in ["", r#","crossOrigin":false"#, r#","other":{"crossOrigin":true}"#] {
            assert_eq!(data(fine).as_deref(), Ok("https://example.com"), "{fine}");
        }
        for bad in [
            r#","crossOrigin":true"#,
            r#","crossOrigin":"true""#,
            r#","crossOrigin":1"#,
            r#","crossOrigin":true,"crossOrigin":false"#,
            r#","topOrigin":"https://evil.example""#,
            r#","origin":"https://example.com""#,
            r#","type":"webauthn.get""#,
        ] {
            assert!(data(bad).is_err(), "{bad}");
        }
    }
}
