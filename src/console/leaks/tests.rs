//! The leak desk on a play: what is found, that nothing of the text is shown, and one press that stops it.

use crate::console::play::Play;
use crate::console::{Event, Place};
use crate::credential::{mint_key, mint_secret};
use crate::model::{Environment, Status};
use crate::registry::{Actor, Command, Rights};

/// A desk; the keys 1 and 2 have Secrets that are known here.
fn desk(size: (u16, u16)) -> Play {
    let mut play = Play::open(12, size, true);
    for row in [1, 2] {
        let secret = mint_secret(Environment::Production).unwrap();
        play.secrets.push(secret.expose().to_owned());
        play.owners.push(play.keys[row].record.key);
    }
    play.press("L");
    assert_eq!(play.app.places()[0], Place::LeakText, "{}", play.screen());
    play
}

/// The Secret of key 1, the Keys of 0 and 3 (Disabled), and one that is no key here.
fn text(play: &Play) -> String {
    let (live, off) = (play.keys[0].record.key, play.keys[3].record.key);
    let stranger = mint_key(Environment::Production).unwrap();
    format!("log\nuser={live} x {off}\nsecret={}\n{stranger}", play.secrets[0])
}

fn paste(play: &mut Play, text: &str) {
    play.event(Event::Paste(text.to_owned()));
}

#[track_caller]
fn assert_shows(play: &Play, text: &str) {
    assert!(play.screen().contains(text), "no {text:?} on\n{}", play.screen());
}

#[test]
fn a_paste_is_looked_through_at_once_and_the_live_ones_come_first() {
    let mut play = desk((80, 24));
    insta::assert_snapshot!("empty_80x24", play.screen());
    let pasted = text(&play);
    paste(&mut play, &pasted);
    assert_eq!(play.app.places()[0], Place::Leaks);
    assert_shows(&play, "4 keys found, 2 live;");
    assert_shows(&play, "on 4 lines looked through");
    let screen = play.screen();
    let rows: Vec<&str> = screen.lines().filter(|line| line.contains(" ck_")).take(4).collect();
    let states = ["● Active   Secret Azure", "● Active   Key    HR", "○ Disabled Key    Payroll", "not here"];
    assert!(rows.iter().all(|row| !row.contains('…')), "a Key is shown whole: {screen}");
    for (row, state) in rows.iter().zip(states) {
        assert!(row.contains(state), "{row}");
    }
    assert_eq!(rows.len(), 4, "{screen}");
    assert!(!screen.contains(&play.secrets[0][..12]), "nothing of a Secret is on screen");
    for (columns, rows) in [(120, 40), (40, 12)] {
        play.event(Event::Resize(columns, rows));
        assert_shows(&play, "4 keys found, 2 live");
    }
}

#[test]
fn the_desk_looks_like_this() {
    let mut play = desk((80, 24));
    let pasted = format!("{} {}", play.keys[0].record.key, play.secrets[0]);
    paste(&mut play, &pasted);
    insta::assert_snapshot!("finds_80x24", play.press("<space>").screen());
    play.event(Event::Resize(120, 40));
    insta::assert_snapshot!("finds_120x40", play.screen());
    play.event(Event::Resize(40, 12));
    insta::assert_snapshot!("finds_40x12", play.screen());
}

#[test]
fn typed_text_is_dots_and_is_looked_through_line_by_line() {
    let mut play = desk((80, 24));
    let secret = play.secrets[0].clone();
    play.press(&secret);
    assert_shows(&play, "› ••••");
    assert!(!play.screen().contains("cs_"), "{}", play.screen());
    // Letters stay text after Enter: a terminal that pastes by typing must not disable anything.
    play.press("<enter>ttt");
    assert!(play.commands.is_empty());
    assert_shows(&play, "1 key found, 1 live");
    assert_eq!(play.app.places()[0], Place::LeakText);
    play.press("<down>");
    assert_eq!(play.app.places()[0], Place::Leaks);
    play.press("<tab>^u");
    assert!(!play.screen().contains("•"), "{}", play.screen());
    play.press("<esc><esc>");
    assert!(play.app.layers.is_empty());
}

