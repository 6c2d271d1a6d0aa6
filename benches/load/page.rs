//! Puts table and plot into `docs/performance.md`.

use std::fs;

use super::{figures::Figures, plot};

const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/performance.md");
const PLOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/performance.svg");
const BEGIN: &str = "<!-- figures: written by `cargo bench --bench load -- --write` -->\n";
const END: &str = "<!-- end of figures -->";

/// `about` says what was measured on.
pub fn write(about: &str, figures: &Figures) {
    fs::write(PLOT, plot::draw(figures)).unwrap();
    let page = fs::read_to_string(PAGE).unwrap();
    let (before, rest) = page
        .split_once(BEGIN)
        .unwrap_or_else(|| panic!("{PAGE} lacks {BEGIN}"));
    let (_, after) = rest
        .split_once(END)
        .unwrap_or_else(|| panic!("{PAGE} lacks {END}"));
    let written = format!(
        "\n{}\n\n{}\n![Requests per second and latency](performance.svg)\n\n",
        about,
        figures.table()
    );
    fs::write(PAGE, format!("{before}{BEGIN}{written}{END}{after}")).unwrap();
    println!("wrote {PAGE} and {PLOT}");
}
