//! The head of every screen: title path and dashboard, tabs and counts, the rule with the revision.
//!
//! Says how much there is and where one stands in it; knows nothing of single rows.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use crate::clock::short;
use crate::console::app::{App, Screen};
use crate::console::dashboard;
use crate::console::draw::{fit, grouped, width};
use crate::console::grid::span_of;
use crate::console::rows::{Page, Rows};
use crate::console::{history, keys};

/// Draws a line with one part at the left and one at the right; the right one gives way.
fn ends(frame: &mut Frame, area: Rect, left: Line<'static>, right: Line<'static>) {
    let used = left.width();
    frame.render_widget(Paragraph::new(left), area);
    let wide = right.width();
    let room = usize::from(area.width);
    if used + wide + 2 <= room {
        let place = u16::try_from(wide).unwrap_or(0);
        let corner = Rect { x: area.right() - place, width: place, ..area };
        frame.render_widget(Paragraph::new(right), corner);
    }
}

/// The title path and the dashboard line.
pub fn path(app: &App, frame: &mut Frame, area: Rect) {
    let theme = app.theme;
    let title = fit(&format!(" {}", app.screen.path()), usize::from(area.width));
    frame.render_widget(Paragraph::new(Line::styled(title, theme.title())), area);
    if let Some(counts) = app.counts() {
        dashboard::draw(&counts, frame, app.area_of_dashboard(), theme);
    }
}

/// The tabs, and how many rows match, of how many, and are marked.
pub fn tabs(app: &App, frame: &mut Frame, area: Rect) {
    let theme = app.theme;
    let mut spans = Vec::new();
    for (place, screen) in Screen::ALL.into_iter().enumerate() {
        if place > 0 {
            spans.push(Span::styled("│", theme.dim()));
        }
        let style = if screen == app.screen { theme.selected() } else { theme.text() };
        spans.push(Span::styled(format!(" {} ", screen.name()), style));
    }
    let mut counts = Vec::new();
    // Before the first rows of a store nobody knows how many there are.
    let unknown = app.keys.preview().is_some() && app.keys.rows.page().is_none();
    if app.welcome().is_none() && !unknown {
        let (total, of, noun) = match app.screen {
            Screen::Keys => counts_of(app.keys.rows.page(), "key", "keys"),
            Screen::Groups => counts_of(app.groups.rows.page(), "group", "groups"),
            Screen::History => counts_of(app.history.rows.page(), "logon", "logons"),
            Screen::Changes => counts_of(app.changes.rows.page(), "change", "changes"),
            Screen::Review => counts_of(app.review.rows.page(), "finding", "findings"),
        };
        if app.screen == Screen::Keys {
            if app.keys.in_range() {
                counts.push(Span::styled(
                    format!("range of {} · ", grouped(app.keys.range_len())),
                    theme.marked(),
                ));
            }
            if !app.keys.marks.is_empty() {
                let number = app.keys.marks.count().map_or("…".into(), grouped);
                counts.push(Span::styled(format!("{number} marked · "), theme.marked()));
            }
        }
        // Drawn only where the answer takes longer than a frame can wait.
        if app.is_settling() {
            counts.push(Span::styled("loading… ", theme.dim()));
        }
        let all = if total == of {
            format!("{} {noun} ", grouped(of))
        } else {
            format!("{} of {} ", grouped(total), grouped(of))
        };
        counts.push(Span::raw(all));
    }
    let (tabs, mut counts) = (Line::from(spans), Line::from(counts));
    // What is marked matters more than how much there is.
    if tabs.width() + counts.width() + 2 > usize::from(area.width) && counts.spans.len() > 1 {
        counts.spans.pop();
        if let Some(last) = counts.spans.last_mut() {
            last.content = format!("{} ", last.content.trim_end_matches([' ', '·'])).into();
        }
    }
    ends(frame, area, tabs, counts);
}

fn counts_of<T>(page: Option<&Page<T>>, one: &'static str, many: &'static str) -> (u64, u64, &'static str) {
    page.map_or((0, 0, many), |page| (page.total, page.of, if page.of == 1 { one } else { many }))
}

/// The head's revision and its date: an older set of files would show here.
fn corner(app: &App) -> String {
    match &app.overview {
        Some(overview) => match overview.written {
            Some(at) => format!("─ revision {} · {} ", grouped(overview.revision), short(at)),
            None => "─ empty store ".to_owned(),
        },
        None => "─ opening… ".to_owned(),
    }
}

/// A line between head and table, with the store's revision and the window's place in the list.
pub fn rule(app: &App, frame: &mut Frame, area: Rect) {
    if area.is_empty() {
        return;
    }
    let span = match app.screen {
        _ if app.welcome().is_some() => String::new(),
        Screen::Keys => place(&app.keys.rows),
        Screen::Groups => place(&app.groups.rows),
        Screen::History => place(&app.history.rows),
        Screen::Changes => place(&app.changes.rows),
        Screen::Review => match (app.review.accepted, place(&app.review.rows)) {
            (0, span) => span,
            (accepted, span) if span.is_empty() => format!("{} accepted", grouped(accepted)),
            (accepted, span) => format!("{} accepted · {span}", grouped(accepted)),
        },
    };
    let sort = match app.screen {
        _ if app.welcome().is_some() => None,
        Screen::Keys => keys::unseen_sort(&app.keys, area.width),
        Screen::History => history::unseen_sort(app.history.sort, area.width),
        _ => None,
    };
    let told: Vec<String> = sort.into_iter().chain((!span.is_empty()).then_some(span)).collect();
    let tail = if told.is_empty() { String::new() } else { format!(" {} ─", told.join(" · ")) };
    let room = usize::from(area.width).saturating_sub(width(&tail));
    // Where one stands matters more than which revision it is.
    let head = Some(corner(app)).filter(|head| width(head) <= room).unwrap_or_default();
    let dashes = room.saturating_sub(width(&head));
    let line = Line::styled(format!("{head}{}{tail}", "─".repeat(dashes)), app.theme.dim());
    frame.render_widget(Paragraph::new(line), area);
}

fn place<T>(rows: &Rows<T>) -> String {
    let shown = (rows.known().len() as u64).min(u64::from(rows.height()));
    span_of(rows.first(), shown, rows.total())
}
