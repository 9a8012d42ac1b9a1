//! One step of the console: what an event does to the state, and the work that follows from it.
//!
//! Pure: the same state and event give the same state and effects.

mod answer;
mod filter;
mod key;
mod mouse;

use zeroize::Zeroizing;

use super::app::{App, Screen};
use super::dashboard::Post;
use super::effect::{Effect, Slot, Tone};
use super::event::{ClipboardReport, Event, KeyEventKind};
use super::layer::Turn;
use crate::model::text::escape;
use crate::registry::Query;

/// The first step: what to ask before anything happened.
pub fn start(app: &mut App) -> Vec<Effect> {
    if app.keys.preview().is_none() {
        app.outbox.ask(Slot::Overview, Query::Overview);
    }
    app.outbox.effects.push(Effect::Mouse(true));
    finish(app)
}

/// Takes one event into the state. The caller sets [`super::Outbox::now`] and `ticks` before.
pub fn update(app: &mut App, event: Event) -> Vec<Effect> {
    let by_hand = matches!(event, Event::Key(_) | Event::Mouse(_));
    let (news, layers) = (app.news_under_cursor(), app.layers.len());
    take_in(app, event);
    // What somebody else changed is no news any more once the cursor was on it, or it was opened.
    if let Some(revision) = news.filter(|_| by_hand)
        && (app.news_under_cursor() != news || app.layers.len() > layers)
    {
        app.others.seen(revision);
    }
    expire(app);
    finish(app)
}

fn take_in(app: &mut App, event: Event) {
    match event {
        Event::Key(key) => {
            if key.kind != KeyEventKind::Release {
                app.clicked = None;
                key::pressed(app, key);
            }
        }
        // A Secret may be in it: the copy that came from the terminal goes with this event.
        Event::Paste(text) => key::pasted(app, &Zeroizing::new(text)),
        Event::Mouse(mouse) => mouse::moved(app, mouse),
        Event::Resize(columns, rows) => app.size = (columns, rows),
        Event::Done { id, result } => answer::done(app, id, *result),
        Event::Answered { id, slot, result } => {
            if app.outbox.is_latest(slot, id) {
                app.outbox.close(slot);
                answer::answered(app, slot, *result);
            }
        }
        Event::Opening(milestone) => app.keys.reached(milestone),
        Event::Opened => {
            app.keys.verified();
            // Whoever was told to wait need not any more.
            app.outbox.pass_note();
            app.outbox.ask(Slot::Overview, Query::Overview);
        }
        Event::Traced { id, result } => {
            if let Some(layer) = app.layers.iter_mut().find(|layer| layer.traces() == Some(id)) {
                layer.traced(&result, &mut app.outbox);
            }
        }
        Event::Changed(revision) => answer::changed(app, revision),
        Event::Clipboard(report) => clipboard(app, &report),
        Event::Signal | Event::HangUp => app.outbox.effects.push(Effect::Quit),
        Event::Resumed => {
            if let Some(layer) = app.layers.last_mut() {
                let turn = layer.act(super::Action::Repaint, &mut app.outbox);
                take(app, turn);
            }
            app.outbox.effects.push(Effect::Repaint);
        }
        Event::Tick => {}
    }
}

/// What time alone brings about.
fn expire(app: &mut App) {
    let ticks = app.outbox.ticks;
    if app.screen == Screen::History {
        app.history.expire(ticks);
    }
    for layer in &mut app.layers {
        layer.tick(&mut app.outbox);
    }
    // What was refused is told by no revision; once a minute the ages on screen change anyhow.
    if app.overview_until <= ticks && app.overview.is_some() && !app.outbox.is_open(Slot::Overview) {
        app.outbox.ask(Slot::Overview, Query::Overview);
    }
    if app.outbox.toast.as_ref().is_some_and(|toast| toast.until <= ticks) {
        app.outbox.toast = None;
    }
    if app.clipboard_until.is_some_and(|until| until <= ticks) {
        app.clipboard_until = None;
        app.outbox.effects.push(Effect::ClearClipboard);
    }
}

/// Asks for what the screen lacks, presses the keys that waited, and gives the effects out.
fn finish(app: &mut App) -> Vec<Effect> {
    sync(app);
    key::release(app);
    let shown = app.shows_secret();
    if shown != app.secret_shown {
        app.secret_shown = shown;
        app.outbox.effects.push(Effect::Mouse(!shown));
        if !shown {
            app.outbox.effects.push(Effect::Repaint);
        }
    }
    let effects = std::mem::take(&mut app.outbox.effects);
    for effect in &effects {
        if let Effect::Execute { id, .. } = effect {
            app.others.begun(*id, app.revision);
        }
    }
    effects
}

