//! One row of the logon history whole: every field, how its key is used, and for a refusal why, step by step.
//!
//! The reason is asked for by the reference that the caller was given; it is known for a day.

use ratatui::Frame;
use ratatui::layout::Rect;

use super::table::rhythm_words;
use crate::clock::{exact, relative};
use crate::console::action::Action;
use crate::console::draw::{grouped, modal};
use crate::console::effect::{Outbox, Slot};
use crate::console::keymap::Place;
use crate::console::layer::{Layer, Stage, Turn};
use crate::console::reading::WIDEST;
use crate::console::sheet::{Item, Scroll, lines};
use crate::model::text::escape;
use crate::model::{LogonResult, LogonRow, Time};
use crate::registry::{Answer, Query, Reason, Refusal, Rhythm};

/// One row of the history, opened.
#[derive(Debug)]
pub struct LogonDetails {
    row: LogonRow,
    rhythm: Option<Rhythm>,
    /// Why, or that it is not known any more.
    reason: Option<Result<Box<Reason>, String>>,
    scroll: Scroll,
}

impl LogonDetails {
    /// Of this row; the rest comes with [`Layer::changed`].
    pub fn new(row: LogonRow) -> Self {
        Self { row, rhythm: None, reason: None, scroll: Scroll::default() }
    }

    fn items(&self, now: Time) -> Vec<Item> {
        let row = &self.row;
        let safe = |text: &str| escape(text).into_owned();
        let said = |text: &str| if text.is_empty() { "not said".to_owned() } else { safe(text) };
        let moment = |time: Time| format!("{} · {}", exact(time), relative(time, now));
        let mut items =
            vec![Item::Pair("Result", row.result.name().into()), Item::Pair("When", moment(row.time))];
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
            let proved =
                if row.proved { "yes: the Secret was right" } else { "no: anybody may have sent this" };
            items.push(Item::Pair("Proved", proved.into()));
            let references: Vec<String> = row.references.iter().rev().map(ToString::to_string).collect();
            if !references.is_empty() {
                items.push(Item::Pair("References", references.join(" ")));
            }
        }
        items.extend(self.rhythm.iter().map(|rhythm| Item::Pair("Its calls", rhythm_words(rhythm, now))));
        match &self.reason {
            Some(Ok(reason)) => items.extend(why(reason)),
            Some(Err(sentence)) => items.extend([Item::Blank, Item::Aside(sentence.clone())]),
            None => {}
        }
        items
    }
}

/// The ladder and what would mend it.
fn why(reason: &Reason) -> Vec<Item> {
    let mut items =
        vec![Item::Blank, Item::Heading(format!("Why {} was refused", escape(&reason.reference)))];
    let rung = |rung: &crate::registry::Rung| {
        format!("{} {}", escape(&rung.name), if rung.passed { "✔" } else { "✘" })
    };
    let ladder: Vec<String> = reason.ladder.iter().map(rung).collect();
    items.push(Item::Text(format!("{} {}", ladder.join("  "), escape(&reason.detail))));
    if !reason.mend.is_empty() {
        items.push(Item::Warning(escape(&reason.mend).into_owned()));
    }
    items
}

impl Layer for LogonDetails {
    fn places(&self) -> &'static [Place] {
        &[Place::Reading]
    }

    fn act(&mut self, action: Action, _outbox: &mut Outbox) -> Turn {
        if action == Action::Back {
            return Turn::Close;
        }
        self.scroll.act(action);
        Turn::Stay
    }

    fn slots(&self) -> &'static [Slot] {
        &[Slot::Why, Slot::Logon]
    }

    fn changed(&mut self, outbox: &mut Outbox) {
        if let Some(key) = self.row.key {
            outbox.ask(Slot::Logon, Query::Rhythm { key });
        }
        if let Some(reference) = self.row.reference() {
            outbox.ask(Slot::Why, Query::Why { reference: reference.to_string() });
        }
    }

    fn answered(&mut self, _slot: Slot, result: &Result<Answer, Refusal>, _outbox: &mut Outbox) -> Turn {
        match result {
            Ok(Answer::Rhythm(rhythm)) => self.rhythm = Some(rhythm.clone()),
            Ok(Answer::Why(reason)) => self.reason = Some(Ok(reason.clone())),
            Err(Refusal::NoSuchReference(_)) => {
                let sentence =
                    "Why is not known any more: reasons are kept for a day, until the server is restarted.";
                self.reason = Some(Err(sentence.into()));
            }
            _ => {}
        }
        Turn::Stay
    }

    fn draw(&self, frame: &mut Frame, area: Rect, stage: Stage) {
        let width = area.width.min(WIDEST);
        let lines = lines(&self.items(stage.now), width.saturating_sub(4), *stage.theme);
        let height = u16::try_from(lines.len()).unwrap_or(u16::MAX).saturating_add(2);
        let inner = modal(frame, area, "Logon", width, height, *stage.theme);
        self.scroll.draw(frame, inner, lines, *stage.theme);
    }
}
