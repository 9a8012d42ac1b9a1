//! How the draft would have fared last week: which calls of the group's keys it would have refused.
//!
//! Asked beside the editing, never in its way: an edit makes an older question pointless, and whatever else the editor
//! asks comes first. Knows the figures as the door gives them; what they mean for the edit is for the person.

use super::{Above, GroupEditor};
use crate::console::draw::grouped;
use crate::console::effect::{Outbox, Slot};
use crate::console::sheet::Item;
use crate::model::counted;
use crate::model::text::escape;
use crate::registry::{Answer, GroupEdit, Query, Refusal, Replayed};

/// Keys that the question before saving names.
const NAMED: usize = 3;

/// What is known of an edit.
#[derive(Debug, Default)]
enum Told {
    #[default]
    Unasked,
    Looking,
    Known(Box<Replayed>),
    /// Why it is not known; escaped.
    Unknown(String),
}

/// An edit, and how it would have fared.
#[derive(Debug, Default)]
pub(super) struct Week {
    /// What differs in permissions; none where nothing does, or where it could not be saved.
    edit: Option<GroupEdit>,
    told: Told,
}

impl GroupEditor {
    /// Asks for what is not known of the draft, and lets go of what is asked in vain.
    pub(super) fn follow(&mut self, outbox: &mut Outbox) {
        let edit = self.rights();
        let idle = matches!(self.above, Above::Nothing | Above::Preview(..));
        if edit != self.week.edit || (!idle && matches!(self.week.told, Told::Looking)) {
            outbox.withdraw(Slot::GroupReplay);
            self.week = Week { edit, told: Told::Unasked };
        }
        if let (true, Some(edit), Told::Unasked) = (idle, &self.week.edit, &self.week.told) {
            let (code, edit) = (self.before.code.clone(), edit.clone());
            outbox.ask(Slot::GroupReplay, Query::Replay { code, edit });
            self.week.told = Told::Looking;
        }
    }

    /// What the draft changes in what its keys may do, if that could be saved.
    fn rights(&self) -> Option<GroupEdit> {
        let (before, after) = (&self.before, &self.group);
        after.check().ok()?;
        let edit = GroupEdit {
            description: None,
            role: (after.role != before.role).then_some(after.role),
            restricted: (after.restricted != before.restricted).then_some(after.restricted),
            tables: (after.tables != before.tables).then(|| after.tables.clone()),
            menus: (after.menus != before.menus).then(|| after.menus.clone()),
        };
        (edit != GroupEdit::default()).then_some(edit)
    }
}

impl Week {
    pub(super) fn answered(&mut self, result: &Result<Answer, Refusal>) {
        self.told = match result {
            Ok(Answer::Replay(replayed)) => Told::Known(replayed.clone()),
            Ok(_) | Err(Refusal::Cancelled) => Told::Unasked,
            Err(refusal) => Told::Unknown(escape(&refusal.to_string()).into_owned()),
        };
    }

    /// In one sentence or two; none while nothing that matters was edited.
    pub(super) fn sentence(&self) -> Option<Item> {
        self.edit.as_ref()?;
        Some(match &self.told {
            Told::Unasked | Told::Looking => {
                Item::Aside("Last week: looking which calls this would have refused…".into())
            }
            Told::Unknown(why) => Item::Warning(format!("Last week's calls could not be looked at: {why}")),
            Told::Known(replayed) => verdict(replayed),
        })
    }

    /// For the question before saving: with the keys that would have been refused most.
    pub(super) fn items(&self) -> Vec<Item> {
        let mut items: Vec<Item> = self.sentence().into_iter().collect();
        if let Told::Known(replayed) = &self.told {
            let told = replayed.worst.iter().take(NAMED);
            items.extend(told.map(|(_, description, calls)| {
                Item::Aside(format!("  {}: {}", escape(description), grouped(*calls)))
            }));
            let more = replayed.keys.saturating_sub(replayed.worst.len().min(NAMED) as u64);
            if more > 0 {
                items.push(Item::Aside(format!("  and {} more", grouped(more))));
            }
        }
        items
    }
}

