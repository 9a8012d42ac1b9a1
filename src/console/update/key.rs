//! Keys and pastes: resolved by the table, held back while it is not yet known what they would act on.

use super::{filter, open, show, take};
use crate::console::action::Action;
use crate::console::app::{App, Screen};
use crate::console::confirm::Confirm;
use crate::console::dashboard::Dashboard;
use crate::console::effect::{Effect, Slot, Tone};
use crate::console::event::KeyEvent;
use crate::console::keymap::{Place, resolve};
use crate::console::layer::Turn;
use crate::console::layout::too_small;
use crate::console::leaks::LeakDesk;
use crate::console::palette::Palette;
use crate::console::{group_form, key_form};

/// More keys than this are not typed ahead by a person.
const LONGEST_WAIT: usize = 500;

/// A key was pressed.
pub(super) fn pressed(app: &mut App, key: KeyEvent) {
    app.outbox.pass_note();
    let action = resolve(&app.places(), key);
    if action == Some(Action::Interrupt) {
        app.held.clear();
        interrupt(app);
    } else if !app.held.is_empty() {
        if app.held.len() < LONGEST_WAIT {
            app.held.push_back(key);
        }
    } else if let Some(action) = action {
        if must_wait(app, action) {
            app.held.push_back(key);
        } else {
            act(app, action);
        }
    }
}

/// Presses the keys that waited, as far as they need not wait any more.
pub(super) fn release(app: &mut App) {
    while let Some(key) = app.held.front().copied() {
        let action = resolve(&app.places(), key);
        if action.is_some_and(|action| must_wait(app, action)) {
            return;
        }
        app.held.pop_front();
        if let Some(action) = action {
            act(app, action);
        }
        super::sync(app);
    }
}

/// Whether it is not yet known what the action would act on.
fn must_wait(app: &mut App, action: Action) -> bool {
    // What cannot be done before the store is verified is refused, not queued: nobody should find it done later.
    if app.keys.preview().is_some() {
        return false;
    }
    // Perhaps a question is on its way: whatever is typed ahead is meant for it.
    if app.outbox.is_open(Slot::Impact) {
        return true;
    }
    if let Some(layer) = app.layers.last() {
        // What mends a refusal is on its way: whatever is typed ahead is meant for it.
        if app.outbox.is_open(Slot::Mend) {
            return true;
        }
        if layer.is_busy() {
            return true;
        }
        let verb = matches!(
            action,
            Action::ToggleStatus
                | Action::Rotate
                | Action::Accept
                | Action::NoteLeak
                | Action::Skip
                | Action::Open
                | Action::Undo
                | Action::Delete
                | Action::Edit
                | Action::Mend
                | Action::Verify
                | Action::TakeBack
        );
        let asked = layer.slots().iter().any(|slot| !slot.is_aside() && app.outbox.is_open(*slot));
        return verb && (asked || !app.keys.pending().is_empty());
    }
    let moving = match app.screen {
        Screen::Keys => app.keys.rows.is_moving(),
        Screen::Groups => app.groups.rows.is_moving(),
        Screen::History => app.history.rows.is_moving(),
        Screen::Changes => app.changes.rows.is_moving(),
        Screen::Review => app.review.rows.is_moving(),
    };
    if app.welcome().is_some() {
        return false;
    }
    if moving && action.is_travel() {
        return true;
    }
    if app.filtering() {
        return false;
    }
    // A form or a question is on its way: whatever is typed ahead is meant for it.
    if app.outbox.is_open(Slot::Edit) || app.outbox.is_open(Slot::Group) || app.outbox.is_open(Slot::Verb) {
        return true;
    }
    match app.screen {
        Screen::Keys => {
            if matches!(action, Action::ToggleStatus | Action::Delete) && app.keys.in_range() {
                app.keys.fix_range(&mut app.outbox);
            }
            app.keys.must_wait(action)
        }
        Screen::Groups => app.groups.must_wait(action),
        Screen::History => app.history.must_wait(action),
        Screen::Changes => app.changes.must_wait(action),
        Screen::Review => {
            let of_keys = matches!(action, Action::Undo | Action::Mend);
            app.review.must_wait(action) || (of_keys && !app.keys.pending().is_empty())
        }
    }
}

