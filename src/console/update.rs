//! One step of the console: what an event does to the state, and the work that follows from it.
//!
//! Pure: the same state and event give the same state and effects.

use super::action::Action;
use super::app::App;
use super::effect::Effect;
use super::event::{Event, KeyEventKind};
use super::keymap::resolve;
use super::layer::Turn;

/// Takes one event into the state. The caller sets [`super::Outbox::now`] and `ticks` before.
pub fn update(app: &mut App, event: Event) -> Vec<Effect> {
    match event {
        Event::Key(key) if key.kind != KeyEventKind::Release => {
            if let Some(action) = resolve(&app.places(), key) {
                act(app, action);
            }
        }
        Event::Paste(text) => {
            let turn = app.layers.last_mut().map(|layer| layer.paste(&text, &mut app.outbox));
            take(app, turn);
        }
        Event::Resize(columns, rows) => app.size = (columns, rows),
        Event::Done { id, result } => {
            let waiting = app.layers.iter().position(|layer| layer.awaits() == Some(id));
            if let Some(place) = waiting {
                let turn = app.layers[place].done(*result, &mut app.outbox);
                app.layers.truncate(place + 1);
                take(app, Some(turn));
            }
        }
        Event::Answered { id, slot, result } if app.outbox.is_latest(slot, id) => {
            app.outbox.close(slot);
            if let Some(place) = app.layers.iter().rposition(|layer| layer.slots().contains(&slot)) {
                let turn = app.layers[place].answered(slot, &result, &mut app.outbox);
                app.layers.truncate(place + 1);
                take(app, Some(turn));
            }
        }
        Event::Clipboard(report) => {
            let turn = app.layers.last_mut().map(|layer| layer.clipboard(&report, &mut app.outbox));
            take(app, turn);
        }
        Event::Signal | Event::HangUp => app.outbox.effects.push(Effect::Quit),
        Event::Resumed => app.outbox.effects.push(Effect::Repaint),
        _ => {}
    }
    std::mem::take(&mut app.outbox.effects)
}

fn act(app: &mut App, action: Action) {
    match (action, app.layers.last_mut()) {
        (_, Some(layer)) => {
            let turn = layer.act(action, &mut app.outbox);
            take(app, Some(turn));
        }
        (Action::Quit | Action::Interrupt, None) => app.outbox.effects.push(Effect::Quit),
        _ => {}
    }
}

fn take(app: &mut App, turn: Option<Turn>) {
    match turn {
        None | Some(Turn::Stay) => {}
        Some(Turn::Close) => {
            app.layers.pop();
        }
        Some(Turn::Open(layer)) => app.layers.push(layer),
        Some(Turn::Replace(layer)) => {
            app.layers.pop();
            app.layers.push(layer);
        }
        Some(Turn::Pass(action)) => {
            app.layers.pop();
            act(app, action);
        }
    }
}
