//! The screen Changes: the journal, newest first; of all keys, or the whole story of one.

use ratatui::Frame;

use super::action::Action;
use super::effect::{Outbox, Slot};
use super::filter::FilterLine;
use super::grid::{self, BAR, GUTTER, GridColumn, GridRow};
use super::layer::Turn;
use super::layout::Layout;
use super::reading::Reading;
use super::rows::{Page, Rows};
use super::sheet::Item;
use super::theme::Theme;
use crate::clock::{exact, relative, short};
use crate::model::text::escape;
use crate::model::{Change, Field, FieldValue, KeyId, Time};
use crate::registry::{ChangesPage, Query};

/// State of the screen Changes.
#[derive(Debug, Default)]
pub struct ChangesScreen {
    /// The window on the journal.
    pub rows: Rows<Change>,
    /// The filter line.
    pub filter: FilterLine,
    /// The key whose story is told, with its description, escaped.
    pub story: Option<(KeyId, String)>,
}

impl ChangesScreen {
    /// The filter changed, or the store did.
    pub fn outdate(&mut self) {
        self.rows.renew();
    }

    /// Shows one key's story from its newest change on.
    pub fn tell(&mut self, key: KeyId, description: String) {
        self.story = Some((key, description));
        self.filter.clear();
        self.rows.rewind();
        self.outdate();
    }

    /// Asks for what the screen lacks.
    pub fn sync(&mut self, outbox: &mut Outbox) {
        if let Some(window) = self.rows.lacking(outbox.is_open(Slot::Changes)) {
            let query = Query::Changes {
                key: self.story.as_ref().map(|(key, _)| *key),
                since: None,
                text: self.filter.text().to_owned(),
                window,
            };
            outbox.ask(Slot::Changes, query);
        }
    }

    /// Takes a page in. The cursor follows its change, but on the first row it stays first: news come in there.
    pub fn accept(&mut self, page: ChangesPage) {
        let ChangesPage { revision, total, of, offset, rows } = page;
        let page = Page { revision, total, of, offset, rows };
        self.rows.follow_news(page, |row, now| row.revision == now.revision);
    }

    /// One layer back: the filter, then the story of one key.
    fn back(&mut self) {
        if self.filter.clear() || self.story.take().is_some() {
            self.outdate();
        }
    }

    /// Why an action cannot be done now.
    pub fn disabled(&self, action: Action) -> Option<String> {
        (action == Action::Open && self.rows.has_none()).then(|| "There is no change here".into())
    }

    /// Whether an action has to wait for rows before it can be known what it means.
    pub fn must_wait(&self, action: Action) -> bool {
        action == Action::Open && self.rows.is_coming()
    }

    /// Does what the person means.
    pub fn act(&mut self, action: Action, _outbox: &mut Outbox) -> Turn {
        if self.rows.travel(action) {
            return Turn::Stay;
        }
        match action {
            Action::Filter => self.filter.open(),
            Action::Back => self.back(),
            Action::Open => {
                if let Some(change) = self.rows.current() {
                    return Turn::Open(Box::new(reading(change)));
                }
            }
            _ => {}
        }
        Turn::Stay
    }
}

/// The word for a field.
const fn field_name(field: Field) -> &'static str {
    match field {
        Field::Description => "Description",
        Field::Group => "User Group",
        Field::Status => "Status",
        Field::Environment => "Environment",
        Field::Expires => "Expires",
        Field::RotateEveryDays => "Rotate every",
        Field::Owner => "Owner",
        Field::Secret => "Secret",
        Field::SecretCopied => "Secret copied",
        Field::Role => "Role",
        Field::Restricted => "Restricted",
        Field::Tables => "Tables",
        Field::Menus => "Menu items",
        Field::Successor => "Successor",
        Field::Deadline => "Deadline",
        Field::MonitoringDays => "Delete old after",
        Field::Verified => "Verified",
        Field::OldDisabled => "Old disabled",
        Field::Finding => "Finding",
        Field::Reason => "Reason",
        Field::Until => "Until",
        Field::Place => "Found in",
        Field::SecretSeen => "Secret found",
    }
}

/// What a field held, in words.
fn value(field: Field, value: Option<&str>) -> String {
    let Some(text) = value else { return "none".into() };
    match (field, text.parse::<i64>()) {
        (field, Ok(seconds)) if field.is_time() => short(Time(seconds)),
        (Field::RotateEveryDays | Field::MonitoringDays, Ok(days)) => format!("{days} d"),
        _ => escape(text).into_owned(),
    }
}

/// Every touched field with what it held before and after.
fn differences(change: &Change) -> Vec<(Field, Option<String>, Option<String>)> {
    let words = |list: &[FieldValue], field: Field| {
        list.iter().find(|v| v.field == field).map(|v| value(field, v.value.as_deref()))
    };
    let mut fields: Vec<Field> = change.before.iter().chain(&change.after).map(|v| v.field).collect();
    fields.sort_unstable();
    fields.dedup();
    fields.into_iter().map(|f| (f, words(&change.before, f), words(&change.after, f))).collect()
}

