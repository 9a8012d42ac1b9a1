//! Kills, cut files, flipped bits, a place that cannot be written: rows may be lost, never the opening, and it is said.

use super::*;

#[test]
fn rows_that_were_written_twice_by_a_kill_are_read_once() {
    let house = House::new(SMALL);
    let history = house.sound();
    accepted(&history, NOW, 1, "a");
    keeper::flush(&history.shared);
    let growing = fs::read(house.path("growing")).unwrap();
    accepted(&history, NOW + 60, 1, "b");
    drop(history);
    // Killed after the row of the first minute went to its shelf, before the file of growing rows was written anew.
    fs::write(house.path("growing"), &growing).unwrap();
    let history = house.sound();
    assert_eq!(sources(&history), ["a", "b"]);
    assert_eq!(history.rhythm(&key(1), Time(NOW)).1[29], 2);
    fs::remove_file(house.path("growing")).ok();
}

#[test]
fn a_cut_or_flipped_segment_costs_rows_and_never_the_opening() {
    let house = House::new(SMALL);
    let history = house.sound();
    for minute in 0..6 {
        accepted(&history, NOW + 60 * minute, 1, &format!("m{minute}"));
    }
    drop(history);
    let whole = fs::read(house.path("evidence-00000001")).unwrap();
    let batch = whole.len() / 6;
    for place in (0..whole.len()).step_by(7) {
        let mut bytes = whole.clone();
        bytes[place] ^= 0x10;
        fs::write(house.path("evidence-00000001"), &bytes).unwrap();
        let (history, mut notes) = house.open();
        let left = sources(&history);
        notes.extend(history.view().trouble);
        let hit = format!("m{}", (place / batch).min(5));
        let others: Vec<_> = (0..6).map(|m| format!("m{m}")).filter(|m| *m != hit).collect();
        assert_eq!(left, others, "{place}");
        assert!(place / batch >= 5 || !notes.is_empty(), "{place}: it is not said");
        assert_eq!(history.uses().len(), 1);
    }
    for length in (0..whole.len()).step_by(11) {
        fs::write(house.path("evidence-00000001"), &whole[..length]).unwrap();
        let (history, _) = house.open();
        assert_eq!(sources(&history).len(), length / batch, "{length}");
        accepted(&history, NOW + 9_999, 1, "after");
        drop(history);
        assert_eq!(sources(&house.sound()).last().unwrap(), "after", "what was torn is written over");
        fs::remove_file(house.path("growing")).ok();
    }
}

#[test]
fn a_segment_that_went_away_from_between_others_is_a_hole_and_the_oldest_is_none() {
    let house = House::new(SMALL);
    let history = house.sound();
    for minute in 0..60 {
        accepted(&history, NOW + 60 * minute, 1, &format!("m{minute}"));
    }
    drop(history);
    let segment = |number: u32| house.path(&format!("evidence-{number:08}"));
    let mut numbers = (1..99).filter(|number| segment(*number).exists());
    let (oldest, second) = (numbers.next().unwrap(), numbers.next().unwrap());
    assert!(numbers.next().is_some(), "three segments at least");
    fs::remove_file(segment(oldest)).unwrap();
    assert_eq!(house.sound().trouble(), None, "as if it had been too old");
    fs::remove_file(segment(second + 1)).unwrap();
    let (history, notes) = house.open();
    let hole = history.trouble().unwrap();
    assert!(hole.ends_with(&format!("evidence-{:08} is missing", second + 1)), "{hole}");
    assert_eq!(notes, [format!("History: {hole}")]);
    assert_eq!(history.view().trouble, Some(hole.clone()));
    accepted(&history, NOW + 9_999, 1, "after");
    keeper::flush(&history.shared);
    assert_eq!(history.trouble(), Some(hole), "writing does not mend it");
}

#[test]
fn a_history_that_cannot_be_written_says_so_and_counts_on() {
    let house = House::new(SMALL);
    fs::write(house.dir.path().join(NAME), "not a directory").unwrap();
    let (history, notes) = house.open();
    assert!(!notes.is_empty());
    accepted(&history, NOW, 1, "a");
    keeper::flush(&history.shared);
    assert!(history.trouble().unwrap().starts_with("The history cannot be written"));
    assert_eq!((rows(&history).len(), history.uses().len()), (1, 1));
    fs::remove_file(house.dir.path().join(NAME)).unwrap();
    keeper::flush(&history.shared);
    assert!(history.trouble().unwrap().contains("could not be read"), "what was there before is not known");
    drop(history);
    assert_eq!(sources(&house.sound()), ["a"], "what waited is written once there is room");
}