fn verdict(replayed: &Replayed) -> Item {
    let Replayed { replay, keys, gap, .. } = replayed;
    let mut text = match (replay.refused, replay.calls) {
        (_, 0) => "Last week: no call of its keys is known, so nothing can be said".to_owned(),
        (0, calls) => format!("Last week: none of {} would have been refused", counted(calls, "call")),
        (refused, calls) => {
            let (keys, calls) = (counted(*keys, "key"), counted(calls, "call"));
            format!("Last week: {keys} would have been refused {} of {calls}", grouped(refused))
        }
    };
    if replay.unknown > 0 {
        text.push_str("; ");
        text.push_str(&grouped(replay.unknown));
        text.push_str(" unknown (a record filter decides)");
    }
    if let Some(gap) = gap {
        text.push_str("; calls may be missing: ");
        text.push_str(&escape(gap));
    }
    match (replay.refused, gap) {
        (0, None) if replay.calls == 0 => Item::Aside(text),
        (0, None) => Item::Text(text),
        _ => Item::Warning(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::console::bench::Bench;
    use crate::model::{Replay, Role, Time};
    use crate::registry::templates;

    fn open() -> Bench {
        let group =
            templates().into_iter().find(|t| t.group.role != Role::Admin && !t.group.tables.is_empty());
        Bench::open(|_| GroupEditor::open(&group.unwrap().group))
    }

    fn replayed(calls: u64, refused: u64, unknown: u64) -> Answer {
        Answer::Replay(Box::new(Replayed {
            replay: Replay { calls, refused, unknown },
            keys: u64::from(refused > 0) * 3,
            worst: if refused > 0 { vec![(key().key, "HR sync".into(), refused)] } else { Vec::new() },
            since: Time(0),
            gap: None,
        }))
    }

    fn key() -> crate::model::ApiKey {
        crate::console::bench::record("HR sync")
    }

    fn asked(bench: &mut Bench) -> Vec<GroupEdit> {
        let edit = |query| if let Query::Replay { edit, .. } = query { Some(edit) } else { None };
        bench.queries().into_iter().filter_map(edit).collect()
    }

    #[test]
    fn each_edit_of_rights_is_held_against_last_week_and_typing_asks_nothing() {
        let mut bench = open();
        bench.press("new words");
        assert!(asked(&mut bench).is_empty(), "a description refuses nobody");
        bench.press("<tab><space>");
        let [first] = asked(&mut bench).try_into().unwrap();
        assert!(bench.screen(100, 30).contains("looking which calls"), "{}", bench.screen(100, 30));
        bench.press("<right><space>");
        let [second] = asked(&mut bench).try_into().unwrap();
        assert_ne!(first, second);
        bench.answer(Slot::GroupReplay, replayed(18_412, 212, 40));
        let screen = bench.screen(100, 30);
        assert!(
            screen.contains("! Last week: 3 keys would have been refused 212 of 18,412 calls; 40 unknown (a"),
            "{screen}"
        );
        bench.press("<space><left><space>");
        assert!(!bench.screen(100, 30).contains("Last week"), "the draft is as it was");
    }

    #[test]
    fn the_question_before_saving_has_the_figures_and_the_keys() {
        let mut bench = open();
        bench.press("<tab><space>");
        asked(&mut bench);
        bench.press("^s");
        assert!(!bench.outbox.is_open(Slot::GroupReplay), "what is asked in vain must not stand in the way");
        let preview = crate::registry::Preview {
            keys: 3,
            first: vec![(key().key, key().description)],
            lost: vec!["lose Select on Asset".into()],
            changed: Vec::new(),
            gained: Vec::new(),
        };
        bench.answer(Slot::GroupPreview, Answer::Preview(preview));
        assert_eq!(asked(&mut bench).len(), 1);
        bench.answer(Slot::GroupReplay, replayed(500, 212, 0));
        let screen = bench.screen(80, 24);
        assert!(screen.contains("! Last week: 3 keys would have been refused 212 of 500 calls"), "{screen}");
        assert!(screen.contains("HR sync: 212") && screen.contains("and 2 more"), "{screen}");
        insta::assert_snapshot!("week_80x24", screen);
        insta::assert_snapshot!("week_40x12", bench.screen(40, 12));
    }

    #[test]
    fn an_empty_history_is_never_taken_for_a_good_sign() {
        let mut bench = open();
        bench.press("<tab><space>").answer(Slot::GroupReplay, replayed(0, 0, 0));
        let screen = bench.screen(100, 30);
        assert!(screen.contains("no call of its keys is known, so nothing can be said"), "{screen}");
        bench.press("<right><space>").answer(Slot::GroupReplay, replayed(7, 0, 0));
        assert!(bench.screen(100, 30).contains("none of 7 calls would have been refused"), "control");
        bench.press("<right><space>").refuse(Slot::GroupReplay, Refusal::NotEmpty);
        assert!(bench.screen(100, 30).contains("could not be looked at"), "{}", bench.screen(100, 30));
    }

    #[test]
    fn leaving_ends_the_look() {
        let mut bench = open();
        bench.press("<tab><space>");
        assert!(bench.outbox.is_open(Slot::GroupReplay));
        bench.press("<esc><tab><enter>");
        assert!(bench.layer.is_none() && !bench.outbox.is_open(Slot::GroupReplay));
    }
}
