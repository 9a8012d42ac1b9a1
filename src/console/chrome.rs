//! What frames every screen: head, banner, filter line, message, footer; and what stands in a table without rows.
//!
//! Draws what the state says and changes nothing.

mod head;
mod message;

pub use head::{path, rule, tabs};
pub use message::message;

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use super::app::{App, Screen};
use super::draw::{fit, pad, width};
use super::layout::Layout;
use crate::model::text::escape;

/// Why changes are off, and what to do.
pub fn banner(app: &App, frame: &mut Frame, area: Rect) {
    if let Some((sentence, hint)) = app.banner().filter(|_| area.height >= 2) {
        let room = usize::from(area.width);
        let lines = [format!(" ! Changes are off: {}", escape(sentence)), format!("   {}", escape(hint))];
        let style = app.theme.bad();
        let lines: Vec<Line> = lines.iter().map(|text| Line::styled(fit(text, room), style)).collect();
        frame.render_widget(Paragraph::new(lines), area);
    }
}

/// The filter line, with the cursor in it while it is typed into.
pub fn filter(app: &App, frame: &mut Frame, area: Rect) {
    if area.is_empty() {
        return;
    }
    let theme = app.theme;
    let line = app.filter_line();
    let label = match &app.changes.story {
        Some((key, description)) if app.screen == Screen::Changes => {
            format!(" {} ({key}) / ", fit(description, 24))
        }
        _ => " / ".to_owned(),
    };
    let label = fit(&label, usize::from(area.width));
    let used = u16::try_from(width(&label)).unwrap_or(area.width);
    frame.render_widget(Paragraph::new(Line::styled(label, theme.accent())), area);
    let field = Rect { x: area.x + used, width: area.width - used, ..area };
    line.field().view(frame, field, theme.text(), line.is_open());
}

/// The keys of the current layer. Where they do not all fit, the first ones stay, and the way to the list of all.
pub fn footer(app: &App, frame: &mut Frame, area: Rect) {
    let theme = app.theme;
    let room = usize::from(area.width);
    let mut entries: Vec<(String, &'static str, u8)> = Vec::new();
    for (binding, disabled) in app.bindings() {
        let label = app.label(binding);
        if binding.footer > 0 && disabled.is_none() && !label.is_empty() {
            let key = binding.keys.first().map_or(String::new(), ToString::to_string);
            // The way back and the list of everything else stay longest.
            let stays = matches!(binding.action, super::Action::Palette | super::Action::Back);
            entries.push((key, label, if stays { 0 } else { binding.footer }));
        }
    }
    let size = |entry: &(String, &str, u8)| width(&entry.0) + 1 + width(entry.1) + 2;
    let mut total: usize = entries.iter().map(size).sum();
    while total > room {
        // The last one of the highest rank goes first.
        let Some(place) = (0..entries.len()).max_by_key(|place| (entries[*place].2, *place)) else { break };
        total -= size(&entries.remove(place));
    }
    let mut spans = vec![Span::raw(" ")];
    for (key, label, _) in entries {
        spans.push(Span::styled(key, theme.accent()));
        spans.push(Span::raw(format!(" {label}  ")));
    }
    frame.render_widget(Paragraph::new(Line::from(spans)), area);
}

/// What stands in the table when it has no rows: what is the matter, and what to press.
pub fn empty(app: &App, frame: &mut Frame, at: Layout) {
    let unknown = app.review.unknown();
    let (known, text, hint) = match app.screen {
        Screen::Keys => (app.keys.rows.page().is_some(), "No API keys yet.", "n makes the first one."),
        Screen::Groups => (
            app.groups.rows.page().is_some(),
            "No user groups yet. Every API key needs one.",
            "n makes the first one.",
        ),
        Screen::History => (
            app.history.rows.page().is_some(),
            "No logons yet.",
            "`claviger serve` counts every call; `claviger verify` tries one.",
        ),
        Screen::Review => (
            app.review.rows.page().is_some(),
            "No findings.",
            unknown.as_deref().unwrap_or("Every Active key was held to the practices."),
        ),
        Screen::Changes => (app.changes.rows.page().is_some(), "No changes yet.", ""),
    };
    let (text, hint) = match (known, app.filter_line().text()) {
        (false, _) if app.keys.preview().is_some() => ("Opening the store…".to_owned(), ""),
        (false, _) => ("Loading…".to_owned(), ""),
        (true, "") => (text.to_owned(), hint),
        (true, words) => {
            (format!("Nothing matches “{}”.", escape(words)), "Esc clears the filter, / changes it.")
        }
    };
    let room = usize::from(at.body.width.saturating_sub(4));
    let lines = vec![
        Line::raw(pad("", room)),
        Line::raw(format!("  {}", fit(&text, room))),
        Line::styled(format!("  {}", fit(hint, room)), app.theme.accent()),
    ];
    let skip = usize::from(at.body.height < 3);
    frame.render_widget(Paragraph::new(lines.into_iter().skip(skip).collect::<Vec<_>>()), at.body);
}
