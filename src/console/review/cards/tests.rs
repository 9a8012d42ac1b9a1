//! The cards on a play: one press each, what failed, the summary, and leaving without a loss.

use crate::console::play::Play;
use crate::console::review::tests::play;
use crate::console::{Event, Place};
use crate::model::{Practice, Status};
use crate::registry::{Actor, Command, Refusal, Rights};

/// Four cards: the keys 1, 2, 0 and 4; the first has a caller, the second a second finding.
fn dealt(size: (u16, u16)) -> Play {
    let mut play = play(size);
    play.busy = vec![play.keys[1].record.key];
    let mut more = play.findings[4].clone();
    (more.key, more.description) = (play.findings[1].key, play.findings[1].description.clone());
    play.findings.push(more);
    play.press("c");
    assert_eq!(play.app.places()[0], Place::Cards, "{}", play.screen());
    play
}

fn shows(play: &Play, text: &str) -> bool {
    play.screen().contains(text)
}

#[track_caller]
fn assert_shows(play: &Play, text: &str) {
    assert!(shows(play, text), "no {text:?} on\n{}", play.screen());
}

#[test]
fn a_card_tells_who_the_key_is_what_was_found_and_who_calls() {
    insta::assert_snapshot!("card_80x24", dealt((80, 24)).screen());
    insta::assert_snapshot!("card_120x40", dealt((120, 40)).screen());
    insta::assert_snapshot!("card_40x12", dealt((40, 12)).screen());
    let mut play = dealt((80, 24));
    play.press("s");
    assert_shows(&play, "Not rotated");
    assert_shows(&play, "No owner");
    assert_shows(&play, "Card 2 of 4");
}

#[test]
fn one_press_disables_and_the_next_card_comes_up() {
    let mut play = dealt((100, 30));
    play.press("st");
    let Some(Command::SetStatus { keys, status: Status::Disabled, expected: Some(1) }) = play.commands.last()
    else {
        panic!("{:?}", play.commands)
    };
    assert_eq!(keys.also, [play.keys[2].record.key]);
    assert_shows(&play, "Card 3 of 4");
    assert_shows(&play, "2 of 4 · 1 disabled · 1 skipped");
    assert_shows(&play, "u takes it back.");
    play.press("u");
    assert!(matches!(play.commands.last(), Some(Command::UndoStatus { .. })));
    assert_shows(&play, "Card 2 of 4");
    assert_shows(&play, "1 of 4 · 1 skipped");
    play.press("u");
    assert_shows(&play, "Card 1 of 4");
    assert!(shows(&play, "0 of 4") && !shows(&play, "skipped"), "{}", play.screen());
    play.press("u");
    assert_shows(&play, "There is nothing to take back");
}

#[test]
fn one_press_keeps_a_key_by_accepting_each_of_its_findings_and_u_takes_all_of_it_back() {
    let mut play = dealt((100, 30));
    play.press("sa");
    let accepted: Vec<_> = play.accepted.iter().map(|row| row.acceptance.finding).collect();
    assert_eq!(accepted, [Practice::Unrotated, Practice::NoOwner]);
    let one = &play.accepted[0].acceptance;
    assert_eq!(one.reason.as_str(), "kept in the review of 2026-03-01");
    assert_eq!(crate::clock::date(one.until), "2026-04-01");
    assert_shows(&play, "Card 3 of 4");
    assert_shows(&play, "its findings are accepted until 2026-04-01. u takes it back.");
    assert_shows(&play, "2 of 4 · 1 kept · 1 skipped");
    play.press("u");
    assert!(play.accepted.is_empty());
    assert_shows(&play, "Card 2 of 4");
    assert_shows(&play, "1 of 4 · 1 skipped");
    // The second of two is refused: the key is not kept, and its card says why.
    play.press("a");
    play.accepted.clear();
    play.press("u");
    assert_shows(&play, "Card 2 of 4");
    play.findings.retain(|found| found.practice != Practice::NoOwner);
    play.press("a<tab>");
    assert_shows(&play, "Failed");
    assert_shows(&play, "Kept          0");
}

#[test]
fn a_decided_card_is_passed_by_s_and_kept_only_once() {
    let mut play = dealt((100, 30));
    play.press("st");
    assert_shows(&play, "2 of 4 · 1 disabled · 1 skipped");
    play.press("<left>s");
    assert_shows(&play, "2 of 4 · 1 disabled · 1 skipped");
    assert_shows(&play, "Card 3 of 4");
    play.press("a<left>");
    assert_shows(&play, "1 kept · 1 disabled");
    let commands = play.commands.len();
    play.press("a");
    assert_shows(&play, "This key is kept already");
    play.press("s");
    assert_shows(&play, "3 of 4 · 1 kept · 1 disabled · 1 skipped");
    assert_eq!(play.commands.len(), commands);
}

#[test]
fn disabling_a_key_with_callers_asks_once_and_starts_on_cancel() {
    let mut play = dealt((100, 30));
    play.press("t");
    assert_eq!(play.app.places()[0], Place::Confirm, "{}", play.screen());
    assert_shows(&play, "In use, will break within");
    play.press("<enter>");
    assert!(play.commands.is_empty());
    assert_shows(&play, "Card 1 of 4");
    play.press("t<tab><enter>");
    assert_eq!(play.commands.len(), 1);
    assert_shows(&play, "Card 2 of 4");
}

