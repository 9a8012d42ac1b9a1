//! README's pictures: drawn from the real view, so that they cannot show what the program does not.
//!
//! `CLAVIGER_UPDATE_PICTURES=1 cargo test --test suite` writes them anew; otherwise they are compared.

mod cards;
mod scene;
mod svg;

use std::path::Path;

/// Compares a file of the repository with what it should be, or writes it.
pub fn compare(path: &str, wanted: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    if std::env::var_os("CLAVIGER_UPDATE_PICTURES").is_some() {
        return std::fs::write(path, wanted).unwrap();
    }
    let stands = std::fs::read_to_string(&path).unwrap_or_default();
    let differs = stands.lines().zip(wanted.lines()).find(|(stands, wanted)| stands != wanted);
    assert!(
        stands == wanted,
        "{} is out of date: CLAVIGER_UPDATE_PICTURES=1 cargo test --test suite writes it anew; {differs:?}",
        path.display()
    );
}

#[test]
fn the_picture_at_the_top_is_what_the_console_draws() {
    let buffer = scene::keys_screen(120, 20);
    let text: String = buffer.content().iter().map(ratatui::buffer::Cell::symbol).collect();
    for word in ["API Keys", "HR System Integration", "● Active", "○ Disabled", "••••••••", "12 keys"]
    {
        assert!(text.contains(word), "{word}");
    }
    compare("assets/screens/keys.svg", &svg::draw(&buffer, "the screen API Keys"));
}

#[test]
fn the_picture_of_a_card_is_what_the_console_draws() {
    let buffer = scene::card_screen(100, 24);
    let text: String = buffer.content().iter().map(ratatui::buffer::Cell::symbol).collect();
    for word in ["Card 2 of 4", "Nightly", "One caller, two keys", "daily", "a keep", "1 skipped"] {
        assert!(text.contains(word), "{word}");
    }
    compare("assets/screens/card.svg", &svg::draw(&buffer, "a card of the review"));
}
