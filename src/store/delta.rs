//! What a change touched, as the journal keeps it: only the fields that differ.
//!
//! `created`, `modified` and `modified_by` are implied by the line's time and actor and written only where they differ
//! from them. Turns what a line says back into records (`ink` writes it); knows nothing of files or order.

use std::borrow::Cow;
use std::fmt;

use serde::{Deserialize, Deserializer, Serialize};

use super::codec::Seal;
use super::line::Line;
use crate::model::{
    About, Account, ApiKey, ChangeKind, Days, Description, Group, KeyId, MenuAccess, Note, Owner, Role,
    Rotation, Status, TablePermission, Time,
};

/// A text that no `Debug` shows.
#[derive(Serialize, Deserialize, Clone, PartialEq)]
#[serde(transparent)]
pub(super) struct Hidden<'a>(Cow<'a, str>);

impl fmt::Debug for Hidden<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(..)")
    }
}

/// The touched fields. `Some(None)` is written as null: touched, and nothing there.
#[expect(clippy::option_option, reason = "untouched, touched and empty, touched and set are three things")]
#[derive(Serialize, Deserialize, Debug, Clone, PartialEq, Default)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Fields<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<Status>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub created: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub modified: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub modified_by: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "touched")]
    pub last_used: Option<Option<i64>>,
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "touched")]
    pub expires: Option<Option<i64>>,
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "touched")]
    pub rotate_every_days: Option<Option<u16>>,
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "touched")]
    pub owner: Option<Option<Cow<'a, str>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secret_copied: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    phc: Option<Hidden<'a>>,
    /// Fingerprint of the store key and pre-check, 8 and 16 hexadecimal digits.
    #[serde(skip_serializing_if = "Option::is_none")]
    precheck: Option<Hidden<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub restricted: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tables: Option<Cow<'a, [TablePermission]>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub menus: Option<Cow<'a, [MenuAccess]>>,
}

/// Null counts as touched: only an absent field is not.
fn touched<'de, T: Deserialize<'de>, D: Deserializer<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

/// Before and after.
pub(super) type Pair<'a> = (Option<Fields<'a>>, Option<Fields<'a>>);

impl<'a> Fields<'a> {
    fn of_group(group: &'a Group) -> Self {
        Self {
            description: Some(Cow::Borrowed(group.description.as_str())),
            role: Some(group.role),
            restricted: Some(group.restricted),
            tables: Some(Cow::Borrowed(&group.tables)),
            menus: Some(Cow::Borrowed(&group.menus)),
            ..Self::default()
        }
    }

    /// The proof of a created key.
    pub(super) fn seal(&self) -> Option<Seal<'_>> {
        let precheck = &self.precheck.as_ref()?.0;
        let (made_with, value) = precheck.split_at_checked(8).filter(|(_, v)| v.len() == 16)?;
        Some(Seal {
            phc: &self.phc.as_ref()?.0,
            precheck: u64::from_str_radix(value, 16).ok()?,
            made_with: u32::from_str_radix(made_with, 16).ok()?,
        })
    }
}

/// Keeps only what differs of both.
fn differing<'a>(mut before: Fields<'a>, mut after: Fields<'a>) -> Pair<'a> {
    macro_rules! drop_equal {
        ($($field:ident),*) => { $(if before.$field == after.$field { before.$field = None; after.$field = None; })* };
    }
    drop_equal!(description, role, restricted, tables, menus);
    (Some(before), Some(after))
}

/// What a change did to a group.
pub(super) fn of_group<'a>(before: Option<&'a Group>, after: Option<&'a Group>) -> Pair<'a> {
    match (before.map(Fields::of_group), after.map(Fields::of_group)) {
        (Some(before), Some(after)) => differing(before, after),
        other => other,
    }
}

/// The key that a line created.
pub(super) fn created_key(line: &Line<'_>) -> Option<ApiKey> {
    let after = line.after.as_deref()?;
    let key: KeyId = line.key?;
    let actor = Account::parse(&line.actor).ok()?;
    Some(ApiKey {
        number: line.number?,
        key,
        description: Description::parse(after.description.as_ref()?).ok()?,
        group: after.group.as_ref()?.parse().ok()?,
        status: after.status?,
        created: Time(after.created.unwrap_or(line.time)),
        modified: Time(after.modified.unwrap_or(line.time)),
        modified_by: after.modified_by.as_deref().map_or(Some(actor), |a| Account::parse(a).ok())?,
        last_used: after.last_used.flatten().map(Time),
        expires: after.expires.flatten().map(Time),
        rotate_every: after.rotate_every_days.flatten().map(Days::try_from).transpose().ok()?,
        owner: after.owner.as_ref().and_then(Option::as_deref).map(Owner::parse).transpose().ok()?,
        secret_copied: after.secret_copied?,
    })
}

