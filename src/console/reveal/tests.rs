//! The reveal: every way to close it, and every way that must not.

use super::*;
use crate::console::bench::{Bench, record};
use crate::console::event::ClipboardReport;
use crate::credential::Secret;

const LAST: &str = "uSDs";

/// A Secret that was never minted: the form of one, with its own checksum.
fn secret() -> Secret {
    Secret::parse(SECRET).unwrap()
}

const SECRET: &str = "cs_prd_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa0buSDs";

fn open() -> Bench {
    let record = record("HR System Integration");
    let fresh = Fresh { key: record.key, secret: secret() };
    Bench::open(|_| Box::new(Reveal::new(fresh, &record)))
}

fn copied(what: Copied, confirmed: bool) -> ClipboardReport {
    let how = if confirmed {
        "copied to the X11 clipboard, confirmed by reading it back"
    } else {
        "sent to the terminal by OSC 52, not confirmed"
    };
    ClipboardReport::Copied { what, how: how.into(), confirmed, clears_at: None }
}

fn texts(bench: &mut Bench) -> Vec<String> {
    let effects = std::mem::take(&mut bench.outbox.effects);
    let text = |effect| if let Effect::Copy(copy) = effect { Some(copy.text.to_string()) } else { None };
    effects.into_iter().filter_map(text).collect()
}

fn confirms(bench: &mut Bench) -> bool {
    matches!(bench.commands().as_slice(), [Command::ConfirmCopied { key }] if *key == record("x").key)
}

#[test]
fn y_k_and_b_copy_secret_key_and_both_without_breaks() {
    let mut bench = open();
    bench.press("ykb");
    let key = record("x").key;
    let both = format!("CLAVIGER_KEY={key}\nCLAVIGER_SECRET={SECRET}\n");
    assert_eq!(texts(&mut bench), [SECRET.to_owned(), key.to_string(), both]);
}

#[test]
fn enter_closes_after_a_confirmed_copy_of_the_secret() {
    for (keys, what) in [("y", Copied::Secret), ("b", Copied::Both)] {
        let mut bench = open();
        bench.press(keys).clipboard(&copied(what, true)).press("<enter>");
        assert!(bench.layer.is_none() && confirms(&mut bench));
    }
}

#[test]
fn enter_before_the_report_waits_for_it() {
    let mut bench = open();
    bench.press("y<enter>");
    assert!(bench.layer.is_some());
    bench.clipboard(&copied(Copied::Secret, true));
    assert!(bench.layer.is_none() && confirms(&mut bench));
    let mut bench = open();
    bench.press("y<enter>").clipboard(&copied(Copied::Secret, false)).press(LAST).press("<enter>");
    assert!(bench.layer.is_none() && confirms(&mut bench));
}

#[test]
fn a_copied_key_is_not_a_copied_secret() {
    let mut bench = open();
    bench.press("k").clipboard(&copied(Copied::Key, true)).press("<enter>");
    assert!(bench.screen(80, 24).contains("last 4 characters"));
}

#[test]
fn without_a_confirmed_copy_only_the_right_last_characters_close_it() {
    for before in [None, Some(copied(Copied::Secret, false))] {
        let mut bench = open();
        if let Some(report) = before {
            bench.press("y").clipboard(&report);
        }
        bench.press("<enter>ykbq<enter>");
        assert!(bench.layer.is_some() && bench.screen(80, 24).contains("Those are not the last 4"));
        bench.press("<esc><enter>xy<bs><bs>").press(LAST).press("<enter>");
        assert!(bench.layer.is_none() && confirms(&mut bench));
    }
}

#[test]
fn a_pasted_secret_proves_itself_and_a_paste_elsewhere_does_nothing() {
    let mut bench = open();
    bench.paste(SECRET).press("<enter>").paste(&format!("CLAVIGER_SECRET={SECRET}\n")).press("<enter>");
    assert!(bench.layer.is_none() && confirms(&mut bench));
    let mut bench = open();
    bench.press("<enter>").paste("the clipboard still holds a shopping list").press("<enter>");
    assert!(bench.layer.is_some());
}

#[test]
fn letters_in_the_field_are_text_not_copies() {
    let mut bench = open();
    bench.press("<enter>ykb");
    assert!(texts(&mut bench).is_empty());
}

#[test]
fn esc_twice_closes_and_leaves_the_key_flagged() {
    let mut bench = open();
    bench.press("<esc>k<esc>");
    assert!(bench.layer.is_some(), "another key between takes the first Esc back");
    bench.press("<esc>");
    assert!(bench.layer.is_none() && bench.commands().is_empty());
    assert!(bench.toast().contains("secret never confirmed as copied"));
}