#[test]
fn one_press_disables_the_key_or_all_that_are_marked_and_u_takes_it_back() {
    let mut play = desk((100, 30));
    let pasted = text(&play);
    paste(&mut play, &pasted);
    play.press("t");
    let Some(Command::SetStatus { keys, status: Status::Disabled, expected: Some(1) }) = play.commands.last()
    else {
        panic!("{:?}", play.commands)
    };
    assert_eq!(keys.also, [play.keys[1].record.key]);
    assert_shows(&play, "4 keys found, 1 live");
    play.press("u");
    assert_shows(&play, "4 keys found, 2 live");
    play.press("<esc><esc><esc><backtab>L");
    paste(&mut play, &pasted);
    play.press("tu");
    assert!(matches!(play.commands.last(), Some(Command::UndoStatus { .. })), "over another screen");
    play.press("At");
    let Some(Command::SetStatus { keys, expected: Some(2), .. }) = play.commands.last() else {
        panic!("{:?}", play.commands)
    };
    assert_eq!(keys.also.len(), 2, "those that are live");
    assert_shows(&play, "4 keys found, 0 live, 4 marked");
    play.press("t");
    assert_shows(&play, "Nothing to disable");
    play.press("<esc>");
    assert_eq!(play.app.layers.len(), 1, "marks go first");
}

#[test]
fn a_key_with_callers_is_asked_about_and_rotates_in_its_form() {
    let mut play = desk((100, 30));
    play.busy = vec![play.keys[1].record.key];
    let pasted = text(&play);
    paste(&mut play, &pasted);
    play.press("t");
    assert_eq!(play.app.places()[0], Place::Confirm, "{}", play.screen());
    play.press("<esc>r^s");
    assert_eq!(play.app.places()[0], Place::Reveal, "{}", play.screen());
    play.press("y<enter>");
    assert_eq!(play.app.places()[0], Place::Leaks, "{}", play.screen());
    play.press("Gr");
    assert_shows(&play, "This Key is none of this store");
}

#[test]
fn a_find_is_noted_with_its_place_and_an_auditor_only_looks() {
    let mut play = desk((100, 30));
    let pasted = text(&play);
    paste(&mut play, &pasted);
    play.press("An");
    let Some(Command::NoteSightings { spotted }) = play.commands.last() else {
        panic!("{:?}", play.commands)
    };
    let told: Vec<_> = spotted.iter().map(|one| (one.place.as_str(), one.secret)).collect();
    assert_eq!(told[0], ("a paste into the leak desk", true));
    assert_eq!((told.len(), told[1].1), (3, false), "the stranger is not noted");
    assert_shows(&play, "Noted as leaked: 3 keys.");
    let mut actor = Actor::administrator("eve".parse().unwrap());
    actor.rights = Rights::Auditor;
    play.actor = Some(actor);
    play.tell();
    let before = play.commands.len();
    play.press("tnr");
    assert_eq!(play.commands.len(), before, "{}", play.screen());
    assert_shows(&play, "may read but not change anything");
}

#[test]
fn nothing_found_says_what_was_looked_at_and_never_more_than_is_known() {
    let mut play = desk((80, 24));
    paste(&mut play, "nothing\nhere");
    assert_shows(&play, "No Key and no Secret found: 12 bytes on 2 lines looked through.");
    assert_eq!(play.app.places()[0], Place::LeakText);
    paste(&mut play, "ends\r");
    assert_shows(&play, "17 bytes on 3 lines looked through.");
    let stranger = mint_secret(Environment::Production).unwrap();
    play.blind = 3;
    paste(&mut play, stranger.expose());
    assert_shows(&play, "0 keys found, 0 live");
    assert_shows(&play, "1 Secret found that no key of this store has.");
    assert_shows(&play, "3 keys of this store were made before");
    play.press("t");
    assert_shows(&play, "No key was found");
    let mut play = desk((80, 24));
    let far = format!("{}{}", ".".repeat(super::MOST), play.secrets[0]);
    paste(&mut play, &far);
    assert_shows(&play, "56 bytes were too much and were not looked through");
    let near = format!("{}{}", ".".repeat(super::MOST - 56), play.secrets[0]);
    paste(&mut play, &near);
    assert_shows(&play, "1 key found, 1 live");
}

#[test]
fn debug_of_the_desk_shows_nothing_that_was_typed() {
    let mut play = desk((80, 24));
    let secret = play.secrets[0].clone();
    play.press(&secret);
    assert!(!format!("{:?}", play.app).contains(&secret[..20]));
}

#[test]
fn no_size_breaks_the_desk() {
    let mut play = desk((80, 24));
    let pasted = text(&play);
    for press in ["<tab>", ""] {
        for (columns, rows) in (0..44).flat_map(|c| (0..16).map(move |r| (c, r))) {
            play.event(Event::Resize(columns, rows));
            play.screen();
        }
        paste(&mut play, &pasted);
        play.press(press);
    }
}
