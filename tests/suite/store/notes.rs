//! Notes in the store: the kind of record that came last. Old stores stay as they are, and the fixture of a store with notes
//! opens for ever.

use std::fs;
use std::path::{Path, PathBuf};

use claviger::model::{
    About, Acceptance, ChangeKind, Field, FoundIn, Grounds, Mark, Note, Practice, Sighting, Time,
};
use claviger::store::{Entry, Store, StoreError, Subject, check, repair, restore};

use super::ground::{Ground, actor, group, key, open, put, toggled};

fn fixture() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/store-3")
}

fn mark(time: i64) -> Mark {
    Mark { time: Time(time), by: actor() }
}

/// Notes of all kinds: about keys 1 and 2, and about their group.
pub fn note(which: u64, time: i64) -> Note {
    let of = key(which % 2 + 1, 0).key;
    if which.is_multiple_of(3) {
        let place = FoundIn::of(&format!("/srv/{which}/a \"b\".env"));
        return Note::Seen(Sighting { key: of, place, secret: time % 2 == 0, seen: mark(time) });
    }
    let (about, finding) = if which.is_multiple_of(4) {
        (About::Group(group().code), Practice::SharedGroup)
    } else {
        (About::Key(of), Practice::NoExpiry)
    };
    let reason = Grounds::parse(&format!("agreed at {time}: \"Übergabe\"")).unwrap();
    Note::Accepted(Acceptance { finding, about, reason, until: Time(time + 500), made: mark(time) })
}

fn written(before: Option<&Note>, after: &Note) -> Entry {
    let subject = match after.about() {
        About::Key(_) => Subject::of(&key(1, 0)),
        About::Group(_) => Subject::of_group(&group()),
    };
    Entry::NotePut { before: before.cloned(), after: after.clone(), subject }
}

fn dropped(before: &Note) -> Entry {
    Entry::NoteDropped { before: before.clone(), subject: Subject::of(&key(1, 0)) }
}

/// What is in the fixture, by name.
fn held() -> Vec<Note> {
    let mut notes = vec![note(1, 1700), note(2, 1500), note(3, 1600), note(4, 1800)];
    notes.sort_by_key(Note::name);
    notes
}

fn tell(store: &mut Store) {
    put(store, 1500, written(None, &note(1, 1500))).unwrap();
    put(store, 1500, written(None, &note(2, 1500))).unwrap();
    put(store, 1600, written(None, &note(3, 1600))).unwrap();
    put(store, 1700, written(Some(&note(1, 1500)), &note(1, 1700))).unwrap();
    put(store, 1800, written(None, &note(4, 1800))).unwrap();
    put(store, 1900, written(None, &note(6, 1900))).unwrap();
    put(store, 1901, dropped(&note(6, 1900))).unwrap();
}

#[test]
#[ignore = "writes the fixture of a new format, once"]
fn writes_the_fixture_of_a_store_with_notes() {
    // Run with all ignored tests, and by nobody's order, it has nothing to do.
    if std::env::var_os("CLAVIGER_WRITE_FIXTURE").is_none() {
        return;
    }
    assert!(!fixture().exists(), "a fixture never changes");
    let ground = Ground::new();
    let (mut store, made) = ground.fill(2);
    tell(&mut store);
    store.close().unwrap();
    let (mut store, _) = ground.open().unwrap();
    put(&mut store, 2000, toggled(&made[0], 2000).1).unwrap();
    ground.keep(&store, &fixture());
}

fn is_whole(dir: &Path) {
    let (store, contents) = open(dir).unwrap();
    assert_eq!((contents.revision, contents.notes.len()), (11, 0), "{:?}", contents.notes);
    assert_eq!(contents.written_down, held());
    assert_eq!(contents.keys.len(), 2);
    let changes = store.reader().changes(10, 7).unwrap();
    let kinds: Vec<&str> = changes.iter().map(|c| c.kind.code()).collect();
    let wanted = [
        "sighting-forgotten",
        "key-seen",
        "finding-accepted",
        "finding-accepted",
        "key-seen",
        "finding-accepted",
        "finding-accepted",
    ];
    assert_eq!(kinds, wanted);
    assert_eq!((changes[2].key, changes[3].key), (None, Some(key(2, 0).key)));
    let fields = |side: &[claviger::model::FieldValue]| side.iter().map(|v| v.field).collect::<Vec<_>>();
    assert_eq!(fields(&changes[3].before), [Field::Reason, Field::Until]);
    assert_eq!(fields(&changes[3].after), [Field::Finding, Field::Reason, Field::Until]);
    assert_eq!(changes[0].kind, ChangeKind::SightingForgotten);
    assert_eq!(fields(&changes[0].before), [Field::Place, Field::SecretSeen]);
}

