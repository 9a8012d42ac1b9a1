//! The figures as curves: both axes in powers of ten, a line a figure, its last value beside it.

use std::fmt::Write as _;

use super::MEASURED;

const WIDTH: f64 = 900.0;
const HEIGHT: f64 = 420.0;
/// Left, top, right, bottom of the field.
const FIELD: (f64, f64, f64, f64) = (60.0, 30.0, 640.0, 370.0);
const COLOURS: [&str; 6] = ["#4c78a8", "#f58518", "#54a24b", "#e45756", "#72b7b2", "#b279a2"];

/// The picture of `keys` and their figures, the smallest store first.
pub fn draw(rows: &[(u64, Vec<f64>)]) -> String {
    let (left, top, right, bottom) = FIELD;
    let all = rows.iter().flat_map(|(_, figures)| figures.iter().copied());
    let low = all.clone().fold(f64::MAX, f64::min).max(0.001).log10().floor();
    let high = all.fold(0.0, f64::max).max(0.01).log10().ceil();
    #[expect(clippy::cast_precision_loss, reason = "a place in a picture")]
    let size = |keys: u64| (keys.max(1) as f64).log10();
    let (first, last) = (size(rows.first().map_or(1, |r| r.0)), size(rows.last().map_or(10, |r| r.0)));
    let x = |keys: u64| left + (right - left) * (size(keys) - first) / (last - first).max(0.1);
    let y = |figure: f64| bottom - (bottom - top) * (figure.max(0.001).log10() - low) / (high - low).max(0.1);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" font-family=\"monospace\" font-size=\"12\">\n\
         <rect width=\"{WIDTH}\" height=\"{HEIGHT}\" fill=\"#ffffff\"/>\n"
    );
    let mut power = low;
    while power <= high {
        let (at, label) = (y(10f64.powf(power)), 10f64.powf(power));
        let _ = writeln!(
            svg,
            "<line x1=\"{left}\" x2=\"{right}\" y1=\"{at:.1}\" y2=\"{at:.1}\" stroke=\"#dddddd\"/><text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{label}</text>",
            left - 6.0,
            at + 4.0
        );
        power += 1.0;
    }
    for (keys, _) in rows {
        let at = x(*keys);
        let _ = writeln!(
            svg,
            "<line x1=\"{at:.1}\" x2=\"{at:.1}\" y1=\"{top}\" y2=\"{bottom}\" stroke=\"#eeeeee\"/><text x=\"{at:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{keys}</text>",
            bottom + 18.0
        );
    }
    // Labels that would lie on each other are moved apart.
    let mut labels: Vec<(f64, usize)> =
        rows.last().map_or_else(Vec::new, |(_, f)| f.iter().enumerate().map(|(i, f)| (y(*f), i)).collect());
    labels.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut free = top;
    for (place, figure) in labels {
        let colour = COLOURS[figure % COLOURS.len()];
        let points: Vec<String> =
            rows.iter().map(|(keys, figures)| format!("{:.1},{:.1}", x(*keys), y(figures[figure]))).collect();
        let _ = writeln!(
            svg,
            "<polyline points=\"{}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\"/>",
            points.join(" ")
        );
        let at = place.max(free);
        free = at + 15.0;
        let value = rows.last().map_or(0.0, |(_, figures)| figures[figure]);
        let _ = writeln!(
            svg,
            "<text x=\"{:.1}\" y=\"{:.1}\" fill=\"{colour}\">{}: {value:.1}</text>",
            right + 8.0,
            at + 4.0,
            MEASURED[figure]
        );
    }
    let _ = writeln!(
        svg,
        "<text x=\"{left}\" y=\"18\">cargo bench --bench curves; keys across, both axes in powers of ten</text>\n</svg>"
    );
    svg
}