#[test]
fn control_c_asks_and_again_quits() {
    let quits = |bench: &Bench| bench.outbox.effects.iter().any(|effect| matches!(effect, Effect::Quit));
    for keys in ["^c", "^cq^c", "<esc>^c", "^c<esc>", "<enter>^c"] {
        let mut bench = open();
        bench.press(keys);
        assert!(bench.layer.is_some() && !quits(&bench), "{keys}");
    }
    let mut bench = open();
    bench.press("^c");
    assert!(bench.screen(80, 24).contains("^C again quits"));
    bench.press("^c");
    assert!(quits(&bench) && bench.commands().is_empty());
    let mut bench = open();
    bench.press("y").clipboard(&copied(Copied::Secret, true)).press("^c^c");
    assert!(quits(&bench) && confirms(&mut bench), "what was confirmed stays confirmed");
}

#[test]
fn nothing_else_closes_it() {
    let mut bench = open();
    bench.press("qqjx n<tab><space>d?:/<up><down><left>^s^l");
    bench.clipboard(&ClipboardReport::Cleared).clipboard(&ClipboardReport::Left);
    assert!(bench.layer.is_some() && bench.layer.as_ref().unwrap().shows_secret());
    bench.press("q");
    assert!(bench.screen(80, 24).contains("q does not close this"));
}

#[test]
fn the_countdown_of_the_clipboard_is_on_screen() {
    let mut bench = open();
    let until = bench.outbox.ticks + Duration::from_millis(37_500);
    let how = "copied".to_owned();
    bench.clipboard(&ClipboardReport::Copied {
        what: Copied::Secret,
        how,
        confirmed: true,
        clears_at: Some(until),
    });
    assert!(bench.screen(80, 24).contains("The clipboard clears in 38 s."));
    bench.clipboard(&ClipboardReport::Left);
    assert!(!bench.screen(80, 24).contains("clears in"));
}

#[test]
fn a_failed_copy_is_said_and_closes_nothing() {
    let mut bench = open();
    let failed = ClipboardReport::Failed {
        what: Copied::Secret,
        sentence: "no clipboard".into(),
        hint: "type it".into(),
    };
    bench.press("y").clipboard(&failed).press("<enter>");
    assert!(bench.layer.is_some() && bench.commands().is_empty());
}

#[test]
fn the_secret_is_whole_at_every_size_or_not_there_at_all() {
    let bench = open();
    let key = record("x").key;
    for columns in 0..100 {
        for rows in 0..26 {
            let there = bench.shows(columns, rows, SECRET) && bench.shows(columns, rows, key.as_str());
            let part = bench.shows(columns, rows, "aaaa");
            assert_eq!(there, part, "{columns}x{rows}\n{}", bench.screen(columns, rows));
            assert!(there || columns < 20 || rows < 12, "{columns}x{rows}");
        }
    }
}

#[test]
fn suspending_hides_it_and_enter_shows_it_again_and_does_nothing_else() {
    let mut bench = open();
    bench.press("^z");
    assert!(!bench.shows(80, 24, "aaaa") && bench.layer.is_some());
    bench.press("^l");
    assert!(!bench.shows(80, 24, "aaaa"), "coming back alone shows nothing");
    bench.press("<enter>");
    assert!(bench.shows(80, 24, SECRET) && !bench.screen(80, 24).contains("last 4 characters"));
}

#[test]
fn debug_shows_neither_secret_nor_what_was_typed() {
    let mut bench = open();
    bench.press("y<enter><enter>").clipboard(&copied(Copied::Secret, false)).press(&LAST[..3]);
    let debug = format!("{:?} {:?}", bench.layer, bench.outbox);
    assert!(!debug.contains("aaaa") && !debug.contains(&LAST[..3]), "{debug}");
}

#[test]
fn the_reveal_looks_like_this() {
    let mut bench = open();
    insta::assert_snapshot!("reveal_80x24", bench.screen(80, 24));
    insta::assert_snapshot!("reveal_40x12", bench.screen(40, 12));
    insta::assert_snapshot!("reveal_mono", bench.mono(80, 24));
    bench.press("y").clipboard(&copied(Copied::Secret, true));
    insta::assert_snapshot!("reveal_copied_80x24", bench.screen(80, 24));
    let mut bench = open();
    bench.press("<enter>").press(&LAST[..2]);
    insta::assert_snapshot!("reveal_proof_80x24", bench.screen(80, 24));
    insta::assert_snapshot!("reveal_proof_40x12", bench.screen(40, 12));
}
