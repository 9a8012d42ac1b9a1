//! Draws the state: title path, tabs, screen, layers, message, footer.
//!
//! Pure: reads the state and fills the frame, nothing else.

use ratatui::Frame;

use super::app::App;
use super::layer::Stage;

/// Draws the whole console.
pub fn view(app: &App, frame: &mut Frame) {
    let stage = Stage { theme: &app.theme, now: app.outbox.now, ticks: app.outbox.ticks };
    for layer in &app.layers {
        layer.draw(frame, frame.area(), stage);
    }
}
