//! A picture of the figures: `me` as a share of the echo above, the latency of `me` below.

use plotters::{
    chart::ChartBuilder,
    coord::Shift,
    drawing::{DrawingArea, IntoDrawingArea as _},
    element::{PathElement, Rectangle, Text},
    prelude::SVGBackend,
    series::LineSeries,
    style::{Color as _, IntoFont as _, RGBColor, ShapeStyle, WHITE},
};

use super::{figures::Figures, scenes::SHARES};

const SIZE: (u32, u32) = (760, 620);
const TEXT: RGBColor = RGBColor(0x24, 0x29, 0x2f);
const ECHO: RGBColor = RGBColor(0xb8, 0xc0, 0xca);
const COLOURS: [RGBColor; 4] = [
    RGBColor(0x2f, 0x6f, 0xde),
    RGBColor(0xd9, 0x5f, 0x1e),
    RGBColor(0x3a, 0x8f, 0x5c),
    RGBColor(0x8c, 0x4d, 0xb8),
];

type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;

/// The picture as SVG.
pub fn draw(figures: &Figures) -> String {
    let mut picture = String::new();
    {
        let root = SVGBackend::with_string(&mut picture, SIZE).into_drawing_area();
        root.fill(&WHITE).unwrap();
        let (above, below) = root.split_vertically(SIZE.1 * 2 / 5);
        shares(&above, figures);
        latency(&below, figures);
        root.present().unwrap();
    }
    picture
}

/// A bar for each arrangement, in front of the one that stands for the echo.
fn shares(area: &Area<'_>, figures: &Figures) {
    const LEFT: i32 = 230;
    const WIDTH: f64 = 440.0;
    let style = ("sans-serif", 14).into_font().color(&TEXT);
    let heading = ("sans-serif", 17).into_font().color(&TEXT);
    let title = "Requests per second: me as a share of a bare axum JSON echo (grey)";
    area.draw(&Text::new(title, (16, 14), heading)).unwrap();
    for ((name, share), row) in figures.shares.iter().zip(0..) {
        let top = 52 + row * 44;
        #[allow(clippy::cast_possible_truncation, reason = "a few hundred pixels")]
        let length = |of: f64| LEFT + (WIDTH * of) as i32;
        let bar = |of: f64, colour: RGBColor| {
            Rectangle::new(
                [(LEFT, top), (length(of), top + 26)],
                ShapeStyle::from(&colour).filled(),
            )
        };
        area.draw(&bar(1.0, ECHO)).unwrap();
        area.draw(&bar(*share, COLOURS[0])).unwrap();
        area.draw(&Text::new(name.clone(), (16, top + 5), style.clone()))
            .unwrap();
        area.draw(&Text::new(
            format!("{share:.2}"),
            (LEFT + 450, top + 5),
            style.clone(),
        ))
        .unwrap();
    }
}

/// How many of the answers had come after so many milliseconds.
fn latency(area: &Area<'_>, figures: &Figures) {
    let most = figures
        .curves
        .iter()
        .flat_map(|curve| &curve.milliseconds)
        .copied()
        .fold(1.0, f64::max);
    let last = SHARES.len() - 1;
    let mut chart = ChartBuilder::on(area)
        .caption(
            "Milliseconds to an answer of me, at 400 a second",
            ("sans-serif", 17).into_font().color(&TEXT),
        )
        .margin(16)
        .x_label_area_size(36)
        .y_label_area_size(46)
        .build_cartesian_2d(0.0..last as f64, 0.0..most * 1.05)
        .unwrap();
    chart
        .configure_mesh()
        .disable_x_mesh()
        .x_labels(SHARES.len())
        .x_label_formatter(&|at| {
            #[allow(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "a small whole number"
            )]
            let share = SHARES.get(at.round() as usize).copied().unwrap_or_default();
            format!("{} %", share * 100.0)
        })
        .x_desc("Share of the answers")
        .draw()
        .unwrap();
    for (curve, colour) in figures.curves.iter().zip(COLOURS) {
        let points = curve
            .milliseconds
            .iter()
            .enumerate()
            .map(|(at, time)| (at as f64, *time));
        let line = LineSeries::new(points, colour.stroke_width(2));
        let drawn = chart.draw_series(line).unwrap();
        drawn
            .label(curve.name.clone())
            .legend(move |(x, y)| PathElement::new([(x, y), (x + 18, y)], colour.stroke_width(2)));
    }
    if !figures.curves.is_empty() {
        chart
            .configure_series_labels()
            .position(plotters::chart::SeriesLabelPosition::UpperLeft)
            .label_font(("sans-serif", 14).into_font().color(&TEXT))
            .draw()
            .unwrap();
    }
}
