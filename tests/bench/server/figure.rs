//! Figures: settings from the environment, medians, ratios of several rounds, and which programs there are.

use std::fmt;
use std::process::{Command, Stdio};

/// A number from the environment, or this one.
pub fn setting(name: &str, default: usize) -> usize {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

/// Whether a program can be started; says so if not.
pub fn there(program: &str) -> bool {
    let found = Command::new("sh")
        .args(["-c", &format!("command -v {program}")])
        .stdout(Stdio::null())
        .status()
        .is_ok_and(|status| status.success());
    if !found {
        println!("{program} is not installed: what needs it is left out");
    }
    found
}

/// The value in the middle.
pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

/// The value below which 99 of 100 are.
pub fn p99(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() * 99 / 100).copied().unwrap_or(f64::NAN)
}

/// One ratio a round.
#[derive(Default)]
pub struct Ratios(Vec<f64>);

impl Ratios {
    pub fn note(&mut self, ratio: f64) {
        self.0.push(ratio);
    }
}

impl fmt::Display for Ratios {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let least = self.0.iter().copied().fold(f64::INFINITY, f64::min);
        let most = self.0.iter().copied().fold(0.0, f64::max);
        write!(f, "{:.2} ({least:.2} to {most:.2})", median(self.0.clone()))
    }
}