/// The key after a line that changed it.
pub(super) fn edited_key(before: &ApiKey, line: &Line<'_>) -> Option<ApiKey> {
    let after = line.after.as_deref()?;
    let mut key = before.clone();
    if let Some(text) = &after.description {
        key.description = Description::parse(text).ok()?;
    }
    if let Some(code) = &after.group {
        key.group = code.parse().ok()?;
    }
    key.status = after.status.unwrap_or(key.status);
    key.modified = Time(after.modified.unwrap_or(line.time));
    key.modified_by = Account::parse(after.modified_by.as_ref().unwrap_or(&line.actor)).ok()?;
    key.last_used = after.last_used.map_or(key.last_used, |t| t.map(Time));
    key.expires = after.expires.map_or(key.expires, |t| t.map(Time));
    if let Some(days) = after.rotate_every_days {
        key.rotate_every = days.map(Days::try_from).transpose().ok()?;
    }
    if let Some(owner) = &after.owner {
        key.owner = owner.as_deref().map(Owner::parse).transpose().ok()?;
    }
    key.secret_copied = after.secret_copied.unwrap_or(key.secret_copied);
    Some(key)
}

/// The group after a line that created or changed it.
pub(super) fn put_group(before: Option<&Group>, line: &Line<'_>) -> Option<Group> {
    let after = line.after.as_deref()?;
    let mut group = match before {
        Some(group) => group.clone(),
        None => {
            Group::new(line.group.parse().ok()?, Description::parse(&line.description).ok()?, after.role?)
        }
    };
    if let Some(text) = &after.description {
        group.description = Description::parse(text).ok()?;
    }
    group.role = after.role.unwrap_or(group.role);
    group.restricted = after.restricted.unwrap_or(group.restricted);
    if let Some(tables) = &after.tables {
        group.tables = tables.to_vec();
    }
    if let Some(menus) = &after.menus {
        group.menus = menus.to_vec();
    }
    Some(group)
}

/// The rotation after a line about it, if the line makes sense.
#[expect(
    clippy::option_option,
    reason = "a line without sense, one that ends a rotation, and one that leaves it"
)]
pub(super) fn put_rotation<'l>(line: &'l Line<'_>) -> Option<Option<&'l Rotation>> {
    let (before, after) = (line.rotation_before.as_deref(), line.rotation_after.as_deref());
    let (is_first, is_last) = match line.kind {
        ChangeKind::RotationStarted => (true, false),
        ChangeKind::RotationAdvanced => (false, false),
        ChangeKind::RotationFinished | ChangeKind::RotationAbandoned => (false, true),
        _ => return None,
    };
    let own = |rotation: &Rotation| Some(rotation.number) == line.number && Some(rotation.old) == line.key;
    let fits = before.is_none() == is_first && after.is_none() == is_last;
    (fits && before.into_iter().chain(after).all(own)).then_some(after)
}

/// The name of the note that a line is about, and the note after it, if the line makes sense.
pub(super) fn put_note<'l>(line: &'l Line<'_>) -> Option<(String, Option<&'l Note>)> {
    let (before, after) = (line.note_before.as_deref(), line.note_after.as_deref());
    let note = after.or(before)?;
    let fits = matches!(
        (line.kind, note, after.is_some()),
        (ChangeKind::FindingAccepted, Note::Accepted(_), true)
            | (ChangeKind::KeySeen, Note::Seen(_), true)
            | (ChangeKind::AcceptanceWithdrawn, Note::Accepted(_), false)
            | (ChangeKind::SightingForgotten, Note::Seen(_), false)
    );
    let whose = match note.about() {
        About::Key(key) => line.key == Some(key),
        About::Group(code) => line.key.is_none() && line.group == code.as_str(),
    };
    let name = note.name();
    let same = before.is_none_or(|before| before.name() == name);
    (fits && whose && same).then_some((name, after))
}
