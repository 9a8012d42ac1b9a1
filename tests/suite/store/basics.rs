//! What is put in comes out again, in every order of close, kill and checkpoint.

use claviger::model::{ApiKey, ChangeKind, Description, Field, FieldValue, Status, Time};
use claviger::store::{Entry, Opening, Store, StoreError};

use super::ground::{Ground, actor, created, group, key, keys, open, other_group, proof, put, toggled};

#[test]
fn what_was_appended_is_there_after_a_close_and_after_a_kill() {
    let ground = Ground::new();
    let (mut store, made) = ground.fill(3);
    let (disabled, entry) = toggled(&made[1], 2000);
    put(&mut store, 2000, entry).unwrap();
    put(&mut store, 2001, Entry::KeyDropped { before: made[2].clone() }).unwrap();
    let killed = ground.copy("killed");
    store.close().unwrap();
    for dir in [&killed, &ground.dir] {
        let (store, contents) = open(dir).unwrap();
        assert_eq!(contents.notes, Vec::<String>::new());
        assert_eq!((contents.revision, contents.written, contents.next_number), (6, Some(Time(2001)), 4));
        assert_eq!(contents.groups, [group()]);
        assert_eq!(keys(&contents).into_values().collect::<Vec<_>>(), [made[0].clone(), disabled.clone()]);
        assert!(contents.keys.iter().all(|(.., precheck)| precheck.is_some()));
        assert!(store.trouble().is_none());
    }
}

#[test]
fn the_reader_sees_proofs_before_and_after_the_checkpoint() {
    let ground = Ground::new();
    let (mut store, _) = ground.open().unwrap();
    let proofs: Vec<_> = (0..3).map(|_| proof()).collect();
    for (n, proof) in (1..).zip(&proofs) {
        put(&mut store, 5, created(&key(n, 5), proof)).unwrap();
    }
    put(&mut store, 6, Entry::KeyDropped { before: key(2, 5) }).unwrap();
    let check = |store: &Store| {
        let reader = store.reader();
        assert_eq!(reader.proof(1).unwrap().as_ref(), Some(&proofs[0]));
        assert_eq!(reader.proof(2).unwrap(), None);
        assert_eq!(reader.proof(3).unwrap().as_ref(), Some(&proofs[2]));
        assert_eq!(reader.proof(4).unwrap(), None);
    };
    check(&store);
    store.close().unwrap();
    check(&ground.open().unwrap().0);
}

#[test]
fn changes_come_newest_first_with_what_differs_and_never_a_hash() {
    let ground = Ground::new();
    let (mut store, made) = ground.fill(150);
    let renamed =
        ApiKey { description: Description::parse("New name").unwrap(), expires: None, ..made[1].clone() };
    let edit = Entry::KeyPut {
        kind: ChangeKind::KeyEdited,
        before: Some(made[1].clone()),
        after: renamed.clone(),
        proof: None,
    };
    put(&mut store, 3000, edit).unwrap();
    let reader = store.reader();
    let all = reader.changes(u64::MAX, 1000).unwrap();
    assert_eq!(all.iter().map(|c| c.revision).collect::<Vec<_>>(), (1..=152).rev().collect::<Vec<_>>());
    let value = |field, value: Option<&str>| FieldValue { field, value: value.map(str::to_owned) };
    assert_eq!(
        all[0].before,
        [value(Field::Description, Some(made[1].description.as_str())), value(Field::Expires, Some("87402")),]
    );
    assert_eq!(all[0].after, [value(Field::Description, Some("New name")), value(Field::Expires, None)]);
    assert_eq!((all[0].time, all[0].key, all[0].actor.clone()), (Time(3000), Some(made[1].key), actor()));
    assert!(all[1].after.contains(&value(Field::Secret, Some("set"))) && all[1].before.is_empty());
    assert!(!format!("{all:?}").contains("argon2id"));
    let some = reader.changes(100, 70).unwrap();
    assert_eq!(some.iter().map(|c| c.revision).collect::<Vec<_>>(), (31..=100).rev().collect::<Vec<_>>());
    let mut seen = Vec::new();
    reader
        .scan(Some(made[1].key.as_str()), &mut |change| {
            seen.push(change.revision);
            true
        })
        .unwrap();
    assert_eq!(seen, [152, 3]);
    let mut first = None;
    reader
        .scan(None, &mut |change| {
            first = Some(change.revision);
            false
        })
        .unwrap();
    assert_eq!(first, Some(152));
    // The same after the offsets were loaded from the checkpoint, and after a replay.
    let killed = ground.copy("killed");
    store.close().unwrap();
    for dir in [&ground.dir, &killed] {
        assert_eq!(open(dir).unwrap().0.reader().changes(u64::MAX, 1000).unwrap(), all);
    }
}

