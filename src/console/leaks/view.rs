//! How the leak desk looks: where to paste, what was found, what was looked through. Never the text.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use super::LeakDesk;
use super::finds::{Find, Finds};
use crate::console::details::status_words;
use crate::console::draw::{fit, grouped, modal, pad, wrap};
use crate::console::layer::Stage;
use crate::model::text::escape;

const INVITATION: &str = "Paste text here: a log, a file, a message. It is looked through for Keys and Secrets, never \
    shown, stored or sent anywhere, and wiped. Typed lines end with Enter.";

impl LeakDesk {
    pub(super) fn view(&self, frame: &mut Frame, area: Rect, stage: Stage) {
        let theme = *stage.theme;
        let inner = modal(frame, area, "Leak desk", area.width.min(110), area.height, theme);
        let columns = usize::from(inner.width);
        let mut lines = self.head(columns, stage);
        lines.truncate(usize::from(inner.height));
        let head = u16::try_from(lines.len()).unwrap_or(0);
        frame.render_widget(Paragraph::new(lines), Rect { height: head, ..inner });
        let list = Rect { y: inner.y + head, height: inner.height - head, ..inner };
        let skip = (self.finds.cursor() + 1).saturating_sub(usize::from(list.height));
        let rows = self.finds.list().iter().enumerate().skip(skip).take(usize::from(list.height));
        let rows: Vec<Line> = rows
            .map(|(place, find)| {
                let selected = self.choosing && place == self.finds.cursor();
                row(find, self.finds.is_marked(&find.key), selected, columns, stage)
            })
            .collect();
        frame.render_widget(Paragraph::new(rows), list);
    }

    /// Where to type, or what came of it.
    fn head(&self, columns: usize, stage: Stage) -> Vec<Line<'static>> {
        let theme = stage.theme;
        let mut lines = Vec::new();
        let mut say = |text: &str, style: Style| {
            lines.extend(wrap(text, columns).into_iter().map(|line| Line::styled(line, style)));
        };
        if self.finds.given == 0 {
            say(INVITATION, theme.text());
        } else if self.tracing.is_some() {
            say("Asking whose these Secrets are…", theme.warning());
        } else {
            for (text, warns) in told(&self.finds) {
                say(&text, if warns { theme.warning() } else { theme.text() });
            }
        }
        if !self.choosing {
            // A Secret may be among what is typed: nothing of it is shown but how much it is.
            let dots = "•".repeat(self.line.chars().count().min(columns.saturating_sub(3)));
            lines.push(Line::from(vec![
                Span::styled("› ", theme.accent()),
                Span::styled(dots, theme.text()),
                Span::styled("▏", theme.accent()),
            ]));
        }
        lines.push(Line::default());
        lines
    }
}

/// What was found in what, sentence by sentence; `true` for what to be careful about.
fn told(finds: &Finds) -> Vec<(String, bool)> {
    let lines = counted(finds.lines as u64, "line");
    let read = format!("{} on {lines} looked through", counted(finds.seen as u64, "byte"));
    let mut told = Vec::new();
    if finds.is_empty() {
        told.push((format!("No Key and no Secret found: {read}."), false));
    } else {
        let keys = counted(finds.list().len() as u64, "key");
        let live = finds.live();
        let marked = match finds.marked() {
            0 => String::new(),
            marked => format!(", {marked} marked"),
        };
        told.push((format!("{keys} found, {live} live{marked}; {read}."), live > 0));
    }
    if finds.strangers > 0 {
        let secrets = counted(finds.strangers, "Secret");
        told.push((format!("{secrets} found that no key of this store has."), finds.blind > 0));
    }
    if finds.blind > 0 {
        let keys = counted(finds.blind, "key");
        let text = "a Secret alone cannot be traced to them, for their store key is lost.";
        told.push((format!("Not all is known: {keys} of this store were made before: {text}"), true));
    }
    if finds.seen < finds.given {
        let rest = grouped((finds.given - finds.seen) as u64);
        let text = "`claviger scan` takes files of any size.";
        told.push((format!("{rest} bytes were too much and were not looked through: {text}"), true));
    }
    if finds.beyond > 0 {
        told.push((format!("{} more are not listed.", grouped(finds.beyond)), true));
    }
    told
}

fn counted(number: u64, noun: &str) -> String {
    format!("{} {noun}{}", grouped(number), if number == 1 { "" } else { "s" })
}

/// One find in a line: whether it opens anything, what was there, whose it is.
fn row(find: &Find, marked: bool, selected: bool, columns: usize, stage: Stage) -> Line<'static> {
    let theme = stage.theme;
    let what = if find.secret { "Secret" } else { "Key" };
    let (status, name, owner) = match &find.row {
        _ if find.is_stranger() => ("not here", "none of this store, or deleted".to_owned(), String::new()),
        None => ("…", String::new(), String::new()),
        Some(row) => {
            let owner =
                row.record.owner.as_ref().map_or_else(String::new, |o| escape(o.as_str()).into_owned());
            (status_words(row), escape(row.record.description.as_str()).into_owned(), owner)
        }
    };
    let sign = if marked { "* " } else { "  " };
    let mut text = format!("{sign}{} {} ", pad(status, 10), pad(what, 6));
    let rest = columns.saturating_sub(20);
    let key = find.key.to_string();
    if rest >= key.len() + 14 {
        let owner_width = if rest >= 74 { 20 } else { 0 };
        let name_width = rest - key.len() - 1 - owner_width;
        text = format!("{text}{} {key}", pad(&name, name_width));
        if owner_width > 0 {
            text.push(' ');
            text.push_str(&fit(&owner, owner_width - 1));
        }
    } else {
        text.push_str(&name);
    }
    let style = match (selected, marked, find.is_live()) {
        (true, ..) => theme.selected(),
        (_, true, _) => theme.marked(),
        (_, _, true) => theme.warning(),
        _ => theme.dim(),
    };
    Line::styled(pad(&text, columns), style)
}
