//! The whole screen, as text with a legend of its styles.

use std::time::Duration;

use crate::console::bench::NOW;
use crate::console::play::{Play, change, group, logon, row};
use crate::model::{Description, Role, Status, Time};
use crate::model::{GroupPlace, Operation};
use crate::registry::Health;
use crate::registry::Remedy;

#[test]
fn keys_at_80x24() {
    insta::assert_snapshot!(Play::open(240, (80, 24), true).press("jj").screen());
}

#[test]
fn keys_at_120x40_sorted_filtered_and_marked() {
    let mut play = Play::open(240, (120, 40), true);
    insta::assert_snapshot!(play.press("5/hr<enter>j<space><space>").screen());
}

#[test]
fn a_sort_whose_heading_does_not_fit_is_told_above_the_table() {
    let rule = |play: &mut Play, keys| play.press(keys).screen().lines().nth(2).map(str::to_owned).unwrap();
    let mut narrow = Play::open(240, (80, 24), true);
    for (keys, told) in
        [("8", "8▼Modified · 1-17 of 240 ─"), ("8", "8▲Modified · 224-240 of 240 ─"), ("7", "7▲Expires · ")]
    {
        let rule = rule(&mut narrow, keys);
        assert!(rule.contains(told) && rule.starts_with("─ revision"), "{rule}");
    }
    for keys in ["1", "5", "0"] {
        assert!(!rule(&mut narrow, keys).contains(['▲', '▼']), "a heading says it, or there is none");
    }
    assert!(rule(&mut Play::open(240, (50, 24), true), "4").contains("4▲Status · 1-"));
    let mut wide = Play::open(240, (200, 40), true);
    assert!(!rule(&mut wide, "8").contains(['▲', '▼']));
    let mut logons = Play::open(3, (80, 24), true);
    assert!(rule(&mut logons, "<tab><tab>7").contains("7▲"), "{}", logons.screen());
}

#[test]
fn keys_at_40x12() {
    insta::assert_snapshot!(Play::open(240, (40, 12), true).press("G").screen());
}

#[test]
fn keys_without_colours() {
    insta::assert_snapshot!(Play::open(9, (80, 24), false).press("<space>j").screen());
}

#[test]
fn wide_hostile_expired_and_unsaved_rows_keep_their_columns() {
    let mut rows: Vec<_> = (0..4).map(row).collect();
    let description = |text| Description::parse(text).unwrap();
    rows[0].record.description = description("東京のインテグレーション・システム・テスト");
    rows[1].record.description = description("👍🏽 and e\u{301}criture, a long one");
    rows[2].record.expires = Some(Time(NOW.0 - 90_000));
    rows[3].unsaved = true;
    rows[3].record.status = Status::Disabled;
    let groups = vec![group("HR_READ", "東京 人事", Role::Read)];
    let mut play = Play::with(rows, groups, (80, 24), true);
    insta::assert_snapshot!(play.press("G").screen());
    play.changes = vec![change(7, &play.keys[0])];
    play.changes[0].description = "line\u{202e}drow \u{1b}[2J\u{200b}\n".into();
    play.press("<tab><tab><tab>");
    insta::assert_snapshot!("hostile_change", play.screen());
}

#[test]
fn no_keys_and_no_match_say_what_to_press() {
    let groups = vec![group("HR_READ", "Human resources", Role::Read)];
    let mut empty = Play::with(Vec::new(), groups, (80, 24), true);
    insta::assert_snapshot!("no_keys", empty.screen());
    insta::assert_snapshot!("no_match", Play::open(12, (80, 24), true).press("/zzz").screen());
    empty.press("<tab>");
    insta::assert_snapshot!("groups_of_an_unused_store", empty.screen());
}

#[test]
fn an_empty_store_shows_the_first_run() {
    insta::assert_snapshot!(Play::open(0, (80, 24), true).screen());
}

#[test]
fn details_show_every_field_and_what_is_odd() {
    let mut play = Play::open(30, (80, 24), true);
    play.press("j<enter>");
    insta::assert_snapshot!(play.screen());
    play.press("s");
    insta::assert_snapshot!("why_no_secret", play.screen());
}

#[test]
fn deleting_asks_and_names_what_to_type() {
    insta::assert_snapshot!("delete_one", Play::open(30, (80, 24), true).press("Dhr").screen());
    insta::assert_snapshot!("delete_many", Play::open(30, (80, 24), true).press("<space><space>D").screen());
    insta::assert_snapshot!("delete_small", Play::open(30, (40, 12), true).press("D").screen());
}

#[test]
fn groups_and_changes() {
    let mut play = Play::open(30, (80, 24), true);
    play.changes = (0..5).map(|n| change(7 - n as u64, &play.keys[n])).collect();
    play.press("<tab>");
    insta::assert_snapshot!("groups", play.screen());
    play.press("<tab><tab>");
    insta::assert_snapshot!("changes", play.screen());
    play.press("<enter>");
    insta::assert_snapshot!("change_whole", play.screen());
}

