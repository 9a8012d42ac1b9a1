//! What the panel asks and shows.

use super::*;
use crate::console::bench::Bench;
use crate::registry::Rung;

fn open() -> Bench {
    Bench::open(|outbox| {
        let mut panel = ViewAs::new("HR".parse().unwrap(), "group HR");
        panel.changed(outbox);
        Box::new(panel)
    })
}

fn refused() -> Answer {
    let step = |name: &str, passed, mend: &str| Rung { name: name.into(), passed, mend: mend.into() };
    Answer::Explained(Explained {
        allowed: false,
        ladder: vec![
            step("role WRITE update", true, ""),
            step("table Asset", true, ""),
            step("update", false, "tick update on table Asset in group HR"),
        ],
        filter: None,
        record_filter: None,
    })
}

#[test]
fn every_field_goes_into_the_question() {
    let mut bench = open();
    assert!(bench.queries().is_empty(), "nothing is asked before something is named");
    bench.press("Asset<tab><space><space><tab>{\"n\":1}<tab>Reports");
    let Some(Query::Explain { code, asked }) = bench.queries().pop() else { panic!() };
    assert_eq!(code.as_str(), "HR");
    assert_eq!(asked.table, Some(("Asset".into(), Operation::Update)));
    assert_eq!(asked.menu.as_deref(), Some("Reports"));
    assert_eq!(asked.record, serde_json::from_str(r#"{"n":1}"#).ok());
}

#[test]
fn a_bad_record_says_where_and_asks_nothing() {
    let mut bench = open();
    bench.press("Asset<tab><tab>").queries();
    bench.paste("{\"n\": 1,\n \"N\": 2}");
    assert!(bench.queries().is_empty());
    let screen = bench.screen(100, 24);
    assert!(screen.contains("no JSON object") && screen.contains("column"), "{screen}");
}

#[test]
fn the_ladder_is_shown_with_what_would_mend_it() {
    let mut bench = open();
    bench.press("Asset<tab><space><space>").answer(Slot::ViewAs, refused());
    insta::assert_snapshot!("view_as_80x24", bench.screen(80, 24));
    insta::assert_snapshot!("view_as_40x12", bench.screen(40, 12));
    for columns in 0..40 {
        for rows in 0..14 {
            bench.screen(columns, rows);
        }
    }
    bench.press("<esc>");
    assert!(bench.layer.is_none());
}
