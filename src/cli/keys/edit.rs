//! `claviger keys edit`: description, group, expiry, rotation and owner.

use super::create::parse_expiry;
use super::{details, parse_keys};
use crate::cli::arguments::EditKeys;
use crate::cli::failure::{Exit, Failure};
use crate::cli::json::{self, Array, KeyJson};
use crate::cli::output::Output;
use crate::cli::pages::{ask, mismatch};
use crate::cli::setting::Setting;
use crate::model::text::escape;
use crate::model::{ApiKey, Days, Description, Owner, ParseError, Time};
use crate::registry::{Command, KeyEdit, Outcome, Patch, Query, Ticket};

/// Changes some keys. All of them and the group must be there before the first is touched.
pub fn run(args: &EditKeys, setting: &Setting, out: &mut Output) -> Result<(), Failure> {
    let (keys, edit) = (parse_keys(&args.keys)?, edit(args, setting.now())?);
    if edit == KeyEdit::default() {
        let hint = "name a field: --description, --group, --expires, --rotate-every or --owner";
        return Err(Failure::new(Exit::Usage, "Nothing to change was given", hint));
    }
    let door = setting.open()?;
    let before = details(&*door, &keys)?;
    if let Some(code) = &edit.group {
        ask(&*door, Query::Group { code: code.clone() })?;
    }
    let mut edited = Vec::with_capacity(keys.len());
    for key in keys {
        let command = Command::EditKey { key, edit: edit.clone(), expected: None };
        let done = door.execute(command, &Ticket::new()).map_err(|refusal| {
            let done =
                edited.iter().map(|record: &ApiKey| format!("{} was edited already", record.key)).collect();
            Failure::from(refusal).with_details(done)
        })?;
        let Outcome::KeyEdited(record) = done.outcome else { return Err(mismatch()) };
        edited.push(record);
    }
    if setting.json {
        print_json(&edited, out)?;
    } else {
        for (before, after) in before.iter().zip(&edited) {
            let verb = if before.row.record == *after { "Unchanged" } else { "Edited" };
            out.line(&format!("{verb} {} ({})", escape(after.description.as_str()), after.key))?;
        }
    }
    out.finish()
}

/// One key is an object, several are an array.
fn print_json(records: &[ApiKey], out: &mut Output) -> Result<(), Failure> {
    if let [record] = records {
        return out.line(&json::line(&KeyJson::from(record))?);
    }
    let mut array = Array::default();
    for record in records {
        array.item(out, &KeyJson::from(record))?;
    }
    array.end(out)
}

fn edit(args: &EditKeys, now: Time) -> Result<KeyEdit, Failure> {
    Ok(KeyEdit {
        description: args.description.as_deref().map(Description::parse).transpose()?,
        group: args.group.as_deref().map(|code| code.trim().parse()).transpose()?,
        status: None,
        expires: patch(args.expires.as_deref(), |when| parse_expiry(when, now))?,
        rotate_every: patch(args.rotate_every.as_deref(), Days::parse)?,
        owner: patch(args.owner.as_deref(), Owner::parse)?,
    })
}

/// Absent keeps the field, empty clears it.
fn patch<T>(
    given: Option<&str>,
    parse: impl Fn(&str) -> Result<T, ParseError>,
) -> Result<Patch<T>, ParseError> {
    match given {
        None => Ok(Patch::Keep),
        Some(text) if text.trim().is_empty() => Ok(Patch::Clear),
        Some(text) => parse(text).map(Patch::Set),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_absent_option_keeps_the_field_and_an_empty_one_clears_it() {
        assert_eq!(patch(None, Days::parse).unwrap(), Patch::Keep);
        assert_eq!(patch(Some(" "), Days::parse).unwrap(), Patch::Clear);
        assert_eq!(patch(Some("90d"), Days::parse).unwrap(), Patch::Set(Days::try_from(90).unwrap()));
        assert!(patch(Some("soon"), Days::parse).is_err());
    }
}