/// Does what the person means: in the topmost layer, else on the screen.
pub(super) fn act(app: &mut App, action: Action) {
    match action {
        Action::Interrupt => return interrupt(app),
        Action::Suspend => {
            // A layer with a Secret hides it first: the frame that is left behind must not show it.
            if let Some(layer) = app.layers.last_mut() {
                let turn = layer.act(action, &mut app.outbox);
                take(app, turn);
            }
            app.outbox.effects.push(Effect::Suspend);
            return;
        }
        Action::Repaint => return app.outbox.effects.push(Effect::Repaint),
        _ => {}
    }
    if is_blind(app, action) {
        return;
    }
    if let Some(why) = app.disabled(action) {
        app.outbox.say(Tone::Note, format!("{why}."), "");
        return;
    }
    if action == Action::Palette {
        if app.places().first() == Some(&Place::Palette) {
            return;
        }
        let palette = palette(app);
        return open(app, Box::new(palette));
    }
    if action == Action::Why {
        let palette = palette(app).asking_why();
        return open(app, Box::new(palette));
    }
    if let Some(layer) = app.layers.last_mut() {
        let turn = layer.act(action, &mut app.outbox);
        take(app, turn);
    } else if app.filtering() {
        filter::act(app, action);
    } else {
        on_screen(app, action);
    }
}

/// The list of all actions as of now.
fn palette(app: &App) -> Palette {
    // What waits for the store alone is asked again when it is run: it may be verified by then.
    let early = app.keys.preview().is_some();
    let bindings = app.bindings().map(|(binding, why)| (binding, why.filter(|_| !early)));
    Palette::new(bindings, app.legend())
}

/// Whether nobody can see what the action would do: a screen too small for anything, or for a Secret to be closed.
fn is_blind(app: &App, action: Action) -> bool {
    if too_small(app.size) {
        return action != Action::Quit;
    }
    let above = app.area_of_layers();
    matches!(action, Action::Back | Action::Submit)
        && app.layers.last().is_some_and(|layer| layer.is_hidden(above))
}

/// `^C`: whoever shows a Secret asks; a Secret on the clipboard asks; else it ends.
fn interrupt(app: &mut App) {
    match app.layers.iter().rposition(|layer| layer.interrupts()) {
        Some(place) => {
            let turn = app.layers[place].act(Action::Interrupt, &mut app.outbox);
            super::take_of(app, place, turn);
        }
        None => quit(app),
    }
}

fn quit(app: &mut App) {
    if app.clipboard_until.is_some() {
        open(app, Box::new(Confirm::quit_with_clipboard()));
    } else {
        app.outbox.effects.push(Effect::Quit);
    }
}

/// Does it on the screen in front.
pub(super) fn on_screen(app: &mut App, action: Action) {
    if action == Action::Back {
        app.outbox.toast = None;
    }
    match action {
        Action::Quit => return quit(app),
        Action::Dashboard => {
            if let Some(counts) = app.counts() {
                open(app, Box::new(Dashboard::new(counts)));
            }
            return;
        }
        Action::LeakDesk => return open(app, Box::<LeakDesk>::default()),
        Action::NextScreen => return step(app, 1),
        Action::PreviousScreen => return step(app, Screen::ALL.len() - 1),
        _ => {}
    }
    if app.welcome().is_some() {
        if let Some(welcome) = &mut app.first_run {
            let turn = welcome.act(action, &mut app.outbox);
            super::take_of(app, app.layers.len(), turn);
        }
        return;
    }
    let turn = match (app.screen, action) {
        (Screen::Keys, Action::New) => Turn::Open(key_form::new_key(&mut app.outbox)),
        (Screen::Groups, Action::New) => Turn::Open(group_form::new_group(&mut app.outbox)),
        // Whatever screen is in front: a layer above any of them changes the status of keys.
        (Screen::Keys, _) | (_, Action::Undo) => app.keys.act(action, &mut app.outbox),
        (Screen::Groups, _) => app.groups.act(action, &mut app.outbox),
        (Screen::History, _) => app.history.act(action, &mut app.outbox),
        (Screen::Changes, _) => app.changes.act(action, &mut app.outbox),
        (Screen::Review, _) => app.review.act(action, &mut app.outbox),
    };
    super::take_of(app, app.layers.len(), turn);
}

fn step(app: &mut App, by: usize) {
    let place = Screen::ALL.iter().position(|screen| *screen == app.screen).unwrap_or(0);
    show(app, Screen::ALL[(place + by) % Screen::ALL.len()]);
}

/// Pasted text goes into the focused field, if there is one.
pub(super) fn pasted(app: &mut App, text: &str) {
    if let Some(layer) = app.layers.last_mut() {
        let turn = layer.paste(text, &mut app.outbox);
        take(app, turn);
    } else if app.filtering() {
        filter::paste(app, text);
    }
}
