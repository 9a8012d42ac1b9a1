//! What frames every screen: title path and dashboard, tabs and counts, rule with the revision, banner, filter line, message, footer.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use super::app::{App, Screen};
use super::draw::{fit, grouped, pad, width};
use super::grid::span_of;
use super::keys::describe;
use super::layout::Layout;
use super::{changes, dashboard, groups, history, review};
use crate::clock::short;
use crate::model::text::escape;

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

fn counts_of<T>(
    page: Option<&super::rows::Page<T>>,
    one: &'static str,
    many: &'static str,
) -> (u64, u64, &'static str) {
    page.map_or((0, 0, many), |page| (page.total, page.of, if page.of == 1 { one } else { many }))
}

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
    let (line, story) = match app.screen {
        Screen::Keys => (&app.keys.filter, None),
        Screen::Groups => (&app.groups.filter, None),
        Screen::History => (&app.history.filter, None),
        Screen::Changes => (&app.changes.filter, app.changes.story.as_ref()),
        Screen::Review => (&app.review.filter, None),
    };
    let label = match story {
        Some((key, description)) => format!(" {} ({key}) / ", fit(description, 24)),
        None => " / ".to_owned(),
    };
    let label = fit(&label, usize::from(area.width));
    let used = u16::try_from(width(&label)).unwrap_or(area.width);
    frame.render_widget(Paragraph::new(Line::styled(label, theme.accent())), area);
    let field = Rect { x: area.x + used, width: area.width - used, ..area };
    line.field().view(frame, field, theme.text(), line.is_open());
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
    let tail = if span.is_empty() { String::new() } else { format!(" {span} ─") };
    let head = corner(app);
    let dashes = usize::from(area.width).saturating_sub(width(&head) + width(&tail));
    let line = Line::styled(format!("{head}{}{tail}", "─".repeat(dashes)), app.theme.dim());
    frame.render_widget(Paragraph::new(line), area);
}

fn place<T>(rows: &super::rows::Rows<T>) -> String {
    let shown = (rows.known().len() as u64).min(u64::from(rows.height()));
    span_of(rows.first(), shown, rows.total())
}

/// The message; without one, what is known of the row under the cursor.
pub fn message(app: &App, frame: &mut Frame, area: Rect) {
    let theme = app.theme;
    let room = usize::from(area.width.saturating_sub(1));
    let (mut first, mut second) = match &app.outbox.toast {
        Some(toast) => {
            let style = theme.tone(toast.tone);
            let sign = match toast.tone {
                super::Tone::Good => "✔ ",
                super::Tone::Note => "",
                super::Tone::Warning => "! ",
                super::Tone::Bad => "✗ ",
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
    if let Some(progress) = app.keys.pending().iter().find_map(super::keys::Pending::progress) {
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
    let (known, filtered, text, hint) = match app.screen {
        Screen::Keys => (
            app.keys.rows.page().is_some(),
            app.keys.filter.text(),
            "No API keys yet.",
            "n makes the first one.",
        ),
        Screen::Groups => (
            app.groups.rows.page().is_some(),
            app.groups.filter.text(),
            "No user groups yet. Every API key needs one.",
            "n makes the first one.",
        ),
        Screen::History => (
            app.history.rows.page().is_some(),
            app.history.filter.text(),
            "No logons yet.",
            "`claviger serve` counts every call; `claviger verify` tries one.",
        ),
        Screen::Review => (
            app.review.rows.page().is_some(),
            app.review.filter.text(),
            "No findings.",
            app.review.gaps.first().map_or("Every Active key was held to the practices.", |gap| gap.as_str()),
        ),
        Screen::Changes => {
            (app.changes.rows.page().is_some(), app.changes.filter.text(), "No changes yet.", "")
        }
    };
    let (text, hint) = match (known, filtered) {
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
