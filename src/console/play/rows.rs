//! Rows for a play: keys, groups and changes made up by rule.

use crate::console::bench::{NOW, record};
use crate::model::{
    Change, ChangeKind, Description, Environment, Field, FieldValue, Group, KeyId, LogonResult, LogonRow,
    Operation, Reference, Role, Status, Time,
};
use crate::registry::KeyRow;

/// A group without permissions.
pub fn group(code: &str, description: &str, role: Role) -> Group {
    Group::new(code.parse().unwrap(), Description::parse(description).unwrap(), role)
}

/// The key of this number: names, ages and states by turns.
pub fn row(number: usize) -> KeyRow {
    let names = [
        "HR System Integration",
        "Azure AD Sync",
        "Monitoring Dashboard",
        "Payroll Export Berlin",
        "CI deploy",
    ];
    let mut record = record(&format!("{} {number}", names[number % names.len()]));
    let ago = i64::try_from(number).unwrap() * 40_000 + 30;
    // The last four digits are the number, so that every key is another one.
    let digits: [u8; 16] = std::array::from_fn(|place| {
        let digit = if place < 12 { number * 7 + place * 11 } else { number >> ((15 - place) * 5) };
        u8::try_from(digit % 32).unwrap()
    });
    record.key = KeyId::from_digits(Environment::ALL[number % 3], digits);
    record.number = 1_000_000 - number as u64;
    record.group = if number.is_multiple_of(4) { "API_ADMIN" } else { "HR_READ" }.parse().unwrap();
    record.status = if number % 5 == 3 { Status::Disabled } else { Status::Active };
    record.created = Time(NOW.0 - ago);
    record.modified = Time(NOW.0 - ago / 2);
    record.last_used = (!number.is_multiple_of(3)).then_some(Time(NOW.0 - ago / 3));
    record.expires = (number % 7 == 2).then_some(Time(NOW.0 + 86_400 * (10 - ago / 40_000)));
    record.secret_copied = number % 6 != 1;
    KeyRow { record, unsaved: false, revision: 0, rotation: None }
}

/// A logon of a key: results, sources and counts by turns.
pub fn logon(number: u64, key: &KeyRow) -> LogonRow {
    let result = LogonResult::ALL[usize::try_from(number % 3).unwrap()];
    let proved = result != LogonResult::Invalid;
    let refused = result != LogonResult::Accepted;
    let time = Time(NOW.0 - 60 * i64::try_from(number * number).unwrap());
    LogonRow {
        id: 1_000 - number,
        time,
        first: Time(time.0 - 40),
        key: proved.then_some(key.record.key),
        description: if proved { key.record.description.as_str().to_owned() } else { String::new() },
        source: format!("10.0.0.{number}"),
        agent: if number.is_multiple_of(2) { "hr-sync/2.1".into() } else { String::new() },
        table: (result == LogonResult::Insufficient).then(|| "Asset".into()),
        operation: (result == LogonResult::Insufficient).then_some(Operation::Delete),
        menu: None,
        result,
        proved,
        count: number * 791 % 5_000 + 1,
        references: if refused { vec![Reference::from_bits(number << 21)] } else { Vec::new() },
    }
}

/// A change of the status of a key.
pub fn change(revision: u64, key: &KeyRow) -> Change {
    let value = |text: &str| vec![FieldValue { field: Field::Status, value: Some(text.into()) }];
    Change {
        revision,
        time: Time(NOW.0 - 600),
        actor: "ada".parse().unwrap(),
        kind: ChangeKind::KeyDisabled,
        key: Some(key.record.key),
        group: Some(key.record.group.clone()),
        description: key.record.description.as_str().to_owned(),
        before: value("Active"),
        after: value("Disabled"),
    }
}
