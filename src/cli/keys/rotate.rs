//! `claviger keys rotate`: a successor for a key; Key and Secret on standard output, the Secret only this once.

use super::create::{deliver, refuse_lost};
use crate::cli::arguments::RotateKey;
use crate::cli::failure::Failure;
use crate::cli::output::{Output, remark};
use crate::cli::pages::mismatch;
use crate::cli::setting::Setting;
use crate::clock::{Direction, exact, parse_when};
use crate::model::{Days, Deadline, Description, ParseError, Time};
use crate::registry::{Command, Outcome, RotationDraft, Ticket};

/// Starts a rotation.
pub fn run(args: &RotateKey, setting: &Setting, out: &mut Output) -> Result<(), Failure> {
    let draft = RotationDraft {
        description: args.description.as_deref().map(Description::parse).transpose()?,
        deadline: args.deadline.as_deref().map_or(Ok(Deadline::ByHand), |d| deadline(d, setting.now()))?,
        monitoring: Days::parse(&args.monitoring).map_err(|error| monitoring(&error))?,
        ..RotationDraft::of(args.key.trim().parse()?)
    };
    refuse_lost(out)?;
    let door = setting.open()?;
    let at_once = draft.deadline == Deadline::AtOnce;
    let done = door.execute(Command::StartRotation(draft), &Ticket::new())?;
    let (Outcome::RotationStarted { rotation, record, cut, .. }, Some(fresh)) = (done.outcome, done.fresh)
    else {
        return Err(mismatch());
    };
    let old = rotation.old;
    let mend = if at_once {
        // Taking it back would enable a key that may have leaked.
        format!("`claviger rotations finish --keep {old}`, then `claviger keys rotate {}`", record.key)
    } else {
        format!("`claviger rotations abandon {old}`, then rotate it again")
    };
    deliver(&*door, &record, fresh, &mend, setting.json, out)?;
    if cut {
        remark(&format!("note: the description was cut to make room for the month: {}", record.description));
    }
    remark(&match rotation.deadline {
        _ if at_once => format!("The old key {old} is refused from now on"),
        Some(at) => format!("The old key {old} is accepted until {}", exact(at)),
        None => format!("The old key {old} is accepted until you disable it: `claviger keys disable {old}`"),
    });
    remark("Who still uses it: `claviger rotations list`");
    Ok(())
}

fn monitoring(error: &ParseError) -> ParseError {
    ParseError::new(error.sentence.replace("Rotate every", "Monitoring"), "write a number of days such as 7d")
}

/// When the old key is to be refused: a moment ahead, or 0.
fn deadline(text: &str, now: Time) -> Result<Deadline, ParseError> {
    if text.trim() == "0" {
        return Ok(Deadline::AtOnce);
    }
    let at = parse_when(text, now, Direction::Ahead).map_err(|error| {
        let hint = format!("{}; 0 disables the old key at once", error.hint);
        ParseError::new(format!("Deadline: {}", error.sentence), hint)
    })?;
    if at > now {
        return Ok(Deadline::At(at));
    }
    let sentence = format!("Deadline {} is not ahead of now", exact(at));
    Err(ParseError::new(sentence, "choose a moment ahead, such as 7d; 0 disables the old key at once"))
}