#[test]
fn keeping_a_key_whose_secret_was_found_somewhere_asks_once_and_starts_on_cancel() {
    let mut play = play((100, 30));
    play.findings[0].practice = Practice::SecretSeen;
    play.findings[0].evidence = "in /srv/backup/env (noted 2026-11-02)".into();
    play.press("ca");
    assert_shows(&play, "Its Secret was found in /srv/backup/env (noted 2026-11-02).");
    play.press("<enter>");
    assert!(play.commands.is_empty(), "{:?}", play.commands);
    assert_shows(&play, "0 of 4");
    play.press("a<tab><enter>");
    assert!(matches!(play.commands[..], [Command::AcceptFinding { finding: Practice::SecretSeen, .. }, ..]));
    assert_shows(&play, "1 of 4 · 1 kept");
}

#[test]
fn keys_typed_ahead_are_meant_for_the_cards_that_come() {
    let mut play = dealt((100, 30));
    play.slow = true;
    play.press("ststs");
    play.catch_up();
    let keys = play.commands.iter().filter_map(|command| match command {
        Command::SetStatus { keys, .. } => keys.also.first().copied(),
        _ => None,
    });
    let keys: Vec<_> = keys.collect();
    assert_eq!(keys, [2, 4].map(|row| play.keys[row].record.key), "{}", play.screen());
}

#[test]
fn what_is_refused_stays_on_its_card_and_in_the_summary_until_it_succeeds() {
    let mut play = dealt((100, 30));
    play.refusals
        .push_back(Refusal::NotSaved { sentence: "the disk is full".into(), hint: "make room".into() });
    play.press("st");
    assert_shows(&play, "Card 2 of 4");
    assert_shows(&play, "the disk is full");
    play.press("<tab>");
    assert_shows(&play, "Failed");
    play.press("<tab>t<tab>");
    assert!(!shows(&play, "Failed"), "{}", play.screen());
}

#[test]
fn a_rotation_goes_through_form_and_reveal_and_comes_back_to_the_next_card() {
    let mut play = dealt((100, 30));
    play.press("sr");
    assert_eq!(play.app.places()[0], Place::FormText, "{}", play.screen());
    play.press("<esc>");
    assert_shows(&play, "Card 2 of 4");
    play.press("r^s");
    assert_eq!(play.app.places()[0], Place::Reveal, "{}", play.screen());
    play.press("y<enter>");
    assert_shows(&play, "Card 3 of 4");
    assert_shows(&play, "1 rotated · 1 skipped");
    play.press("u");
    assert_eq!(play.app.places()[0], Place::Rotation, "{}", play.screen());
}

#[test]
fn behind_the_last_card_stands_the_summary_which_can_be_left_and_come_back_to() {
    let mut play = dealt((100, 30));
    play.press("ssts");
    assert_eq!(play.app.places()[0], Place::CardsSummary, "{}", play.screen());
    insta::assert_snapshot!("summary_100x30", play.screen());
    play.press("<esc>");
    assert!(play.app.layers.is_empty());
    assert_shows(&play, "4 of 4 · 1 disabled · 3 skipped. c comes back to the cards.");
    play.press("c");
    assert_eq!(play.app.places()[0], Place::CardsSummary);
    assert_shows(&play, "1 of 4 cards are decided on, 3 remain");
    play.press("<enter>");
    assert_shows(&play, "Card 1 of 4");
    play.press("<esc>c");
    assert_shows(&play, "Card 1 of 4");
    play.press("<tab>n");
    assert_shows(&play, "0 of 4");
    play.press("<esc>/owner<enter>c");
    assert_shows(&play, "Card 1 of 2");
}

#[test]
fn what_others_did_meanwhile_is_seen_and_a_deleted_key_is_passed_by() {
    let mut play = dealt((100, 30));
    play.press("ss");
    let key = play.keys[0].record.key;
    play.keys[0].record.status = Status::Disabled;
    play.tell();
    assert_shows(&play, "○ Disabled");
    assert_shows(&play, "1 disabled · 2 skipped");
    play.press("t");
    assert_shows(&play, "This key is Disabled already");
    play.keys[0].record.status = Status::Active;
    play.tell();
    assert!(!shows(&play, "1 disabled"), "{}", play.screen());
    play.keys.retain(|row| row.record.key != key);
    play.tell();
    assert_shows(&play, "deleted meanwhile");
    play.press("t");
    assert_shows(&play, "This key was deleted meanwhile");
    play.press("s");
    assert_shows(&play, "Card 4 of 4");
}

#[test]
fn an_auditor_looks_at_every_card_and_changes_none() {
    let mut play = dealt((100, 30));
    let mut actor = Actor::administrator("eve".parse().unwrap());
    actor.rights = Rights::Auditor;
    play.actor = Some(actor);
    play.tell();
    play.press("strs");
    assert!(play.commands.is_empty());
    assert_shows(&play, "Card 3 of 4");
    assert_eq!(play.app.places()[0], Place::Cards);
}

#[test]
fn no_size_and_no_hostile_text_breaks_a_card_and_no_finding_deals_none() {
    let mut play = dealt((80, 24));
    play.findings.iter_mut().for_each(|found| found.description.push_str("\u{202e}\u{1b}[2J 東京"));
    play.press("<tab>n");
    for press in ["", "<tab>"] {
        for (columns, rows) in (0..44).flat_map(|c| (0..16).map(move |r| (c, r))) {
            play.press(press).event(Event::Resize(columns, rows));
            assert!(!shows(&play, "\u{202e}"));
        }
    }
    play.event(Event::Resize(80, 24)).press("<esc>");
    play.findings.retain(|found| found.practice == Practice::SharedGroup);
    play.tell().press("/across<enter>c");
    assert_shows(&play, "No key has a finding. What is found is about user groups.");
}
