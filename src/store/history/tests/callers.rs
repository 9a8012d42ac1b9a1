//! Who calls with a key, known across openings, lost snapshots and rows that went.

use super::*;

#[test]
fn a_store_without_a_snapshot_of_callers_learns_them_from_its_rows() {
    let house = House::new(SMALL);
    let history = house.sound();
    for n in 0..20 {
        accepted(&history, NOW + n * 3_600, 1, "10.0.0.7");
    }
    let before = history.known().of(&key(1)).into_owned();
    assert_eq!((before.kept.len(), before.kept[0].calls), (1, 20));
    drop(history);
    assert_eq!(*house.sound().known().of(&key(1)), before, "the snapshot has them");
    fs::remove_file(house.path("callers")).unwrap();
    let history = house.sound();
    assert_eq!(*history.known().of(&key(1)), before, "the rows have them");
    assert_eq!(history.known().since(), Some(Time(NOW)));
    accepted(&history, NOW + 20 * 3_600, 1, "10.0.0.7");
    drop(history);
    let history = house.sound();
    assert_eq!(history.known().of(&key(1)).kept[0].calls, 21, "no row counts twice");
}

#[test]
fn callers_outlive_the_rows_they_were_learned_from() {
    let house = House::new(Budget { days: 1, ..SMALL });
    let history = house.sound();
    for n in 0..60 {
        accepted(&history, NOW + n * 86_400, 1, "10.0.0.7");
        let _ = history.view();
    }
    drop(history);
    let history = house.sound();
    assert_eq!(history.known().of(&key(1)).kept[0].calls, 60);
    assert!(history.known().of(&key(2)).kept.is_empty());
}
