//! The filter line of the screen in front: what is typed into it, and the table that follows its words.
//!
//! Which rows have the words is the door's matter.

use super::key::on_screen;
use crate::console::action::Action;
use crate::console::app::{App, Screen};
use crate::console::filter::FilterLine;

fn filter_line(app: &mut App) -> &mut FilterLine {
    match app.screen {
        Screen::Keys => &mut app.keys.filter,
        Screen::Groups => &mut app.groups.filter,
        Screen::History => &mut app.history.filter,
        Screen::Changes => &mut app.changes.filter,
        Screen::Review => &mut app.review.filter,
    }
}

/// Works on the filter line; the table follows every change of its words.
pub(super) fn act(app: &mut App, action: Action) {
    let line = filter_line(app);
    let before = line.text().to_owned();
    match action {
        Action::Submit => line.keep(),
        Action::Back => {
            line.clear();
        }
        Action::Type(key) => {
            line.field_mut().press(&key);
        }
        _ => on_screen(app, action),
    }
    refilter(app, &before);
}

fn refilter(app: &mut App, before: &str) {
    if filter_line(app).text() == before {
        return;
    }
    match app.screen {
        Screen::Keys => app.keys.refilter(&mut app.outbox),
        Screen::Groups => app.groups.outdate(),
        Screen::History => app.history.outdate(),
        Screen::Changes => app.changes.outdate(),
        Screen::Review => app.review.refilter(),
    }
}

/// Pasted text goes into it.
pub(super) fn paste(app: &mut App, text: &str) {
    let line = filter_line(app);
    let before = line.text().to_owned();
    line.field_mut().paste(text);
    refilter(app, &before);
}