/// Asks for what the screen in front lacks.
fn sync(app: &mut App) {
    let height = app.layout().body.height;
    let newest = app.revision;
    if app.screen != Screen::Keys {
        app.keys.pass();
    }
    if height == 0 {
        return;
    }
    match app.screen {
        Screen::Keys => {
            app.keys.rows.set_height(height);
            if app.keys.rows.page().is_some() && app.keys.rows.revision() < newest {
                app.keys.outdate_to(newest);
            }
            app.keys.sync(&mut app.outbox);
        }
        Screen::Groups => {
            app.groups.rows.set_height(height);
            app.groups.sync(&mut app.outbox);
        }
        Screen::History => {
            app.history.rows.set_height(height);
            app.history.sync(&mut app.outbox);
        }
        Screen::Review if app.layers.iter().any(|layer| layer.covers()) => {}
        Screen::Review => {
            app.review.rows.set_height(height);
            app.review.sync(&mut app.outbox);
        }
        Screen::Changes => {
            app.changes.rows.set_height(height);
            app.changes.sync(&mut app.outbox);
        }
    }
}

/// Brings a screen to the front; what it knows is old by now.
fn show(app: &mut App, screen: Screen) {
    app.screen = screen;
    match screen {
        Screen::Keys => app.keys.outdate(),
        Screen::Groups => app.groups.outdate(),
        Screen::History => app.history.outdate(),
        Screen::Changes => app.changes.outdate(),
        Screen::Review => app.review.outdate(),
    }
}

/// Does what the topmost layer wants to happen to itself.
fn take(app: &mut App, turn: Turn) {
    let top = app.layers.len().saturating_sub(1);
    take_of(app, top, turn);
}

/// Does what a layer wants to happen to itself; what lies above it goes with it.
fn take_of(app: &mut App, place: usize, turn: Turn) {
    match turn {
        Turn::Stay => {}
        Turn::Close => app.layers.truncate(place),
        Turn::Shelve => {
            let layer = app.layers.drain(place..).next();
            app.review.shelve(layer);
        }
        Turn::Open(layer) => open(app, layer),
        Turn::Replace(layer) => {
            app.layers.truncate(place);
            open(app, layer);
        }
        Turn::Pass(action) => {
            app.layers.truncate(place);
            key::act(app, action);
        }
        Turn::Screen(action) => key::on_screen(app, action),
        Turn::Commit(command) => app.keys.commit(*command, &mut app.outbox),
        Turn::Careful(command) => app.keys.careful(*command, &mut app.outbox),
        Turn::Finish(command) => {
            app.layers.truncate(place);
            app.keys.commit(*command, &mut app.outbox);
        }
        Turn::Visit(post) => visit(app, post),
        Turn::Story(key, description) => {
            app.layers.clear();
            app.changes.tell(key, description);
            show(app, Screen::Changes);
        }
    }
}

/// The list of what a part of the dashboard counts.
fn visit(app: &mut App, post: Post) {
    app.layers.clear();
    if post == Post::Refused {
        app.history.filter.set(post.filter());
        return show(app, Screen::History);
    }
    app.keys.filter.set(post.filter());
    app.keys.refilter(&mut app.outbox);
    show(app, Screen::Keys);
}

fn open(app: &mut App, mut layer: Box<dyn super::Layer>) {
    layer.changed(&mut app.outbox);
    app.layers.push(layer);
}

fn clipboard(app: &mut App, report: &ClipboardReport) {
    match report {
        ClipboardReport::Copied { what, how, clears_at, confirmed } => {
            app.clipboard_until = *clears_at;
            if !what.is_secret() {
                let (how, more) = how.split_once("; ").unwrap_or((how, ""));
                let tone = if *confirmed { Tone::Good } else { Tone::Warning };
                app.outbox.say(tone, format!("Key {}.", escape(how)), escape(more));
            }
        }
        ClipboardReport::Failed { sentence, hint, .. } => {
            let (sentence, hint) = (escape(sentence).into_owned(), escape(hint).into_owned());
            app.outbox.say(Tone::Bad, sentence, hint);
        }
        ClipboardReport::Cleared => {
            app.clipboard_until = None;
            app.outbox.say(Tone::Note, "The clipboard was cleared.", "");
        }
        ClipboardReport::Left => {
            app.clipboard_until = None;
            app.outbox.say(Tone::Note, "The clipboard holds something else now: left alone.", "");
        }
    }
    for place in (0..app.layers.len()).rev() {
        let turn = app.layers[place].clipboard(report, &mut app.outbox);
        if !matches!(turn, Turn::Stay) {
            take_of(app, place, turn);
            break;
        }
    }
}

#[cfg(test)]
mod manners;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;