/// `Status Active → Disabled, Owner none → Ann`; nothing for a record that came to be or went: its kind says that. Of a
/// note it is told what it says.
fn summary(change: &Change) -> String {
    let is_note = |field| {
        matches!(field, Field::Finding | Field::Reason | Field::Until | Field::Place | Field::SecretSeen)
    };
    let told = |(field, before, after): (Field, Option<String>, Option<String>)| {
        let name = field_name(field);
        match (before, after) {
            (Some(before), Some(after)) => Some(format!("{name} {before} → {after}")),
            (one, other) => one.or(other).filter(|_| is_note(field)).map(|value| format!("{name} {value}")),
        }
    };
    differences(change).into_iter().filter_map(told).collect::<Vec<_>>().join(", ")
}

/// One change whole.
fn reading(change: &Change) -> Reading {
    let mut items = vec![
        Item::Pair("Revision", change.revision.to_string()),
        Item::Pair("When", exact(change.time)),
        Item::Pair("Who", escape(change.actor.as_str()).into_owned()),
        Item::Pair("What", change.kind.name().into()),
    ];
    items.extend(change.key.map(|key| Item::Pair("Key", key.to_string())));
    items.extend(change.group.as_ref().map(|group| Item::Pair("User Group", group.to_string())));
    items.push(Item::Pair("Description", escape(&change.description).into_owned()));
    items.extend([Item::Blank, Item::Heading("Before → after".into())]);
    for (field, before, after) in differences(change) {
        let text = match (before, after) {
            (None, Some(after)) => after,
            (Some(before), None) => format!("{before} → gone"),
            (before, after) => format!("{} → {}", before.unwrap_or_default(), after.unwrap_or_default()),
        };
        items.push(Item::Pair(field_name(field), text));
    }
    Reading::new(format!("Change {}", change.revision), items)
}

/// Draws headings and rows.
pub fn draw(screen: &ChangesScreen, frame: &mut Frame, at: Layout, theme: Theme, now: Time) {
    let room = at.body.width.saturating_sub(GUTTER + BAR);
    let gap = if room >= 96 { 2 } else { 1 };
    let column = GridColumn::plain;
    let (when, who, what) = if room >= 96 {
        (16, 12, 18)
    } else if room >= 60 {
        (10, 8, 14)
    } else {
        (10.min(room / 3), 0, 14.min(room / 3))
    };
    let rest = room.saturating_sub(when + what + 2 * gap + if who > 0 { who + gap } else { 0 });
    let subject = if room >= 60 { rest.saturating_sub(gap) / 2 } else { rest };
    let mut columns = vec![column("When", when)];
    if who > 0 {
        columns.push(column("Who", who));
    }
    columns.extend([column("What", what), column("Of", subject)]);
    if room >= 60 {
        columns.push(column("Before → after", rest.saturating_sub(subject + gap)));
    }
    let row = |change: &Change| {
        let when = if room >= 96 { short(change.time) } else { relative(change.time, now) };
        let mut cells = vec![(when, theme.dim())];
        if who > 0 {
            cells.push((escape(change.actor.as_str()).into_owned(), theme.text()));
        }
        cells.push((change.kind.name().to_owned(), theme.text()));
        cells.push((subject_of(change), theme.text()));
        if room >= 60 {
            cells.push((summary(change), theme.dim()));
        }
        GridRow { gutter: vec!["  ".into()], cells, marked: false }
    };
    grid::list(frame, at, theme, &columns, &screen.rows, row, gap);
}

/// The description of what was changed, or the group's code.
fn subject_of(change: &Change) -> String {
    match (&change.key, &change.group) {
        (None, Some(code)) => format!("{code} · {}", escape(&change.description)),
        _ => escape(&change.description).into_owned(),
    }
}

/// What is known of a row beyond its cells.
pub fn describe(change: &Change) -> (String, String) {
    let key = change.key.map_or(String::new(), |key| format!(" · {key}"));
    (format!("{} · {}{key}", exact(change.time), subject_of(change)), summary(change))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::ChangeKind;

    #[test]
    fn a_note_is_told_in_its_row_and_a_record_that_came_to_be_is_not() {
        let values = |pairs: &[(Field, &str)]| {
            let value =
                |(field, text): &(Field, &str)| FieldValue { field: *field, value: Some((*text).into()) };
            pairs.iter().map(value).collect::<Vec<_>>()
        };
        let change = |kind, before, after| Change {
            revision: 1,
            time: Time(0),
            actor: "root".parse().unwrap(),
            kind,
            key: None,
            group: None,
            description: "d".into(),
            before,
            after,
        };
        let says =
            [(Field::Finding, "no-expiry"), (Field::Reason, "agreed\u{202e}"), (Field::Until, "86400")];
        let accepted = change(ChangeKind::FindingAccepted, Vec::new(), values(&says));
        assert_eq!(summary(&accepted), "Finding no-expiry, Reason agreed\\u{202e}, Until 1970-01-02 00:00");
        let anew = change(ChangeKind::FindingAccepted, values(&[(Field::Until, "0")]), values(&says[2..]));
        assert_eq!(summary(&anew), "Until 1970-01-01 00:00 → 1970-01-02 00:00");
        let forgotten = change(ChangeKind::SightingForgotten, values(&[(Field::Place, "/srv")]), Vec::new());
        assert_eq!(summary(&forgotten), "Found in /srv");
        let created = change(ChangeKind::KeyCreated, Vec::new(), values(&[(Field::Owner, "Ada")]));
        assert_eq!(summary(&created), "");
    }
}
