//! What the answers of the door do to the state.

use super::{open, sync, take_of};
use crate::console::app::App;
use crate::console::effect::{RequestId, Slot, Tone};
use crate::console::groups::in_use;
use crate::model::text::escape;
use crate::registry::{Answer, Done, Query, Refusal};

/// A command is done, or was refused.
pub(super) fn done(app: &mut App, id: RequestId, result: Result<Done, Refusal>) {
    let revision = result.as_ref().map_or(0, |done| done.revision);
    app.others.ended(id, result.as_ref().ok());
    if let Some(place) = app.layers.iter().position(|layer| layer.awaits() == Some(id)) {
        let turn = app.layers[place].done(result, &mut app.outbox);
        take_of(app, place, turn);
    } else if app.keys.awaits(id) {
        if let Err(Refusal::GroupInUse { code, count, keys }) = &result {
            let reading = in_use(code, *count, keys);
            open(app, Box::new(reading));
        }
        app.keys.done(id, result, &mut app.outbox);
    } else if let Err(refusal) = result {
        app.outbox.refused(&refusal);
    }
    // After a refusal as well: one of them may have turned changes off, or hold keys as not saved.
    changed(app, revision);
    app.keys.outdate();
}

/// The store may be at a newer revision: what is shown is asked for anew.
pub(super) fn changed(app: &mut App, revision: u64) {
    app.revision = app.revision.max(revision);
    app.outbox.ask(Slot::Overview, Query::Overview);
    // The rows follow the revision; without a newer one the door was gone and is back.
    if app.keys.rows.has_failed() {
        app.keys.outdate();
    }
    app.groups.outdate();
    app.changes.outdate();
    app.review.outdate();
    for layer in &mut app.layers {
        layer.changed(&mut app.outbox);
    }
}

/// A query was answered, or refused.
pub(super) fn answered(app: &mut App, slot: Slot, result: Result<Answer, Refusal>) {
    if let Some(place) = app.layers.iter().rposition(|layer| layer.slots().contains(&slot)) {
        let turn = app.layers[place].answered(slot, &result, &mut app.outbox);
        take_of(app, place, turn);
        return;
    }
    match result {
        Ok(answer) => accept(app, slot, answer),
        Err(refusal) => refused(app, slot, &refusal),
    }
}

fn accept(app: &mut App, slot: Slot, answer: Answer) {
    match (slot, answer) {
        (Slot::Keys, Answer::Keys(page)) => {
            app.revision = app.revision.max(page.revision);
            app.keys.accept(page, &mut app.outbox);
        }
        (Slot::Range, Answer::Keys(page)) => app.keys.accept_range(&page, &mut app.outbox),
        (Slot::Marked, Answer::Selected(summary)) => app.keys.counted(&summary),
        (Slot::Verb, Answer::Selected(summary)) => {
            let turn = app.keys.weighed(&summary, &mut app.outbox);
            take_of(app, app.layers.len(), turn);
        }
        (Slot::Impact, Answer::Impact(impact)) => {
            let turn = app.keys.judged(*impact, &mut app.outbox);
            take_of(app, app.layers.len(), turn);
        }
        (Slot::Groups, Answer::Groups(page)) => app.groups.accept(page),
        (Slot::Review, Answer::Review(page)) => app.review.accept(page),
        (Slot::Group, Answer::Group(details)) => {
            let turn = app.groups.opened(&details);
            take_of(app, app.layers.len(), turn);
        }
        (Slot::History, Answer::History(page)) => app.history.accept(page, app.outbox.ticks),
        (Slot::Rhythm, Answer::Rhythm(rhythm)) => app.history.accept_rhythm(rhythm),
        (Slot::Changes, Answer::Changes(page)) => app.changes.accept(page),
        (Slot::Edit, Answer::Key(details)) => {
            let form = crate::console::key_form::edit_key(&details, &mut app.outbox);
            open(app, form);
        }
        (Slot::Overview, Answer::Overview(overview)) => {
            let first = app.overview.is_none();
            app.revision = app.revision.max(overview.revision);
            app.others.opened(overview.revision);
            if first && !overview.notes.is_empty() {
                let notes = escape(&overview.notes.join(" ")).into_owned();
                app.outbox.say(Tone::Warning, notes, "");
            }
            app.overview = Some(overview);
            app.overview_until = app.outbox.ticks + std::time::Duration::from_mins(1);
            sync(app);
        }
        _ => {}
    }
}

fn refused(app: &mut App, slot: Slot, refusal: &Refusal) {
    match slot {
        Slot::Keys => app.keys.fail(),
        Slot::Groups => app.groups.rows.fail(),
        Slot::History => app.history.rows.fail(),
        Slot::Changes => app.changes.rows.fail(),
        Slot::Review => app.review.rows.fail(),
        Slot::Group => app.groups.drop_opening(),
        Slot::Verb | Slot::Marked => app.keys.drop_verb(refusal),
        Slot::Impact => app.keys.drop_careful(),
        Slot::Range => app.keys.end_range_now(&mut app.outbox),
        _ => {}
    }
    app.held.clear();
    if *refusal != Refusal::Cancelled {
        app.outbox.refused(refusal);
    }
}
