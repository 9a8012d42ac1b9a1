//! Properties of the formats: what is printed is read back, and no bytes whatever make a reader panic or hang.

use proptest::prelude::*;

use super::codec::{self, CodecError, Seal};
use super::delta;
use super::entry::Subject;
use super::head::read_slots;
use super::ink;
use super::line::{Bodies, Line, LineError, Stamp};
use crate::model::{
    About, Acceptance, Access, Account, ApiKey, ChangeKind, Condition, Days, Description, Environment,
    FoundIn, Grounds, Group, KeyId, Mark, MenuAccess, Note, Operator, Owner, Practice, RecordFilter, Role,
    Sighting, Status, TablePermission, Time, Value,
};

fn text() -> impl Strategy<Value = String> {
    "[a-zA-Z0-9\"\\\\/{}:,äß東 '-]{1,60}".prop_filter("not blank", |t| !t.trim().is_empty())
}

prop_compose! {
    fn any_key()(
        number in 1u64..1 << 40,
        digits in proptest::array::uniform16(0u8..32),
        texts in (text(), "[A-Z0-9][A-Z0-9_-]{0,31}", text(), proptest::option::of(text())),
        environment in 0usize..3,
        times in (any::<i64>(), any::<i64>(), proptest::option::of(-1i64 << 40..1 << 40), proptest::option::of(any::<i64>())),
        days in proptest::option::of(1u16..=3650),
        flags in any::<(bool, bool)>(),
    ) -> ApiKey {
        ApiKey {
            number,
            key: KeyId::from_digits(Environment::ALL[environment], digits),
            description: Description::parse(&texts.0).unwrap(),
            group: texts.1.parse().unwrap(),
            status: if flags.0 { Status::Active } else { Status::Disabled },
            created: Time(times.0),
            modified: Time(times.1),
            modified_by: Account::parse(&texts.2).unwrap(),
            last_used: times.2.map(Time),
            expires: times.3.map(Time),
            rotate_every: days.map(|d| Days::try_from(d).unwrap()),
            owner: texts.3.map(|o| Owner::parse(&o).unwrap()),
            secret_copied: flags.1,
        }
    }
}

prop_compose! {
    fn any_group()(
        texts in ("[A-Z0-9][A-Z0-9_-]{0,31}", text()),
        role in 0usize..3,
        restricted in any::<bool>(),
        number in any::<f64>().prop_filter("finite", |n| n.is_finite()),
        names in proptest::collection::vec((text(), text(), any::<(bool, bool)>()), 0..4),
    ) -> Group {
        let mut group = Group::new(texts.0.parse().unwrap(), Description::parse(&texts.1).unwrap(), Role::ALL[role]);
        group.restricted = restricted;
        for (table, item, flags) in names {
            let conditions = vec![
                Condition { field: item.clone(), operator: Operator::Less, value: Some(Value::Number(number)) },
                Condition { field: table.clone(), operator: Operator::In, value: Some(Value::List(vec![
                    Value::Text(item.clone()), Value::Bool(flags.0), Value::Number(number / 3.0),
                ])) },
            ];
            let filter = flags.1.then(|| RecordFilter { conditions, scheme: "1 OR 2".into() });
            group.tables.push(TablePermission {
                table, select: flags.0, insert: flags.1, update: flags.0, delete: flags.1, filter,
            });
            group.menus.push(MenuAccess { item, access: if flags.0 { Access::Allow } else { Access::Deny } });
        }
        group
    }
}

const SEAL: Seal<'static> =
    Seal { phc: "$argon2id$v=19$m=8,t=1,p=1$c2FsdA$aGFzaA", precheck: 0x0123_4567_89ab_cdef, made_with: 7 };

fn stamp(actor: &str) -> Stamp<'_> {
    Stamp { rev: 9, batch: (8, 12), time: 1_790_000_000, actor }
}