#[test]
fn a_store_with_notes_opens_with_everything_in_it() {
    let ground = Ground::new();
    let dir = super::formats::opened_up(&ground, &fixture());
    is_whole(&dir);
    is_whole(&dir);
    assert_eq!(check(&dir, &|_, _| {}).unwrap().findings, []);
    // The journal alone is enough, and tells the same.
    fs::remove_dir_all(dir.join("index")).unwrap();
    drop(open(&dir).unwrap());
    is_whole(&dir);
    let restored = ground.temp.path().join("restored");
    restore(&fixture().join("backup"), &restored, &|_, _| {}).unwrap();
    is_whole(&restored);
}

#[test]
fn a_store_without_notes_is_written_as_ever() {
    let ground = Ground::new();
    let (mut store, _) = ground.fill(2);
    let lines = || String::from_utf8_lossy(&fs::read(ground.dir.join("journal")).unwrap()).into_owned();
    assert!(lines().contains("\"v\":1,") && !lines().contains("\"v\":3,"));
    put(&mut store, 1500, written(None, &note(1, 1500))).unwrap();
    assert!(lines().contains("\"v\":3,"), "so that an older program says what it met");
}

#[test]
fn a_line_of_the_next_version_is_refused_by_its_number() {
    let ground = Ground::new();
    let (store, _) = ground.fill(2);
    store.close().unwrap();
    let path = ground.dir.join("journal");
    let mut journal = fs::read(&path).unwrap();
    let first = journal.iter().position(|b| *b == b'\n').unwrap();
    journal[5] = b'4';
    let crc = format!("{:08x}", crc32fast::hash(&journal[..first - 18]));
    journal[first - 10..first - 2].copy_from_slice(crc.as_bytes());
    fs::write(&path, &journal).unwrap();
    fs::remove_dir_all(ground.dir.join("index")).unwrap();
    match open(&ground.dir) {
        Err(StoreError::Refused { sentence, hint }) => {
            assert!(sentence.contains("journal has format 4") && hint.contains("newer"), "{sentence} {hint}");
        }
        other => panic!("{:?}", other.map(|o| o.1)),
    }
}

#[test]
fn a_note_that_is_not_the_one_in_the_store_is_refused_and_leaves_nothing() {
    let ground = Ground::new();
    let (mut store, _) = ground.fill(2);
    let (first, other) = (note(1, 1500), note(1, 1600));
    put(&mut store, 1500, written(None, &first)).unwrap();
    assert!(put(&mut store, 9, written(None, &other)).is_err(), "a second one of that name");
    assert!(put(&mut store, 9, written(Some(&other), &first)).is_err(), "from another one");
    assert!(put(&mut store, 9, written(Some(&first), &note(2, 9))).is_err(), "one would become another");
    assert!(put(&mut store, 9, dropped(&other)).is_err(), "the end of another one");
    let both = vec![written(Some(&first), &other), dropped(&first)];
    assert!(store.append(Time(9), &actor(), both, &|_, _| {}).is_err(), "all or nothing");
    put(&mut store, 9, written(Some(&first), &other)).unwrap();
    put(&mut store, 9, dropped(&other)).unwrap();
    store.close().unwrap();
    assert!(ground.open().unwrap().1.written_down.is_empty());
}

#[test]
fn repair_tells_notes_anew_from_a_whole_checkpoint() {
    let ground = Ground::new();
    let (mut store, _) = ground.fill(2);
    tell(&mut store);
    store.close().unwrap();
    let mut journal = fs::read(ground.dir.join("journal")).unwrap();
    journal[40] ^= 1;
    fs::write(ground.dir.join("journal"), journal).unwrap();
    assert_ne!(check(&ground.dir, &|_, _| {}).unwrap().findings, [], "control: it is damaged");
    repair(&ground.dir, false, Time(99_000), &|_, _| {}).unwrap();
    assert_eq!(open(&ground.dir).unwrap().1.written_down, held());
    assert_eq!(check(&ground.dir, &|_, _| {}).unwrap().findings, []);
}

#[test]
fn a_note_goes_with_its_key_even_from_a_full_disk_and_a_new_one_does_not_come() {
    let note = note(1, 1500);
    assert!(dropped(&note).only_refuses() && Entry::KeyDropped { before: key(1, 0) }.only_refuses());
    assert!(!written(None, &note).only_refuses(), "control");
}
