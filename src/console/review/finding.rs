//! One finding whole: evidence, why it matters, and the one press that mends it.

use ratatui::Frame;
use ratatui::layout::Rect;

use super::acceptance::accept;
use crate::console::action::Action;
use crate::console::details::{Details, rotation_of};
use crate::console::draw::modal;
use crate::console::effect::{Outbox, Slot};
use crate::console::group_editor::GroupEditor;
use crate::console::key_form::new_key;
use crate::console::keymap::Place;
use crate::console::layer::{Layer, Stage, Turn};
use crate::console::reading::WIDEST;
use crate::console::sheet::{Item, Scroll, lines};
use crate::model::text::escape;
use crate::model::{Fix, KeyId, Status};
use crate::registry::{Answer, Command, Finding, Query, Refusal, Selection};

/// One finding, opened.
#[derive(Debug)]
pub struct FindingDetails {
    finding: Finding,
    /// The review that it is of.
    stamp: Option<u64>,
    /// It is not found any more.
    gone: bool,
    /// Only what mends it is meant, which takes its place.
    passing: bool,
    scroll: Scroll,
}

impl FindingDetails {
    /// Of this finding of a review; all of its evidence comes with [`Layer::changed`].
    pub fn new(finding: Finding, stamp: Option<u64>) -> Self {
        Self { finding, stamp, gone: false, passing: false, scroll: Scroll::default() }
    }

    fn mend(&self, outbox: &mut Outbox) {
        match (self.finding.practice.remedy(), self.finding.key) {
            (Fix::Rotate | Fix::EditKey, Some(key)) => outbox.ask(Slot::Mend, Query::Key { key }),
            _ => outbox.ask(Slot::Mend, Query::Group { code: self.finding.group.clone() }),
        };
    }

    fn lead(&self, layer: Box<dyn Layer>) -> Turn {
        if self.passing { Turn::Replace(layer) } else { Turn::Open(layer) }
    }

    fn items(&self) -> Vec<Item> {
        let Finding { practice, key, group, description, evidence } = &self.finding;
        let safe = |text: &str| escape(text).into_owned();
        let mut items = vec![
            Item::Pair("Severity", practice.severity().name().into()),
            Item::Pair("Finding", practice.name().into()),
            Item::Pair("Description", safe(description)),
        ];
        items.extend(key.map(|key| Item::Pair("Key", key.to_string())));
        items.extend([Item::Pair("User Group", group.to_string()), Item::Pair("Evidence", safe(evidence))]);
        if self.gone {
            items.push(Item::Warning("This is not found any more, or it is accepted.".into()));
        }
        items.extend([
            Item::Blank,
            Item::Text(practice.reason().into()),
            Item::Blank,
            Item::Aside(press(practice.remedy()).into()),
            Item::Aside(format!("On the command line: {}", self.finding.remedy())),
        ]);
        items
    }
}

/// What mends a finding, at once from the list.
pub fn mend(finding: &Finding, outbox: &mut Outbox) -> Turn {
    match (finding.practice.remedy(), finding.key) {
        (Fix::Disable, Some(key)) => Turn::Careful(Box::new(disable(key))),
        (Fix::Separate, _) => Turn::Open(new_key(outbox)),
        _ => Turn::Open(Box::new(FindingDetails {
            passing: true,
            ..FindingDetails::new(finding.clone(), None)
        })),
    }
}

/// What `m` does.
const fn press(fix: Fix) -> &'static str {
    match fix {
        Fix::Disable => "m disables the key.",
        Fix::Rotate => "m rotates the key.",
        Fix::EditKey => "m opens the key.",
        Fix::Separate => "m makes a key of its own for one of the callers.",
        Fix::EditGroup => "m opens the user group.",
    }
}

impl Layer for FindingDetails {
    fn places(&self) -> &'static [Place] {
        &[Place::Finding]
    }

    fn act(&mut self, action: Action, outbox: &mut Outbox) -> Turn {
        match (action, self.finding.practice.remedy(), self.finding.key) {
            (Action::Back, ..) => return Turn::Close,
            (Action::Accept, ..) => {
                let (about, description) = (self.finding.about(), &self.finding.description);
                return Turn::Replace(accept(self.finding.practice, about, description, "", outbox));
            }
            (Action::Mend, Fix::Disable, Some(key)) => return Turn::Careful(Box::new(disable(key))),
            (Action::Mend, Fix::Separate, _) => return Turn::Open(new_key(outbox)),
            (Action::Mend, ..) => self.mend(outbox),
            (Action::Undo, ..) => return Turn::Screen(action),
            _ => self.scroll.act(action),
        }
        Turn::Stay
    }

    fn slots(&self) -> &'static [Slot] {
        &[Slot::Mend, Slot::Evidence]
    }

    fn changed(&mut self, outbox: &mut Outbox) {
        if self.passing {
            return self.mend(outbox);
        }
        let (stamp, finding, about) = (self.stamp, self.finding.practice, self.finding.about());
        outbox.ask(Slot::Evidence, Query::Evidence { stamp, finding, about });
    }

    fn answered(&mut self, _slot: Slot, result: &Result<Answer, Refusal>, outbox: &mut Outbox) -> Turn {
        match result {
            Ok(Answer::Evidence(found)) => {
                self.gone = found.is_none();
                if let Some(found) = found {
                    self.finding = (**found).clone();
                }
            }
            Ok(Answer::Key(details)) if self.finding.practice.remedy() == Fix::Rotate => {
                return self.lead(rotation_of(&details.row, outbox));
            }
            Ok(Answer::Key(details)) => return self.lead(Box::new(Details::new(details.row.clone()))),
            Ok(Answer::Group(details)) => return self.lead(GroupEditor::open(&details.group)),
            Err(refusal) => {
                if *refusal != Refusal::Cancelled {
                    outbox.refused(refusal);
                }
                return if self.passing { Turn::Close } else { Turn::Stay };
            }
            _ => {}
        }
        Turn::Stay
    }

    fn draw(&self, frame: &mut Frame, area: Rect, stage: Stage) {
        if self.passing {
            return;
        }
        let width = area.width.min(WIDEST);
        let lines = lines(&self.items(), width.saturating_sub(4), *stage.theme);
        let height = u16::try_from(lines.len()).unwrap_or(u16::MAX).saturating_add(2);
        let inner = modal(frame, area, "Finding", width, height, *stage.theme);
        self.scroll.draw(frame, inner, lines, *stage.theme);
    }
}

fn disable(key: KeyId) -> Command {
    Command::SetStatus { keys: Selection::of([key]), status: Status::Disabled, expected: None }
}
