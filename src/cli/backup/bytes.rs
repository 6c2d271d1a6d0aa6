//! Sizes of files, for people.

/// A number of bytes in a unit in which it has at most three digits before the point: 84.2 MB.
pub(super) fn as_size(bytes: u64) -> String {
    const UNITS: [&str; 4] = ["kB", "MB", "GB", "TB"];
    if bytes < 1000 {
        return format!("{bytes} bytes");
    }
    // Tenths of the unit, rounded.
    let mut tenths = bytes.saturating_add(50) / 100;
    let mut units = UNITS.iter();
    let mut unit = units.next();
    while tenths >= 10_000
        && let Some(next) = units.next()
    {
        tenths = (tenths + 500) / 1000;
        unit = Some(next);
    }
    format!("{}.{} {}", tenths / 10, tenths % 10, unit.unwrap_or(&"kB"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read_at_a_glance() {
        for (bytes, text) in [
            (0, "0 bytes"),
            (999, "999 bytes"),
            (4096, "4.1 kB"),
            (999_999, "1.0 MB"),
            (84_213_760, "84.2 MB"),
            (5_000_000_000_000_000, "5000.0 TB"),
        ] {
            assert_eq!(as_size(bytes), text);
        }
    }
}
