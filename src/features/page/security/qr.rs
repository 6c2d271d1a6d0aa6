//! QR codes as SVG.

use std::fmt::Write as _;

use qrcode::{Color, QrCode};

use crate::platform::failure::Fault;

/// Light modules around the code, without which readers do not find it (ISO/IEC 18004, section 9.1).
const QUIET_ZONE: usize = 4;

/// Whole pixels for each module, so that all are alike.
const PIXELS: usize = 4;

/// The code of this text, always black on white. Its modules are joined to lines, which makes it light.
pub(super) fn svg(text: &str, name: &str) -> Result<String, Fault> {
    let code = QrCode::new(text).map_err(|error| Fault::new("draw a QR code", error))?;
    let width = code.width();
    let size = width + 2 * QUIET_ZONE;
    let mut path = String::new();
    for (y, line) in code.to_colors().chunks(width).enumerate() {
        let mut x = 0;
        for run in line.chunk_by(|left, right| left == right) {
            if run.first() == Some(&Color::Dark) {
                let (length, left, top) = (run.len(), x + QUIET_ZONE, y + QUIET_ZONE);
                // Writing to a text cannot fail.
                let _ = write!(path, "M{left} {top}h{length}v1h-{length}z");
            }
            x += run.len();
        }
    }
    let (name, pixels) = (escaped(name), size * PIXELS);
    Ok(format!(
        "<svg class=\"qr\" role=\"img\" aria-label=\"{name}\" width=\"{pixels}\" height=\"{pixels}\" \
         viewBox=\"0 0 {size} {size}\" \
         shape-rendering=\"crispEdges\"><path fill=\"#fff\" d=\"M0 0h{size}v{size}H0z\"/><path d=\"{path}\"/></svg>"
    ))
}

/// For an attribute.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('"', "&quot;")
        .replace('<', "&lt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_light_and_has_its_quiet_zone() {
        let uri = format!(
            "otpauth://totp/Portcullis:ada@example.com?secret={}",
            "A".repeat(32)
        );
        let svg = svg(&uri, "a \"name\" & <more>").unwrap();
        assert!(svg.len() < 9_000, "{}", svg.len());
        assert!(
            svg.contains("aria-label=\"a &quot;name&quot; &amp; &lt;more>\""),
            "{svg}"
        );
        // The finder pattern begins after the quiet zone.
        assert!(svg.contains("d=\"M4 4h7v1h-7z"), "{svg}");
        assert_eq!(drawn(&svg), QrCode::new(&uri).unwrap().to_colors());
    }

    /// The modules that the picture shows, without its quiet zone.
    fn drawn(svg: &str) -> Vec<Color> {
        let number = |text: &str| text.parse::<usize>().unwrap();
        let (_, size) = svg.split_once("viewBox=\"0 0 ").unwrap();
        let width = number(size.split_once(' ').unwrap().0) - 2 * QUIET_ZONE;
        let mut modules = vec![Color::Light; width * width];
        let (_, path) = svg.split_once("<path d=\"").unwrap();
        for run in path.split('M').skip(1) {
            let (x, rest) = run.split_once(' ').unwrap();
            let (y, rest) = rest.split_once('h').unwrap();
            let (length, _) = rest.split_once('v').unwrap();
            let begin = (number(y) - QUIET_ZONE) * width + number(x) - QUIET_ZONE;
            modules[begin..begin + number(length)].fill(Color::Dark);
        }
        modules
    }
}
