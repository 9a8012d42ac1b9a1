//! `claviger keys create`: Key and Secret on standard output, the Secret only this once.

use crate::cli::arguments::CreateKey;
use crate::cli::failure::{Exit, Failure};
use crate::cli::json::{self, KeyJson};
use crate::cli::output::{Output, remark};
use crate::cli::pages::{ask, mismatch};
use crate::cli::setting::Setting;
use crate::cli::when::ahead;
use crate::model::{ApiKey, Days, Description, Owner, ParseError, Time};
use crate::registry::{Answer, Command, Door, Fresh, KeyDraft, Outcome, Query, Ticket};

/// Makes a key.
pub fn run(args: &CreateKey, setting: &Setting, out: &mut Output) -> Result<(), Failure> {
    let draft = draft(args, setting.now())?;
    refuse_lost(out)?;
    let door = setting.open()?;
    let asked = Query::DescriptionInUse { description: draft.description.as_str().to_owned(), except: None };
    let Answer::DescriptionInUse(twin) = ask(&*door, asked)? else { return Err(mismatch()) };
    let done = door.execute(Command::CreateKey(draft), &Ticket::new())?;
    let (Outcome::KeyCreated(record), Some(fresh)) = (done.outcome, done.fresh) else {
        return Err(mismatch());
    };
    let mend = format!("`claviger keys delete {}`, then create another", fresh.key);
    deliver(&*door, &record, fresh, &mend, setting.json, out)?;
    if let Some(twin) = twin {
        remark(&format!(
            "note: {twin} has this description already; one key for each integration is easier to revoke"
        ));
    }
    Ok(())
}

/// Makes nothing where the Secret would be lost.
///
/// # Errors
/// When standard output goes nowhere.
pub fn refuse_lost(out: &Output) -> Result<(), Failure> {
    if !out.is_lost() {
        return Ok(());
    }
    Err(Failure::new(
        Exit::Usage,
        "Standard output goes nowhere, and the Secret would with it",
        "nothing was made; send standard output to a terminal, a file or another program",
    ))
}

/// Writes Key and Secret out and tells the store that somebody had them; `mend` says what to do where that failed.
///
/// # Errors
/// When they could not be written.
pub fn deliver(
    door: &dyn Door,
    record: &ApiKey,
    fresh: Fresh,
    mend: &str,
    as_json: bool,
    out: &mut Output,
) -> Result<(), Failure> {
    let key = fresh.key;
    print(record, &fresh, as_json, out).map_err(|cause| {
        let sentence = format!("Key {key} was made, but its Secret could not be written to standard output");
        let reason = if cause.exit == Exit::ReaderGone {
            "its reader has gone".to_owned()
        } else {
            cause.sentence().to_owned()
        };
        Failure::new(Exit::Failed, sentence, format!("the Secret is lost: {mend}")).with_details(vec![reason])
    })?;
    drop(fresh);
    // Only now has anyone had the Secret: until here the key carries the warning that nobody has.
    if let Err(refusal) = door.execute(Command::ConfirmCopied { key }, &Ticket::new()) {
        remark(&format!("note: the Secret was written out, but that could not be recorded: {refusal}"));
    }
    remark("The Secret is shown only this once: keep it in a secrets manager, never in source code");
    Ok(())
}

fn print(record: &ApiKey, fresh: &Fresh, as_json: bool, out: &mut Output) -> Result<(), Failure> {
    if as_json {
        let object = json::line(&KeyJson::from(record))?;
        out.text(object.strip_suffix('}').unwrap_or(&object))?;
        out.text(",\"secret\":\"")?;
        out.text(fresh.secret.expose())?;
        out.line("\"}")?;
    } else {
        out.line(&format!("Key {}", fresh.key))?;
        out.text("Secret ")?;
        out.line(fresh.secret.expose())?;
    }
    out.finish()
}

fn draft(args: &CreateKey, now: Time) -> Result<KeyDraft, Failure> {
    Ok(KeyDraft {
        description: Description::parse(&args.description)?,
        group: args.group.trim().parse()?,
        environment: args.env.trim().parse()?,
        expires: args.expires.as_deref().map(|when| parse_expiry(when, now)).transpose()?,
        rotate_every: args.rotate_every.as_deref().map(Days::parse).transpose()?,
        owner: args.owner.as_deref().map(Owner::parse).transpose()?,
    })
}

/// Reads when a key ends: a moment ahead.
pub fn parse_expiry(when: &str, now: Time) -> Result<Time, ParseError> {
    let expires = ahead("Expires", when, now)?;
    if expires > now {
        return Ok(expires);
    }
    let sentence = format!("Expires {} is not ahead of now", crate::clock::exact(expires));
    Err(ParseError::new(sentence, "choose a moment ahead, such as 90d; to end a key now, disable it"))
}
