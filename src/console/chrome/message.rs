//! The message under the table: a toast, how far something is, or what is known of the row under the cursor.
//!
//! What a row says of itself is told by its screen; here is decided which of it is shown when there is little room.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;
use ratatui::widgets::Paragraph;

use crate::console::app::{App, Screen};
use crate::console::draw::{fit, width};
use crate::console::keys::{Pending, describe};
use crate::console::{Tone, changes, groups, history, review};

/// The message; without one, what is known of the row under the cursor.
pub fn message(app: &App, frame: &mut Frame, area: Rect) {
    let theme = app.theme;
    let room = usize::from(area.width.saturating_sub(1));
    let (mut first, mut second) = match &app.outbox.toast {
        Some(toast) => {
            let style = theme.tone(toast.tone);
            let sign = match toast.tone {
                Tone::Good => "✔ ",
                Tone::Note => "",
                Tone::Warning => "! ",
                Tone::Bad => "✗ ",
            };
            let text = format!("{sign}{}", toast.text);
            let joint = if toast.hint.is_empty() || text.ends_with('.') { " " } else { " · " };
            let whole = format!("{text}{joint}{}", toast.hint);
            // One line if it fits, else the hint under the sentence.
            if width(&whole) <= room {
                (Line::styled(whole, style), Line::default())
            } else {
                (Line::styled(text, style), Line::from(toast.hint.clone()))
            }
        }
        None if app.keys.preview().is_some() => Default::default(),
        None => row(app),
    };
    if let Some(progress) = app.keys.pending().iter().find_map(Pending::progress) {
        (first, second) = (Line::styled(format!("… {progress}"), theme.warning()), Line::default());
    }
    if let Some(preview) = app.keys.preview() {
        let progress = Line::styled(preview.line(room), theme.accent());
        let waits = !app.keys.filter.text().is_empty() && area.height > 1;
        let filter = if waits { "The filter applies as soon as the store is checked." } else { "" };
        (first, second) = match &app.outbox.toast {
            Some(_) if area.height < 2 => (first, second),
            Some(_) => (progress, first),
            None => (progress, Line::from(filter)),
        };
    }
    if let Some(until) = app.clipboard_until {
        let left = until.saturating_sub(app.outbox.ticks);
        let seconds = left.as_secs() + u64::from(left.subsec_nanos() > 0);
        let text = format!("Secret on the clipboard: clears in {seconds} s");
        let line = Line::styled(text, theme.warning());
        // On one line the message comes first: it goes by itself, and the countdown comes back.
        if app.outbox.toast.is_none() { first = line } else { second = line }
    }
    let cut = |line: Line<'static>| {
        let style = line.spans.first().map_or(line.style, |span| line.style.patch(span.style));
        let text: String = line.spans.iter().map(|span| span.content.as_ref()).collect();
        Line::styled(format!(" {}", fit(&text, room)), style)
    };
    // One row only: the odd thing about a row is worth more than its description.
    let lines = if area.height == 1 && app.outbox.toast.is_none() && second.width() > 0 {
        vec![cut(second)]
    } else {
        vec![cut(first), cut(second)]
    };
    frame.render_widget(Paragraph::new(lines), area);
}

fn row(app: &App) -> (Line<'static>, Line<'static>) {
    let theme = app.theme;
    if app.welcome().is_some() {
        return (Line::default(), Line::default());
    }
    match app.screen {
        Screen::Keys => match app.keys.current() {
            Some(row) => {
                let (text, odd) = describe(row, app.news_under_cursor().is_some(), app.outbox.now);
                (Line::styled(text, theme.dim()), Line::styled(odd.unwrap_or_default(), theme.warning()))
            }
            None => Default::default(),
        },
        Screen::Groups => match app.groups.rows.current() {
            Some(row) => {
                let text = groups::describe(row, &app.others, app.outbox.now);
                (Line::styled(text, theme.dim()), Line::default())
            }
            None => Default::default(),
        },
        Screen::History => match app.history.rows.current() {
            Some(row) => {
                let (text, second) = history::describe(&app.history, row, app.outbox.now);
                let style = if app.history.trouble.is_some() { theme.warning() } else { theme.text() };
                (Line::styled(text, theme.dim()), Line::styled(second, style))
            }
            None => Default::default(),
        },
        Screen::Review => match app.review.rows.current() {
            Some(found) => {
                let (text, second) = review::describe(&app.review, found);
                let style = if app.review.gaps.is_empty() { theme.text() } else { theme.warning() };
                (Line::styled(text, theme.dim()), Line::styled(second, style))
            }
            None => Default::default(),
        },
        Screen::Changes => match app.changes.rows.current() {
            Some(change) => {
                let (text, difference) = changes::describe(change);
                (Line::styled(text, theme.dim()), Line::from(difference))
            }
            None => Default::default(),
        },
    }
}
