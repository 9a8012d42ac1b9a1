//! The screen Review on a play: list, filter, details, and the press that mends.

use crate::console::play::Play;
use crate::console::{Place, Screen};
use crate::model::Practice;
use crate::registry::{Command, Finding};

pub(super) fn play(size: (u16, u16)) -> Play {
    let mut play = Play::open(12, size, true);
    let of = |practice, row: usize, evidence: &str| Finding {
        practice,
        key: (practice != Practice::SharedGroup).then(|| play.keys[row].record.key),
        group: play.keys[row].record.group.clone(),
        description: play.keys[row].record.description.as_str().to_owned(),
        evidence: evidence.to_owned(),
    };
    let findings = vec![
        of(Practice::MixedEnvironments, 1, "10.0.0.7 (curl) uses Test (ck_dev_0123456789abcdef) too"),
        of(Practice::Unrotated, 2, "its Secret is 400 days old, of 2025-01-25"),
        of(Practice::NeverUsed, 0, "created 2025-01-25, never used"),
        of(Practice::SharedGroup, 3, "keys of 2 production, 1 development"),
        of(Practice::NoOwner, 4, "line\u{202e} nobody"),
    ];
    play.findings = findings;
    play.press("<tab><tab><tab><tab>");
    assert_eq!(play.app.screen, Screen::Review);
    play
}

#[test]
fn findings_come_in_a_table_with_their_evidence() {
    insta::assert_snapshot!("review_80x24", play((80, 24)).press("j").screen());
    insta::assert_snapshot!("review_120x40", play((120, 40)).screen());
    insta::assert_snapshot!("review_40x12", play((40, 12)).screen());
    let mut none = Play::open(2, (80, 24), true);
    insta::assert_snapshot!("review_without_findings", none.press("<tab><tab><tab><tab>").screen());
}

#[test]
fn a_finding_is_opened_and_one_press_disables_the_key() {
    let mut play = play((80, 24));
    insta::assert_snapshot!("finding_80x24", play.press("jj<enter>").screen());
    play.press("m");
    let Some(Command::SetStatus { keys, .. }) = play.commands.last() else { panic!("{:?}", play.commands) };
    assert_eq!(keys.also, [play.keys[0].record.key]);
    play.press("<esc>");
    assert!(play.app.layers.is_empty());
}

#[test]
fn details_tell_all_the_evidence_that_a_row_cuts_short_and_say_when_it_is_found_no_more() {
    let mut play = play((80, 24));
    play.findings[2].evidence = "10.0.0.1, 10.0.0.2 and of 2025-01-26 too".into();
    play.press("jj<enter>");
    assert!(play.screen().contains("10.0.0.1, 10.0.0.2 and of 2025-01-26 too"), "{}", play.screen());
    play.findings.remove(2);
    play.press("<esc><enter>");
    assert!(play.screen().contains("This is not found any more, or it is accepted."), "{}", play.screen());
}

#[test]
fn one_press_in_the_list_mends_and_u_takes_a_disable_back() {
    let mut play = play((80, 24));
    play.press("jjm");
    assert!(play.app.layers.is_empty(), "{}", play.screen());
    let Some(Command::SetStatus { keys, .. }) = play.commands.last() else { panic!("{:?}", play.commands) };
    assert_eq!(keys.also, [play.keys[0].record.key]);
    assert!(play.screen().contains("u undoes."), "{}", play.screen());
    play.press("u");
    assert!(matches!(play.commands.last(), Some(Command::UndoStatus { .. })), "{:?}", play.commands);
    for (moves, place) in
        [("", Place::FormText), ("j", Place::FormText), ("jjj", Place::GroupText), ("jjjj", Place::Details)]
    {
        play.press("g").press(moves).press("m");
        assert_eq!((play.app.layers.len(), play.app.places()[0]), (1, place), "{}", play.screen());
        play.press("<esc>");
        assert!(play.app.layers.is_empty(), "{}", play.screen());
    }
    assert_eq!(play.commands.len(), 2);
}

#[test]
fn what_was_disabled_from_the_details_is_taken_back_there() {
    let mut play = play((80, 24));
    play.press("jj<enter>mu");
    assert!(matches!(play.commands.last(), Some(Command::UndoStatus { .. })), "{:?}", play.commands);
}

