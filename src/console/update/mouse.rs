//! The mouse: wheel, headings, tabs and rows. While a Secret shows, it is left to the terminal.

use ratatui::layout::Position;

use super::{key, show, take};
use crate::console::action::Action;
use crate::console::app::{App, Screen};
use crate::console::dashboard::post_at;
use crate::console::effect::Tone;
use crate::console::event::{MouseButton, MouseEvent, MouseEventKind};
use crate::console::layer::Turn;
use crate::console::{history, keys};

/// Rows for one notch of the wheel.
const NOTCH: i64 = 3;

pub(super) fn moved(app: &mut App, mouse: MouseEvent) {
    if app.shows_secret() {
        return;
    }
    match mouse.kind {
        MouseEventKind::ScrollUp => wheel(app, -1),
        MouseEventKind::ScrollDown => wheel(app, 1),
        MouseEventKind::Down(MouseButton::Left) if app.layers.is_empty() => {
            clicked(app, Position::new(mouse.column, mouse.row));
        }
        _ => {}
    }
}

fn wheel(app: &mut App, by: i64) {
    if let Some(layer) = app.layers.last_mut() {
        let turn = layer.wheel(by, &mut app.outbox);
        take(app, turn);
        return;
    }
    match app.screen {
        Screen::Keys => app.keys.rows.scroll(by * NOTCH),
        Screen::Groups => app.groups.rows.scroll(by * NOTCH),
        Screen::History => app.history.rows.scroll(by * NOTCH),
        Screen::Changes => app.changes.rows.scroll(by * NOTCH),
        Screen::Review => app.review.rows.scroll(by * NOTCH),
    }
}

fn clicked(app: &mut App, at: Position) {
    app.outbox.pass_note();
    let layout = app.layout();
    let room = app.area_of_dashboard();
    if let Some(post) = app.counts().filter(|_| room.contains(at)).and_then(|c| post_at(&c, room, at.x)) {
        app.clicked = None;
        take(app, Turn::Visit(post));
    } else if let Some(screen) = app.tab_at(at) {
        app.clicked = None;
        match app.disabled(Action::NextScreen) {
            Some(why) => app.outbox.say(Tone::Note, format!("{why}."), ""),
            None => show(app, screen),
        }
    } else if app.welcome().is_some() {
    } else if layout.header.contains(at) && app.screen == Screen::Keys {
        app.clicked = None;
        if let Some(column) = keys::header_at(&app.keys, layout.header.width, at.x) {
            key::act(app, Action::Sort(Some(column)));
        }
    } else if layout.header.contains(at) && app.screen == Screen::History {
        app.clicked = None;
        if let Some(column) = history::header_at(layout.header.width, at.x) {
            key::act(app, Action::SortLogons(Some(column)));
        }
    } else if layout.body.contains(at) {
        row(app, u64::from(at.y - layout.body.y));
    }
}

/// A click selects the row; the second one on the same row opens it.
fn row(app: &mut App, below_first: u64) {
    let (first, known) = match app.screen {
        Screen::Keys => (app.keys.rows.first(), app.keys.rows.known().len()),
        Screen::Groups => (app.groups.rows.first(), app.groups.rows.known().len()),
        Screen::History => (app.history.rows.first(), app.history.rows.known().len()),
        Screen::Changes => (app.changes.rows.first(), app.changes.rows.known().len()),
        Screen::Review => (app.review.rows.first(), app.review.rows.known().len()),
    };
    if below_first >= known as u64 {
        return;
    }
    let row = first + below_first;
    if app.clicked.replace(row) == Some(row) {
        app.clicked = None;
        key::act(app, Action::Open);
        return;
    }
    match app.screen {
        Screen::Keys => app.keys.rows.move_to(row),
        Screen::Groups => app.groups.rows.move_to(row),
        Screen::History => app.history.rows.move_to(row),
        Screen::Changes => app.changes.rows.move_to(row),
        Screen::Review => app.review.rows.move_to(row),
    }
}
