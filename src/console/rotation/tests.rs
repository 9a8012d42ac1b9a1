//! The panel as people see it, and what its keys ask of the door.

use super::*;
use crate::console::play::Play;
use crate::model::{LastUse, Mark, Part, Status};
use crate::registry::Joined;

/// A store whose second and third row are a pair.
fn open(size: (u16, u16)) -> Play {
    let mut play = Play::open(12, size, true);
    let (new, old) = (play.keys[1].record.key, play.keys[2].record.key);
    play.keys[1].rotation = Some(Joined { part: Part::New, other: old });
    play.keys[2].rotation = Some(Joined { part: Part::Old, other: new });
    play.keys[2].record.status = Status::Active;
    play.press("jk");
    play.tell();
    play
}

fn rotations(play: &Play) -> Vec<&Command> {
    let about = |c: &&Command| {
        matches!(
            c,
            Command::AdvanceRotation { .. }
                | Command::FinishRotation { .. }
                | Command::AbandonRotation { .. }
        )
    };
    play.commands.iter().filter(about).collect()
}

#[test]
fn the_pair_is_joined_in_the_table_and_r_on_either_opens_its_panel() {
    for size in [(80, 24), (120, 40), (40, 12)] {
        let mut play = open(size);
        insta::assert_snapshot!(format!("pair_{}x{}", size.0, size.1), play.screen());
        play.press("jr");
        insta::assert_snapshot!(format!("panel_{}x{}", size.0, size.1), play.screen());
        play.press("<esc>jr");
        assert!(play.screen().contains("Rotation of"), "{}", play.screen());
        assert!(play.commands.is_empty(), "looking changes nothing");
    }
    let mut mono = Play::open(12, (80, 24), false);
    mono.keys[1].rotation = open((80, 24)).keys[1].rotation;
    mono.keys[2].rotation = open((80, 24)).keys[2].rotation;
    mono.tell();
    mono.press("jr");
    insta::assert_snapshot!("panel_mono", mono.screen());
}

#[test]
fn disabling_the_old_key_asks_while_somebody_still_uses_it_and_names_them() {
    let mut play = open((80, 24));
    play.press("jrt");
    insta::assert_snapshot!("still_used_80x24", play.screen());
    play.press("<enter>");
    assert_eq!(rotations(&play).len(), 0, "the focus was on Cancel");
    play.press("t<tab><enter>");
    assert!(matches!(rotations(&play)[..], [Command::AdvanceRotation { step: Advance::Disable, .. }]));
}

#[test]
fn each_key_of_the_panel_asks_for_its_step() {
    let mut play = open((80, 24));
    play.press("jrv");
    assert!(matches!(rotations(&play)[..], [Command::AdvanceRotation { step: Advance::Verify, .. }]));
    play.press("D");
    assert!(play.screen().contains("disable it first"), "{}", play.screen());
    play.press("u");
    insta::assert_snapshot!("take_back_80x24", play.screen());
    play.press("<enter>u<tab><enter>");
    assert!(matches!(rotations(&play)[1..], [Command::AbandonRotation { .. }]));
    play.keys[2].record.status = Status::Disabled;
    play.tell();
    play.press("t");
    assert!(matches!(rotations(&play)[2..], [Command::AdvanceRotation { step: Advance::Enable, .. }]));
    play.press("D<tab><enter>");
    assert!(matches!(rotations(&play)[3..], [Command::FinishRotation { keep: false, .. }]));
}

#[test]
fn the_panel_goes_when_the_rotation_ended_elsewhere_and_asks_again_while_it_is_open() {
    let mut play = open((80, 24));
    play.press("jr");
    assert!(play.app.deadline().is_some_and(|at| at <= play.app.outbox.ticks + FRESH));
    play.keys[1].rotation = None;
    play.pass(FRESH);
    assert_eq!(play.app.layers.len(), 0);
}

#[test]
fn an_auditor_may_look_at_a_rotation_and_touch_nothing() {
    let mut play = open((80, 24));
    let account = crate::model::Account::parse("ada").unwrap();
    play.actor = Some(crate::registry::Actor { account, rights: crate::registry::Rights::Auditor });
    play.tell();
    play.press("jr");
    assert!(play.screen().contains("Rotation of"));
    play.press("vtuD");
    assert!(play.screen().contains("may read but not change"), "{}", play.screen());
    play.press("<esc>kr");
    assert_eq!(play.app.layers.len(), 0, "no form for one who cannot save it");
    assert!(play.commands.is_empty());
}

/// The panel's lines as plain text.
fn told(change: impl FnOnce(&mut RotationDetails)) -> String {
    let play = open((80, 24));
    let mut found = crate::console::play::details(&play.keys[2].record, &play.keys[1].record);
    change(&mut found);
    let theme = crate::console::theme::Theme::new(true);
    let sheet = view::sheet(&found, crate::console::bench::NOW, 76, theme);
    for line in &sheet {
        assert!(line.width() <= 76, "{line}");
    }
    sheet.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

#[test]
fn the_panel_says_what_to_do_now_in_every_state() {
    let by = |time| Some(Mark { time, by: crate::model::Account::parse("ada").unwrap() });
    let now = crate::console::bench::NOW;
    assert!(told(|f| f.evidence.first_use = None).contains("Put the new Key and Secret"));
    let text = told(|_| {});
    assert!(text.contains("1 caller still uses") && text.contains("10.0.0.9 by cron · hourly"), "{text}");
    assert!(told(|f| f.evidence.callers.clear()).contains("Nobody uses the old key any more: t disables it"));
    let disable = |f: &mut RotationDetails, ago: i64| {
        f.rotation.disabled = by(Time(now.0 - ago));
        if let Some(old) = &mut f.evidence.old {
            old.status = Status::Disabled;
        }
    };
    assert!(told(|f| disable(f, 60)).contains("nobody came with it since"));
    assert!(told(|f| disable(f, 8 * 86_400)).contains("D deletes it"));
    let came = |f: &mut RotationDetails| {
        disable(f, 60);
        let (source, agent) = ("10.0.0.9\u{1b}[2J".into(), "cron".into());
        f.evidence.refused = vec![LastUse { time: now, source, agent }];
    };
    let text = told(came);
    assert!(text.contains("10.0.0.9\\u{1b}[2J by cron · last refused now"), "{text}");
    assert!(
        told(|f| (f.evidence.old_calls, f.evidence.new_calls) = (0, 0)).contains("no call since the start")
    );
    assert!(
        told(|f| f.rotation.deadline = Some(Time(now.0 + 6 * 86_400))).contains("by its deadline in 6 d")
    );
    let one = told(|f| (f.evidence.old_calls, f.evidence.new_calls) = (999, 1));
    assert!(one.contains("█░") && one.contains("0% of 1,000"), "a single call is seen: {one}");
}
