use super::*;
use crate::console::bench::{Bench, NOW, record};
use crate::console::effect::Slot;
use crate::model::Status;
use crate::registry::{Answer, Refusal};

fn form(description: &str) -> Bench {
    Bench::open(|outbox| rotate_key(&record(description), outbox))
}

fn draft(bench: &mut Bench) -> RotationDraft {
    match bench.commands().pop() {
        Some(Command::StartRotation(draft)) => draft,
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_form_is_filled_so_that_one_key_starts_the_rotation() {
    let mut bench = form("HR sync");
    insta::assert_snapshot!("rotate_80x24", bench.screen(80, 24));
    insta::assert_snapshot!("rotate_40x12", bench.screen(40, 12));
    let draft = draft(bench.press("^s"));
    assert_eq!(draft.description.unwrap().as_str(), "HR sync - March 2026");
    assert_eq!((draft.deadline, draft.monitoring.get()), (Deadline::ByHand, 7));
}

#[test]
fn each_deadline_can_be_chosen_and_at_once_warns() {
    for (keys, wanted) in [
        ("<down>", Deadline::At(Time(NOW.0 + DAY))),
        ("<down><down>", Deadline::At(Time(NOW.0 + 7 * DAY))),
        ("<down><down><down>", Deadline::At(Time(NOW.0 + 30 * DAY))),
        ("leak", Deadline::AtOnce),
    ] {
        let mut bench = form("HR sync");
        bench.press(&format!("<tab><enter>{keys}<enter>"));
        if wanted == Deadline::AtOnce {
            bench.press("<backtab>");
            insta::assert_snapshot!("at_once_80x24", bench.screen(80, 24));
        }
        assert_eq!(draft(bench.press("^s")).deadline, wanted);
    }
}

#[test]
fn what_is_wrong_is_said_at_its_field_and_nothing_is_sent() {
    let mut bench = form("HR sync");
    bench.press("<tab><tab><bs><bs>never^s");
    assert!(bench.commands().is_empty());
    assert!(
        bench.screen(80, 24).contains("Delete after is not a number of days"),
        "{}",
        bench.screen(80, 24)
    );
    bench.press("<bs><bs><bs><bs><bs>2w^s");
    assert_eq!(draft(&mut bench).monitoring.get(), 14);
    bench.done(Err(Refusal::NothingToHandOver(record("HR").key)));
    assert!(bench.screen(80, 24).contains("there is nothing to hand over"), "{}", bench.screen(80, 24));
}

#[test]
fn a_description_that_had_to_be_cut_or_is_in_use_is_said() {
    let bench = form(&"x".repeat(200));
    assert!(bench.screen(80, 24).contains("was cut to make room"), "{}", bench.screen(80, 24));
    let mut bench = form("HR sync");
    bench.press("<bs>7").answer(Slot::FormDescription, Answer::DescriptionInUse(Some(record("HR").key)));
    assert!(bench.screen(80, 24).contains(record("HR").key.as_str()), "{}", bench.screen(80, 24));
    assert_eq!(record("HR").status, Status::Active);
}