#[test]
fn groups_are_created_changed_and_deleted_with_their_permissions_exact() {
    let ground = Ground::new();
    let (mut store, _) = ground.open().unwrap();
    let (one, two) = (group(), other_group("TWO"));
    for after in [&one, &two] {
        put(
            &mut store,
            1,
            Entry::GroupPut { kind: ChangeKind::GroupCreated, before: None, after: after.clone() },
        )
        .unwrap();
    }
    let mut edited = one.clone();
    edited.menus.clear();
    edited.tables[0].delete = true;
    let edit = Entry::GroupPut { kind: ChangeKind::GroupEdited, before: Some(one), after: edited.clone() };
    put(&mut store, 2, edit).unwrap();
    put(&mut store, 3, Entry::GroupDropped { before: two }).unwrap();
    let killed = ground.copy("killed");
    store.close().unwrap();
    for dir in [&killed, &ground.dir] {
        assert_eq!(open(dir).unwrap().1.groups, [edited.clone()]);
    }
}

#[test]
fn a_group_commit_is_all_or_nothing_and_reports_progress() {
    let ground = Ground::new();
    let (mut store, _) = ground.open().unwrap();
    let proof = proof();
    let made: Vec<ApiKey> = (1..=10_000).map(|n| key(n, 1)).collect();
    let seen = std::cell::RefCell::new(Vec::new());
    let entries = made.iter().map(|k| created(k, &proof)).collect();
    let last =
        store.append(Time(1), &actor(), entries, &|done, of| seen.borrow_mut().push((done, of))).unwrap();
    assert_eq!(last, 10_000);
    assert_eq!(seen.into_inner(), [(8192, 10_000), (10_000, 10_000)]);
    // One that does not fit takes the whole group with it, and the store goes on.
    let (after, entry) = toggled(&made[0], 2);
    let wrong = toggled(&ApiKey { secret_copied: true, ..made[1].clone() }, 2).1;
    let refused = store.append(Time(2), &actor(), vec![entry.clone(), wrong], &|_, _| {});
    assert!(matches!(refused, Err(StoreError::Disk { .. })), "{refused:?}");
    assert_eq!(put(&mut store, 2, entry).unwrap(), 10_001);
    let killed = ground.copy("killed");
    store.close().unwrap();
    for dir in [&killed, &ground.dir] {
        let held = keys(&open(dir).unwrap().1);
        assert_eq!((held.len(), &held[&1], held[&2].status), (10_000, &after, Status::Active));
    }
}

#[test]
fn a_second_opener_learns_the_pid_of_the_first() {
    let ground = Ground::new();
    let (_store, _) = ground.open().unwrap();
    assert_eq!(ground.open().unwrap_err(), StoreError::Held { pid: Some(std::process::id()) });
}

#[test]
fn a_store_that_is_not_there_is_made_only_where_that_is_wanted() {
    let ground = Ground::new();
    assert!(matches!(open(&ground.dir), Err(StoreError::Refused { .. })));
    assert!(!ground.dir.exists());
    ground.open().unwrap().0.close().unwrap();
    let (_, contents) = open(&ground.dir).unwrap();
    assert_eq!((contents.revision, contents.written, contents.next_number), (0, None, 1));
}

#[test]
fn an_older_revision_than_expected_is_refused() {
    let ground = Ground::new();
    ground.fill(3).0.close().unwrap();
    let expect =
        |revision| Store::open(&ground.dir, &Opening { create: false, expect_revision: Some(revision) });
    assert!(
        matches!(expect(5), Err(StoreError::Refused { sentence, .. }) if sentence.contains("revision 4"))
    );
    assert!(expect(4).is_ok());
}