fn with_logons(size: (u16, u16), color: bool) -> Play {
    let mut play = Play::open(30, size, color);
    play.logons = (0..40).map(|n| logon(n, &play.keys[usize::try_from(n % 7).unwrap()])).collect();
    play
}

#[test]
fn the_logon_history_with_the_rhythm_of_the_key_under_the_cursor() {
    insta::assert_snapshot!("logons_at_80x24", with_logons((80, 24), true).press("<tab><tab>jj").screen());
    insta::assert_snapshot!("logons_at_120x40", with_logons((120, 40), true).press("<tab><tab>3jj").screen());
    insta::assert_snapshot!("logons_at_40x12", with_logons((40, 12), true).press("<tab><tab>j").screen());
    insta::assert_snapshot!("logons_mono", with_logons((80, 24), false).press("<tab><tab>/0.0.2").screen());
    let mut play = with_logons((80, 24), true);
    let place = GroupPlace::Tick("Asset".into(), Operation::Delete);
    play.remedy = Some(Remedy::Group("HR_READ".parse().unwrap(), place));
    insta::assert_snapshot!("logon_whole", play.press("<tab><tab>jj<enter>").screen());
    insta::assert_snapshot!("no_logons", Play::open(3, (80, 24), true).press("<tab><tab>").screen());
}

#[test]
fn hostile_words_of_callers_are_written_out_in_the_logon_history() {
    let mut play = with_logons((120, 40), true);
    play.logons[0].agent = "a\u{202e}b\u{1b}[2J".into();
    play.logons[0].source = "x\u{200b}y\n".into();
    let screen = play.press("<tab><tab>").screen();
    assert!(screen.contains("a\\u{202e}b\\u{1b}") && screen.contains("x\\u{200b}y"), "{screen}");
    let whole = play.press("<enter>").screen();
    assert!(whole.contains("a\\u{202e}b\\u{1b}[2J"), "{whole}");
}

#[test]
fn logons_come_in_while_they_are_looked_at_and_the_cursor_keeps_its_row() {
    let mut play = with_logons((80, 24), true);
    play.press("<tab><tab>jjj");
    let under = play.app.history.rows.current().unwrap().id;
    let newest = logon(0, &play.keys[9]);
    play.logons.insert(0, crate::model::LogonRow { id: 2_000, ..newest });
    assert_eq!(play.app.deadline(), Some(Duration::from_secs(101)));
    play.pass(Duration::from_secs(1));
    assert_eq!(play.app.history.rows.total(), 41);
    assert_eq!((play.app.history.rows.cursor(), play.app.history.rows.current().unwrap().id), (4, under));
    play.press("<tab>").pass(Duration::from_secs(5));
    assert_ne!(play.app.deadline(), Some(Duration::from_secs(107)), "nothing is asked where nobody looks");
}

#[test]
fn the_list_of_actions() {
    insta::assert_snapshot!(Play::open(30, (80, 24), true).press("?sort").screen());
}

#[test]
fn a_banner_says_that_changes_are_off() {
    let mut play = Play::open(30, (80, 24), true);
    play.health = Health::ChangesOff {
        sentence: "the disk is full".into(),
        hint: "make room, then start claviger again".into(),
    };
    play.press("t");
    insta::assert_snapshot!(play.screen());
}

#[test]
fn a_pending_row_shows_it_until_the_door_has_answered() {
    let mut play = Play::open(30, (80, 24), true);
    play.slow = true;
    play.press("t");
    let screen = play.screen();
    assert!(screen.contains("… Disabled"), "{screen}");
    assert!(!screen.contains("u undoes"), "{screen}");
    let after = play.catch_up().screen();
    assert!(!after.contains("… Disabled") && after.contains("u undoes"), "{after}");
}

#[test]
fn a_screen_too_small_says_so_and_no_size_panics() {
    for (columns, rows) in [(0, 0), (1, 1), (19, 24), (80, 4), (20, 5)] {
        let screen = Play::open(30, (columns, rows), true).screen();
        let small = columns < 20 || rows < 5;
        assert_eq!(small && columns >= 18 && rows > 0, screen.contains("Terminal too small"), "{screen}");
    }
}

#[test]
fn the_clipboard_s_countdown_is_on_screen_until_it_is_cleared() {
    let groups = vec![group("HR_READ", "Human resources", Role::Read)];
    let mut play = Play::with((0..3).map(row).collect(), groups, (80, 24), true);
    play.press("nNew one^sy<enter>").pass(Duration::from_secs(20));
    let screen = play.screen();
    assert!(screen.contains("Secret on the clipboard: clears in 25 s"), "{screen}");
    play.pass(Duration::from_secs(25));
    assert!(play.effects.iter().any(|effect| matches!(effect, crate::console::Effect::ClearClipboard)));
    assert!(!play.screen().contains("clears in"));
}
