//! One row of the logon history whole: every field, how its key is used, and for a refusal why, step by step, with
//! the one press that goes where it is mended. Or a refusal alone, by its reference.
//!
//! The reason is asked for by the reference that the caller was given; it is known for a day.

use ratatui::Frame;
use ratatui::layout::Rect;

use super::table::rhythm_words;
use crate::clock::{exact, moment};
use crate::console::action::Action;
use crate::console::details::Details;
use crate::console::draw::{grouped, modal};
use crate::console::effect::{Outbox, Slot};
use crate::console::group_editor::GroupEditor;
use crate::console::key_form::new_key;
use crate::console::keymap::Place;
use crate::console::layer::{Layer, Stage, Turn};
use crate::console::reading::WIDEST;
use crate::console::sheet::{Item, Scroll, lines};
use crate::model::text::escape;
use crate::model::{GroupPlace, LogonResult, LogonRow, Reference, Time};
use crate::registry::{Answer, Query, Reason, Refusal, Remedy, Rhythm, Rung};

/// One row of the history, opened; or the refusal of a reference.
#[derive(Debug)]
pub struct LogonDetails {
    row: Option<LogonRow>,
    reference: Option<Reference>,
    rhythm: Option<Rhythm>,
    /// Why, or that it is not known any more.
    reason: Option<Result<Box<Reason>, String>>,
    scroll: Scroll,
}

impl LogonDetails {
    /// Of this row; the rest comes with [`Layer::changed`].
    pub fn new(row: LogonRow) -> Self {
        let reference = row.reference();
        Self { row: Some(row), ..Self::of_reference_or_none(reference) }
    }

    /// Of the refusal of this reference, whatever row of the history it is in.
    pub fn of_reference(reference: Reference) -> Self {
        Self::of_reference_or_none(Some(reference))
    }

    fn of_reference_or_none(reference: Option<Reference>) -> Self {
        Self { row: None, reference, rhythm: None, reason: None, scroll: Scroll::default() }
    }

    fn remedy(&self) -> Option<&Remedy> {
        self.reason.as_ref()?.as_ref().ok()?.remedy.as_ref()
    }

    fn items(&self, now: Time) -> Vec<Item> {
        let mut items = match (&self.row, &self.reason) {
            (Some(row), _) => of_row(row, now),
            (None, Some(Ok(reason))) => of_reason(reason, now),
            (None, _) => self.reference.map(|r| Item::Pair("Reference", r.to_string())).into_iter().collect(),
        };
        items.extend(self.rhythm.iter().map(|rhythm| Item::Pair("Its calls", rhythm_words(rhythm, now))));
        match &self.reason {
            Some(Ok(reason)) => items.extend(why(reason)),
            Some(Err(sentence)) => items.extend([Item::Blank, Item::Aside(sentence.clone())]),
            None => {}
        }
        items
    }
}

fn said(text: &str) -> String {
    if text.is_empty() { "not said".to_owned() } else { escape(text).into_owned() }
}

fn of_row(row: &LogonRow, now: Time) -> Vec<Item> {
    let safe = |text: &str| escape(text).into_owned();
    let mut items =
        vec![Item::Pair("Result", row.result.name().into()), Item::Pair("When", moment(row.time, now))];
    if row.count > 1 {
        items.push(Item::Pair("Count", format!("{} since {}", grouped(row.count), exact(row.first))));
    }
    let key = match (&row.key, row.proved) {
        (Some(key), _) => key.to_string(),
        (None, true) => "none".into(),
        (None, false) => "none, or several".into(),
    };
    items.push(Item::Pair("Key", key));
    if !row.description.is_empty() {
        items.push(Item::Pair("Description", safe(&row.description)));
    }
    items.extend([
        Item::Pair("Source", said(&row.source)),
        Item::Pair("Agent", said(&row.agent)),
        Item::Pair(
            "Request",
            if row.target().is_empty() { "logon alone".into() } else { safe(&row.target()) },
        ),
    ]);
    if row.result != LogonResult::Accepted {
        let proved = if row.proved { "yes: the Secret was right" } else { "no: anybody may have sent this" };
        items.push(Item::Pair("Proved", proved.into()));
        let references: Vec<String> = row.references.iter().rev().map(ToString::to_string).collect();
        if !references.is_empty() {
            items.push(Item::Pair("References", references.join(" ")));
        }
    }
    items
}

/// What a reason knows by itself, without its row.
fn of_reason(reason: &Reason, now: Time) -> Vec<Item> {
    let key = reason.key.map_or_else(|| "none".to_owned(), |key| key.to_string());
    let mut items = vec![
        Item::Pair("Result", escape(&reason.error).into_owned()),
        Item::Pair("When", moment(reason.time, now)),
        Item::Pair("Key", key),
    ];
    let description = reason.description.as_ref().map(|text| said(text.as_str()));
    items.extend(description.map(|text| Item::Pair("Description", text)));
    items.extend(reason.group.as_ref().map(|code| Item::Pair("User Group", code.to_string())));
    items.extend(reason.source.as_ref().map(|text| Item::Pair("Source", said(text))));
    items.extend(reason.agent.as_ref().map(|text| Item::Pair("Agent", said(text))));
    items
}

