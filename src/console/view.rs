//! Draws the state: title path, tabs, screen, layers, message, footer.
//!
//! Pure: reads the state and fills the frame, nothing else. Works only on the rows that are on screen.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;
use ratatui::widgets::{Clear, Paragraph};

use super::app::{App, Screen};
use super::draw::fit;
use super::layer::Stage;
use super::layout::too_small;
use super::{changes, chrome, groups, history, keys, review};

/// Draws the whole console.
pub fn view(app: &App, frame: &mut Frame) {
    let area = frame.area();
    if too_small((area.width, area.height)) || too_small(app.size) {
        let text = fit("Terminal too small", usize::from(area.width));
        frame.render_widget(Paragraph::new(Line::raw(text)), area);
        return;
    }
    let at = app.layout();
    // A size that the terminal has already and the state has not: the next event brings it.
    if at.footer.bottom() > area.height || at.footer.width > area.width {
        return;
    }
    let stage = Stage { theme: &app.theme, now: app.outbox.now, ticks: app.outbox.ticks };
    chrome::path(app, frame, at.path);
    chrome::tabs(app, frame, at.tabs);
    chrome::banner(app, frame, at.banner);
    chrome::rule(app, frame, at.rule);
    match app.welcome() {
        Some(welcome) => {
            let middle = Rect { height: at.message.y - at.header.y, ..at.header };
            welcome.draw(frame, middle, stage);
        }
        None => table(app, frame),
    }
    chrome::message(app, frame, at.message);
    chrome::footer(app, frame, at.footer);
    let above = app.area_of_layers().intersection(area);
    let message = said(frame, at.message);
    for layer in &app.layers {
        layer.draw(frame, above, stage);
    }
    // A receipt behind a layer that fills the screen would leave a verb pressed there without an answer.
    if app.outbox.toast.is_some() && !app.shows_secret() && said(frame, at.message) != message {
        let last = Rect { y: at.message.bottom().saturating_sub(1), height: 1, ..at.message };
        frame.render_widget(Clear, last);
        chrome::message(app, frame, last);
    }
}

/// What stands in an area.
fn said(frame: &mut Frame, area: Rect) -> String {
    let buffer = frame.buffer_mut();
    area.positions().map(|at| buffer[at].symbol()).collect()
}

fn table(app: &App, frame: &mut Frame) {
    let at = app.layout();
    chrome::filter(app, frame, at.filter);
    let (theme, now) = (app.theme, app.outbox.now);
    let rows = match app.screen {
        Screen::Keys => {
            keys::draw(&app.keys, &app.others, frame, at, theme, now);
            app.keys.rows.known().len()
        }
        Screen::Groups => {
            groups::draw(&app.groups, &app.others, frame, at, theme, now);
            app.groups.rows.known().len()
        }
        Screen::History => {
            history::draw(&app.history, frame, at, theme, now);
            app.history.rows.known().len()
        }
        Screen::Review => {
            review::draw(&app.review, frame, at, theme);
            app.review.rows.known().len()
        }
        Screen::Changes => {
            changes::draw(&app.changes, frame, at, theme, now);
            app.changes.rows.known().len()
        }
    };
    if rows == 0 {
        chrome::empty(app, frame, at);
    }
}

#[cfg(test)]
mod tests;
