//! `claviger changes`: the journal as people and scripts read it, newest first.

use super::arguments::Changes;
use super::failure::Failure;
use super::json::{Array, ChangeJson};
use super::listing::Listing;
use super::output::{Output, remark};
use super::pages::walk;
use super::setting::Setting;
use super::table::{Cell, Look};
use super::when::back;
use crate::clock::exact;
use crate::model::{Change, Field, FieldValue, KeyId, Time};
use crate::registry::{ChangesPage, Query};

/// Prints the changes.
///
/// # Errors
/// When KEY or WHEN does not parse, or the door refuses.
pub fn run(args: &Changes, setting: &Setting, out: &mut Output) -> Result<(), Failure> {
    let key = args.key.as_deref().map(|key| key.trim().parse::<KeyId>()).transpose()?;
    let since = args.since.as_deref().map(|when| back("--since", when, setting.now())).transpose()?;
    let door = setting.open()?;
    let query = |window| Query::Changes { key, since, text: String::new(), window };
    if setting.json {
        let mut array = Array::default();
        walk::<ChangesPage>(&*door, None, query, |change| array.item(out, &ChangeJson::from(&change)))?;
        array.end(out)?;
        return out.finish();
    }
    let headings = ["When", "Account", "Action", "Key or Group", "Description", "Before → After"];
    let mut listing = Listing::new(headings, cells, setting.paint);
    walk::<ChangesPage>(&*door, None, query, |change| listing.row(change, out))?;
    if !listing.end(out)? {
        remark("No change matches");
    }
    out.finish()
}

fn cells(change: &Change) -> [Cell<'_>; 6] {
    let subject = match (&change.key, &change.group) {
        (Some(key), _) => Cell::new(key.as_str()),
        (None, Some(group)) => Cell::new(group.as_str()),
        (None, None) => Cell::new(""),
    };
    [
        Cell::made(exact(change.time)),
        Cell::new(change.actor.as_str()),
        Cell::new(change.kind.name()).looking(Look::Strong),
        subject,
        Cell::new(&change.description),
        Cell::made(story(change)),
    ]
}

/// `status: Active → Disabled, owner: nothing → Ada`
fn story(change: &Change) -> String {
    let old = |field: Field| change.before.iter().find(|value| value.field == field);
    let mut parts = Vec::new();
    for after in &change.after {
        let name = name(after.field);
        parts.push(match old(after.field) {
            Some(before) => format!("{name}: {} → {}", shown(before), shown(after)),
            None if after.value.is_none() => continue,
            None => format!("{name}: {}", shown(after)),
        });
    }
    for before in &change.before {
        if before.value.is_some() && !change.after.iter().any(|after| after.field == before.field) {
            parts.push(format!("{}: {} → gone", name(before.field), shown(before)));
        }
    }
    parts.join(", ")
}

fn name(field: Field) -> String {
    field.code().replace('_', " ")
}

fn shown(value: &FieldValue) -> String {
    match (&value.value, value.field) {
        (None, _) => "nothing".to_owned(),
        (Some(text), field) if field.is_time() => {
            text.parse().map_or_else(|_| text.clone(), |seconds| exact(Time(seconds)))
        }
        (Some(text), _) => text.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::ChangeKind;

    fn change(before: &[(Field, Option<&str>)], after: &[(Field, Option<&str>)]) -> Change {
        let values = |pairs: &[(Field, Option<&str>)]| {
            pairs
                .iter()
                .map(|(field, value)| FieldValue { field: *field, value: value.map(Into::into) })
                .collect()
        };
        Change {
            revision: 1,
            time: Time(0),
            actor: "root".parse().unwrap(),
            kind: ChangeKind::KeyEdited,
            key: None,
            group: None,
            description: "d".into(),
            before: values(before),
            after: values(after),
        }
    }

    #[test]
    fn a_change_reads_as_before_and_after() {
        use Field::{Expires, Owner, Secret, Status};
        let edited = change(
            &[(Status, Some("Active")), (Owner, None)],
            &[(Status, Some("Disabled")), (Owner, Some("Ada"))],
        );
        assert_eq!(story(&edited), "status: Active → Disabled, owner: nothing → Ada");
        let created = change(&[], &[(Secret, Some("set")), (Owner, None), (Expires, Some("0"))]);
        assert_eq!(story(&created), "secret: set, expires: 1970-01-01 00:00:00 UTC");
        assert_eq!(story(&change(&[(Status, Some("Active"))], &[])), "status: Active → gone");
    }
}