/// The ladder, what would mend it, and where the one press goes.
fn why(reason: &Reason) -> Vec<Item> {
    let mut items =
        vec![Item::Blank, Item::Heading(format!("Why {} was refused", escape(&reason.reference)))];
    let rung = |rung: &Rung| format!("{} {}", escape(&rung.name), if rung.passed { "✔" } else { "✘" });
    let ladder: Vec<String> = reason.ladder.iter().map(rung).collect();
    items.push(Item::Text(format!("{} {}", ladder.join("  "), escape(&reason.detail))));
    if !reason.mend.is_empty() {
        items.push(Item::Warning(escape(&reason.mend).into_owned()));
    }
    items.push(Item::Aside(match &reason.remedy {
        Some(Remedy::Key(_)) => "m opens the key.".into(),
        Some(Remedy::NewKey) => "m makes a new key.".into(),
        Some(Remedy::Group(code, place)) => format!("m opens {code}, {}.", place_words(place)),
        None => "Only the caller, or a file on this machine, can mend that.".into(),
    }));
    items
}

fn place_words(place: &GroupPlace) -> String {
    match place {
        GroupPlace::Role => "its role".into(),
        GroupPlace::Unnamed(table) => format!("and names table {}", escape(table)),
        GroupPlace::Tick(table, operation) => format!("{} on table {}", operation.name(), escape(table)),
        GroupPlace::Filter(table) => format!("the record filter on table {}", escape(table)),
        GroupPlace::Menu(item) => format!("menu item {}", escape(item)),
    }
}

impl Layer for LogonDetails {
    fn places(&self) -> &'static [Place] {
        &[Place::Logon]
    }

    fn act(&mut self, action: Action, outbox: &mut Outbox) -> Turn {
        match (action, self.remedy()) {
            (Action::Back, _) => return Turn::Close,
            (Action::Mend, Some(Remedy::Key(key))) => {
                outbox.ask(Slot::Mend, Query::Key { key: *key });
            }
            (Action::Mend, Some(Remedy::Group(code, _))) => {
                outbox.ask(Slot::Mend, Query::Group { code: code.clone() });
            }
            (Action::Mend, Some(Remedy::NewKey)) => return Turn::Open(new_key(outbox)),
            _ => self.scroll.act(action),
        }
        Turn::Stay
    }

    fn disabled(&self, action: Action) -> Option<String> {
        if action != Action::Mend || self.remedy().is_some() {
            return None;
        }
        Some(match (&self.row, &self.reason) {
            (Some(row), _) if row.result == LogonResult::Accepted => "This call was accepted".into(),
            (_, Some(Ok(_))) => "That is not mended in this program".into(),
            _ => "It is not known why this was refused".into(),
        })
    }

    fn slots(&self) -> &'static [Slot] {
        &[Slot::Why, Slot::Logon, Slot::Mend]
    }

    fn changed(&mut self, outbox: &mut Outbox) {
        if let Some(key) = self.row.as_ref().and_then(|row| row.key) {
            outbox.ask(Slot::Logon, Query::Rhythm { key });
        }
        if let Some(reference) = self.reference {
            outbox.ask(Slot::Why, Query::Why { reference: reference.to_string() });
        }
    }

    fn answered(&mut self, slot: Slot, result: &Result<Answer, Refusal>, outbox: &mut Outbox) -> Turn {
        match (result, self.remedy()) {
            (Ok(Answer::Rhythm(rhythm)), _) => self.rhythm = Some(rhythm.clone()),
            (Ok(Answer::Why(reason)), _) => self.reason = Some(Ok(reason.clone())),
            (Ok(Answer::Key(details)), _) => {
                return Turn::Open(Box::new(Details::new(details.row.clone())));
            }
            (Ok(Answer::Group(details)), Some(Remedy::Group(_, place))) => {
                return Turn::Open(GroupEditor::open_at(&details.group, place));
            }
            (Err(Refusal::NoSuchReference(_)), _) => {
                let sentence =
                    "Why is not known: no such reference, older than a day, or the server was restarted.";
                self.reason = Some(Err(sentence.into()));
            }
            (Err(refusal), _) if slot == Slot::Mend && *refusal != Refusal::Cancelled => {
                outbox.refused(refusal);
            }
            _ => {}
        }
        Turn::Stay
    }

    fn draw(&self, frame: &mut Frame, area: Rect, stage: Stage) {
        let width = area.width.min(WIDEST);
        let lines = lines(&self.items(stage.now), width.saturating_sub(4), *stage.theme);
        let height = u16::try_from(lines.len()).unwrap_or(u16::MAX).saturating_add(2);
        let title = if self.row.is_some() { "Logon" } else { "Refusal" };
        let inner = modal(frame, area, title, width, height, *stage.theme);
        self.scroll.draw(frame, inner, lines, *stage.theme);
    }
}
