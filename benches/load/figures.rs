//! What was measured: figures, the ratios among them, and what they are to reach.

use std::fmt::Write as _;

/// What a figure is to reach.
#[derive(Debug, Clone, Copy)]
pub enum Target {
    None,
    AtLeast(f64),
    AtMost(f64),
}

impl Target {
    fn is_reached(self, value: f64) -> bool {
        match self {
            Self::None => true,
            Self::AtLeast(least) => value >= least,
            Self::AtMost(most) => value <= most,
        }
    }

    fn describe(self, value: f64, unit: &str) -> String {
        let verdict = if self.is_reached(value) {
            "reached"
        } else {
            "missed"
        };
        match self {
            Self::None => String::new(),
            Self::AtLeast(least) => format!("≥ {}, {verdict}", shown(least, unit)),
            Self::AtMost(most) => format!("≤ {}, {verdict}", shown(most, unit)),
        }
    }
}

#[derive(Debug)]
struct Figure {
    what: String,
    value: f64,
    unit: &'static str,
    target: Target,
}

/// A curve for the plot: shares of answers, and milliseconds.
#[derive(Debug)]
pub struct Curve {
    pub name: String,
    pub milliseconds: Vec<f64>,
}

/// Every figure of a run, in the order in which they were measured.
#[derive(Debug, Default)]
pub struct Figures {
    all: Vec<Figure>,
    /// Requests per second of `me` as a share of the echo's, by arrangement.
    pub shares: Vec<(String, f64)>,
    pub curves: Vec<Curve>,
}

impl Figures {
    pub fn add(&mut self, what: impl Into<String>, value: f64, unit: &'static str) {
        self.add_with(what, value, unit, Target::None);
    }

    pub fn add_with(&mut self, what: impl Into<String>, value: f64, unit: &'static str, target: Target) {
        let what = what.into();
        println!(
            "  {what}: {} {}",
            shown(value, unit),
            target.describe(value, unit)
        );
        self.all.push(Figure {
            what,
            value,
            unit,
            target,
        });
    }

    /// A table in Markdown.
    pub fn table(&self) -> String {
        let mut table = "| What | Measured | Target |\n|---|---:|---|\n".to_owned();
        for Figure {
            what,
            value,
            unit,
            target,
        } in &self.all
        {
            writeln!(
                table,
                "| {what} | {} | {} |",
                shown(*value, unit),
                target.describe(*value, unit)
            )
            .unwrap();
        }
        table
    }

    pub fn all_reached(&self) -> bool {
        self.all
            .iter()
            .all(|figure| figure.target.is_reached(figure.value))
    }
}

fn shown(value: f64, unit: &str) -> String {
    let number = match value.abs() {
        size if size >= 100.0 => format!("{value:.0}"),
        size if size >= 10.0 => format!("{value:.1}"),
        _ => format!("{value:.2}"),
    };
    format!("{number} {unit}").trim_end().to_owned()
}

pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_unstable_by(f64::total_cmp);
    let middle = values.len() / 2;
    let upper = values.get(middle).copied().unwrap_or(f64::NAN);
    if values.len() % 2 == 1 {
        upper
    } else {
        values
            .get(middle - 1)
            .map_or(upper, |lower| lower.midpoint(upper))
    }
}

/// The median of the ratios within each round.
pub fn ratio(of: &[f64], to: &[f64]) -> f64 {
    median(of.iter().zip(to).map(|(of, to)| of / to).collect())
}