#[test]
fn one_press_opens_what_is_to_be_edited() {
    for (moves, place) in
        [("j", Place::FormText), ("jjj", Place::GroupText), ("jjjj", Place::Details), ("", Place::FormText)]
    {
        let mut play = play((100, 40));
        play.press(moves).press("<enter>m");
        assert_eq!((play.app.layers.len(), play.app.places()[0]), (2, place), "{}", play.screen());
        assert!(play.commands.is_empty());
    }
}

#[test]
fn of_several_gaps_the_list_says_how_many_there_are() {
    let mut play = play((120, 40));
    assert!(play.screen().contains("! The logon history begins 2026-02-01"), "{}", play.screen());
    play.gaps = vec!["The logon history has a hole: a".into(), "The clock was set back".into()];
    play.tell();
    let told = "! 2 gaps: The logon history has a hole: a; The clock was set back";
    assert!(play.screen().contains(told), "{}", play.screen());
}

#[test]
fn a_filter_leaves_the_findings_that_match() {
    let mut play = play((80, 24));
    play.press("/owner<enter>");
    assert!(play.screen().contains("1 of 5"), "{}", play.screen());
    play.press("<esc>");
    assert!(play.screen().contains("5 findings"), "{}", play.screen());
}

#[test]
fn a_finding_is_accepted_with_a_reason_and_a_date_and_listed_until_it_is_taken_back() {
    let mut play = play((80, 24));
    play.press("ja");
    insta::assert_snapshot!("accept_80x24", play.screen());
    play.press("^s");
    assert!(play.commands.is_empty() && play.screen().contains("Reason is empty"), "{}", play.screen());
    play.press("known, see ticket 7<tab>^u900d^s");
    assert!(play.screen().contains("more than a year ahead"), "{}", play.screen());
    play.press("^u90d^s");
    let Some(Command::AcceptFinding { finding: Practice::Unrotated, reason, .. }) = play.commands.last()
    else {
        panic!("{:?}", play.commands)
    };
    assert_eq!(reason.as_str(), "known, see ticket 7");
    let screen = play.screen();
    assert!(screen.contains("4 findings") && screen.contains("1 accepted"), "{screen}");
    play.press("A");
    insta::assert_snapshot!("accepted_80x24", play.screen());
    play.event(crate::console::Event::Resize(40, 12));
    insta::assert_snapshot!("accepted_40x12", play.screen());
    play.event(crate::console::Event::Resize(80, 24)).press("/nobody");
    assert!(play.screen().contains("0 of 1 accepted finding"), "{}", play.screen());
    assert!(play.screen().contains("Nothing matches “nobody”"), "{}", play.screen());
    play.press("<esc>/Azure<enter>");
    assert!(play.screen().contains("1 accepted finding") && play.screen().contains("/ Azure"));
    play.press("<esc>").event(crate::console::Event::Resize(40, 12));
    play.press("a<tab>^u30d^s");
    assert!(matches!(play.commands.last(), Some(Command::AcceptFinding { .. })), "{}", play.screen());
    play.accepted.pop();
    play.press("u");
    assert!(play.accepted.is_empty() && play.screen().contains("Nothing is accepted"), "{}", play.screen());
    play.press("u");
    assert!(play.screen().contains("Nothing is accepted."), "{}", play.screen());
    play.press("<esc>").event(crate::console::Event::Resize(80, 24));
    assert!(play.screen().contains("5 findings"), "{}", play.screen());
}

#[test]
fn details_of_a_finding_lead_to_the_form_too_and_an_auditor_may_only_look() {
    let mut play = play((80, 24));
    play.press("<enter>a");
    assert_eq!((play.app.layers.len(), play.app.places()[0]), (1, Place::FormText), "{}", play.screen());
    play.press("<esc>");
    let mut actor = crate::registry::Actor::administrator("eve".parse().unwrap());
    actor.rights = crate::registry::Rights::Auditor;
    play.actor = Some(actor);
    play.tell().press("a");
    assert!(play.app.layers.is_empty() && play.screen().contains("may read but not change"));
    play.press("Au");
    assert!(play.commands.is_empty());
}