fn one_line(print: impl FnOnce(&mut Vec<u8>) -> std::io::Result<()>) -> Vec<u8> {
    let (mut bodies, mut out) = (Bodies::default(), Vec::new());
    bodies.push(print).unwrap();
    bodies.seal(&mut [5; 32], &mut out);
    assert_eq!(out.len(), bodies.sealed_length(), "where the next line stands is known before");
    assert_eq!(out.pop(), Some(b'\n'));
    assert!(!out.contains(&b'\n') && !out.contains(&0), "one line, and nothing that reads as room");
    out
}

fn printed(kind: ChangeKind, before: Option<&ApiKey>, after: Option<&ApiKey>, stamp: Stamp<'_>) -> Vec<u8> {
    let change = ink::KeyChange { kind, before, after, seal: before.is_none().then_some(SEAL) };
    one_line(|out| ink::print(change, stamp, out))
}

proptest! {
    #[test]
    fn a_line_that_creates_a_key_gives_the_same_key_back(key in any_key(), actor in text()) {
        let actor = Account::parse(&actor).unwrap();
        let bytes = printed(ChangeKind::KeyCreated, None, Some(&key), stamp(actor.as_str()));
        let line = Line::parse(&bytes).unwrap();
        prop_assert_eq!(delta::created_key(&line), Some(key));
        prop_assert!(line.after.as_deref().and_then(delta::Fields::seal) == Some(SEAL));
        prop_assert_eq!((line.rev, line.span(), line.prev()), (9, (8, 12), Some([5; 32])));
        prop_assert!(!format!("{line:?}").contains("argon2id"), "debug shows no hash");
    }

    #[test]
    fn a_line_that_changes_a_key_leads_from_the_one_to_the_other(before in any_key(), other in any_key(), actor in text(), same in any::<[bool; 8]>()) {
        // Sides that share some fields, and fields that the line implies.
        let actor = Account::parse(&actor).unwrap();
        let mut after = ApiKey { number: before.number, key: before.key, created: before.created, ..other };
        if same[0] { after.description = before.description.clone(); }
        if same[1] { after.owner = before.owner.clone(); }
        if same[2] { after.status = before.status; }
        if same[3] { after.expires = before.expires; }
        if same[4] { after.modified = Time(1_790_000_000); }
        if same[5] { after.modified_by = actor.clone(); }
        if same[6] { after.rotate_every = before.rotate_every; }
        if same[7] { after.last_used = before.last_used; }
        let bytes = printed(ChangeKind::KeyEdited, Some(&before), Some(&after), stamp(actor.as_str()));
        let line = Line::parse(&bytes).unwrap();
        prop_assert_eq!(delta::edited_key(&before, &line), Some(after));
    }

    #[test]
    fn a_group_is_read_back_to_the_last_digit(before in any_group(), other in any_group()) {
        let after = Group { code: before.code.clone(), ..other };
        prop_assert_eq!(codec::decode_group(&codec::encode_group(&after).unwrap()), Ok(after.clone()));
        for old in [None, Some(&before)] {
            let sides = delta::of_group(old, Some(&after));
            let line = Line::of_group(stamp("root"), ChangeKind::GroupEdited, &after, sides);
            let bytes = one_line(|out| Ok(line.print(out)?));
            let line = Line::parse(&bytes).unwrap();
            prop_assert_eq!(delta::put_group(old, &line), Some(after.clone()));
        }
    }

    #[test]
    fn a_note_is_read_back_from_its_record_and_its_line(key in any_key(), texts in (text(), text(), text()), times in any::<(i64, i64)>(), which in any::<prop::sample::Index>(), flags in any::<(bool, bool, bool)>()) {
        let made = Mark { time: Time(times.0), by: Account::parse(&texts.0).unwrap() };
        let about = if flags.0 { About::Key(key.key) } else { About::Group(key.group.clone()) };
        let note = if flags.1 {
            let finding = Practice::ALL[which.index(Practice::ALL.len())];
            let reason = Grounds::parse(&texts.1).unwrap();
            Note::Accepted(Acceptance { finding, about, reason, until: Time(times.1), made })
        } else {
            Note::Seen(Sighting { key: key.key, place: FoundIn::of(&texts.2), secret: flags.2, seen: made })
        };
        let value = codec::encode_note(&note).unwrap();
        prop_assert_eq!(codec::decode_note(&value), Ok(note.clone()));
        let kind = if flags.1 { ChangeKind::FindingAccepted } else { ChangeKind::KeySeen };
        let subject = Subject::of(&key);
        let print = |kind, sides| one_line(|out| Ok(Line::of_note(stamp("root"), kind, &subject, sides).print(out)?));
        let bytes = print(kind, (None, Some(&note)));
        let line = Line::parse(&bytes).unwrap();
        prop_assert_eq!(delta::put_note(&line), Some((note.name(), Some(&note))));
        prop_assert_eq!(line.key.is_some(), note.about().key().is_some());
        let bytes = print(kind, (Some(&note), None));
        let line = Line::parse(&bytes).unwrap();
        prop_assert_eq!(delta::put_note(&line), None, "of another kind");
    }

    #[test]
    fn a_record_is_read_back_with_its_proof(key in any_key()) {
        let value = codec::encode_key(&key, SEAL).unwrap();
        let stored = codec::decode_key(&value).unwrap();
        prop_assert_eq!(stored.key, key.borrowed());
        prop_assert!(stored.seal == SEAL);
        let hash = codec::fields_hash(&key, &mut Vec::new()).unwrap();
        prop_assert_eq!(stored.fields_hash, hash);
        let used = ApiKey { last_used: Some(Time(77)), ..key };
        prop_assert_eq!(codec::fields_hash(&used, &mut Vec::new()).unwrap(), hash, "the last use is in no digest");
    }

    #[test]
    fn one_changed_byte_of_a_line_or_record_is_always_noticed(key in any_key(), place in any::<prop::sample::Index>(), bit in 0u8..8) {
        let mut bytes = printed(ChangeKind::KeyCreated, None, Some(&key), stamp("root"));
        let at = place.index(bytes.len());
        bytes[at] ^= 1 << bit;
        prop_assert!(matches!(Line::parse(&bytes), Err(LineError::Damaged(_))));
        let mut value = codec::encode_key(&key, SEAL).unwrap();
        let at = place.index(value.len());
        value[at] ^= 1 << bit;
        prop_assert!(codec::decode_key(&value).is_err());
    }

    #[test]
    fn no_bytes_make_a_reader_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let _ = Line::parse(&bytes);
        let _ = codec::decode_key(&bytes);
        let _ = codec::decode_group(&bytes);
        let _ = codec::decode_rotation(&bytes);
        let _ = codec::decode_note(&bytes);
        let _ = read_slots(&bytes);
        let _ = super::holding::read_key_file(&bytes);
        // With a right checksum in front the body itself is read.
        for kind in [b'K', b'G', b'R', b'A', b'S'] {
            let mut value = vec![kind, 1];
            value.extend_from_slice(&crc32fast::hash(&bytes).to_le_bytes());
            value.extend_from_slice(&bytes);
            let _ = codec::decode_key(&value);
            let _ = codec::decode_group(&value);
            let _ = codec::decode_rotation(&value);
            let _ = codec::decode_note(&value);
        }
    }
}

#[test]
fn a_newer_format_is_told_by_its_number() {
    let mut value =
        codec::encode_group(&Group::new("A".parse().unwrap(), Description::parse("a").unwrap(), Role::Read))
            .unwrap();
    value[1] = 2;
    assert_eq!(codec::decode_group(&value), Err(CodecError::Newer(2)));
    let mut line = br#"{"v":4,"rev":1,"new":"field""#.to_vec();
    let crc = crc32fast::hash(&line);
    line.extend_from_slice(format!(",\"crc\":\"{crc:08x}\"}}").as_bytes());
    assert_eq!(Line::parse(&line), Err(LineError::Newer(4)));
}
