//! A line of the journal as people read it: times and names stay, the hash of a Secret becomes `set`.

use super::delta::Fields;
use super::line::Line;
use crate::model::{Account, Change, Environment, Field, FieldValue, Note, Rotation, Time};

/// The change that a line tells; `None` if a field of it cannot be read.
pub(super) fn tell(line: &Line<'_>) -> Option<Change> {
    let environment = line.key.map(|k| k.environment());
    let side = |fields: Option<&Fields<'_>>| fields.map(|f| values(f, environment)).unwrap_or_default();
    let (mut before, mut after) = (side(line.before.as_deref()), side(line.after.as_deref()));
    if line.before.is_some() && line.after.is_some() {
        before.retain(|v| v.field != Field::Environment);
        after.retain(|v| v.field != Field::Environment);
    }
    if line.rotation_before.is_some() || line.rotation_after.is_some() {
        let told = |rotation: Option<&Rotation>| rotation.map(of_rotation).unwrap_or_default();
        (before, after) = (told(line.rotation_before.as_deref()), told(line.rotation_after.as_deref()));
        if before.is_empty() || after.is_empty() {
            // Of a whole record what is empty says nothing.
            before.retain(|v| v.value.is_some());
            after.retain(|v| v.value.is_some());
        } else {
            let (old, new) = (before.clone(), after.clone());
            before.retain(|v| !new.contains(v));
            after.retain(|v| !old.contains(v));
        }
    }
    if line.note_before.is_some() || line.note_after.is_some() {
        let told = |note: Option<&Note>| note.map(of_note).unwrap_or_default();
        (before, after) = (told(line.note_before.as_deref()), told(line.note_after.as_deref()));
        if !before.is_empty() && !after.is_empty() {
            // What names the note is told once, on the side that holds now.
            before.retain(|v| !after.contains(v));
        }
    }
    Some(Change {
        revision: line.rev,
        time: Time(line.time),
        actor: Account::parse(&line.actor).ok()?,
        kind: line.kind,
        key: line.key,
        group: Some(line.group_code().ok()?),
        description: line.description.to_string(),
        before,
        after,
    })
}

fn values(fields: &Fields<'_>, environment: Option<Environment>) -> Vec<FieldValue> {
    let mut list = Vec::new();
    let mut put = |field, value: Option<String>| list.push(FieldValue { field, value });
    if let Some(text) = &fields.description {
        put(Field::Description, Some(text.to_string()));
    }
    if let Some(code) = &fields.group {
        put(Field::Group, Some(code.to_string()));
    }
    if let Some(status) = fields.status {
        put(Field::Status, Some(status.name().to_owned()));
    }
    if let Some(environment) = environment {
        put(Field::Environment, Some(environment.code().to_owned()));
    }
    if let Some(time) = fields.expires {
        put(Field::Expires, time.map(|t| t.to_string()));
    }
    if let Some(days) = fields.rotate_every_days {
        put(Field::RotateEveryDays, days.map(|d| d.to_string()));
    }
    if let Some(owner) = &fields.owner {
        put(Field::Owner, owner.as_deref().map(str::to_owned));
    }
    if fields.seal().is_some() {
        put(Field::Secret, Some("set".to_owned()));
    }
    if let Some(copied) = fields.secret_copied {
        put(Field::SecretCopied, Some(copied.to_string()));
    }
    if let Some(role) = fields.role {
        put(Field::Role, Some(role.name().to_owned()));
    }
    if let Some(restricted) = fields.restricted {
        put(Field::Restricted, Some(restricted.to_string()));
    }
    if let Some(tables) = &fields.tables {
        put(Field::Tables, serde_json::to_string(tables).ok());
    }
    if let Some(menus) = &fields.menus {
        put(Field::Menus, serde_json::to_string(menus).ok());
    }
    list
}

fn of_rotation(rotation: &Rotation) -> Vec<FieldValue> {
    let time = |time: Option<Time>| time.map(|t| t.0.to_string());
    [
        (Field::Successor, Some(rotation.new.to_string())),
        (Field::Deadline, time(rotation.deadline)),
        (Field::MonitoringDays, Some(rotation.monitoring.get().to_string())),
        (Field::Verified, time(rotation.verified.as_ref().map(|mark| mark.time))),
        (Field::OldDisabled, time(rotation.disabled.as_ref().map(|mark| mark.time))),
    ]
    .map(|(field, value)| FieldValue { field, value })
    .to_vec()
}

fn of_note(note: &Note) -> Vec<FieldValue> {
    let value = |field, value: String| FieldValue { field, value: Some(value) };
    match note {
        Note::Accepted(one) => vec![
            value(Field::Finding, one.finding.code().to_owned()),
            value(Field::Reason, one.reason.to_string()),
            value(Field::Until, one.until.0.to_string()),
        ],
        Note::Seen(one) => vec![
            value(Field::Place, one.place.as_str().to_owned()),
            value(Field::SecretSeen, one.secret.to_string()),
        ],
    }
}
