//! `claviger verify`: one Key and its Secret, as an API would present them.

use serde::Serialize;
use std::io::{self, IsTerminal, Read};
use std::os::unix::ffi::OsStringExt;
use zeroize::Zeroizing;

use super::arguments::Verify;
use super::failure::{Exit, Failure};
use super::json;
use super::output::Output;
use super::setting::{Setting, variable};
use crate::credential::Secret;
use crate::model::text::escape;
use crate::registry::{KeyDetails, Verdict};

/// A Secret has 56 bytes; what is longer than this is none, whatever follows.
const LONGEST: usize = 4096;

/// The answer for scripts.
#[derive(Debug, Serialize)]
#[serde(untagged)]
enum Report<'a> {
    Valid { valid: bool, key: &'a str, description: &'a str, group: &'a str, environment: &'static str },
    Invalid { valid: bool, error: &'static str },
}

/// Verifies.
///
/// # Errors
/// `Invalid API Key`, whatever the reason; or the store cannot be asked.
pub fn run(args: &Verify, setting: &Setting, out: &mut Output) -> Result<(), Failure> {
    let presented = presented()?;
    let door = setting.open()?;
    let secret = std::str::from_utf8(&presented).ok().and_then(|text| Secret::parse(text).ok());
    let verdict = secret.map_or(Ok(Verdict::Invalid), |secret| door.verify(&args.key, &secret))?;
    match verdict {
        Verdict::Valid(details) => allowed(&details, setting, out),
        Verdict::Invalid => {
            if setting.json {
                out.line(&json::line(&Report::Invalid { valid: false, error: "Invalid API Key" })?)?;
                out.finish()?;
            }
            let hint = "the Key is unknown, disabled, deleted or expired, or the Secret is another; `claviger keys show KEY` tells";
            Err(Failure::new(Exit::InvalidApiKey, "Invalid API Key", hint))
        }
    }
}

fn allowed(details: &KeyDetails, setting: &Setting, out: &mut Output) -> Result<(), Failure> {
    let record = &details.row.record;
    if setting.json {
        out.line(&json::line(&Report::Valid {
            valid: true,
            key: record.key.as_str(),
            description: record.description.as_str(),
            group: record.group.as_str(),
            environment: record.key.environment().code(),
        })?)?;
    } else {
        let description = escape(record.description.as_str());
        out.line(&format!("Valid: {description} ({}), user group {}", record.key, record.group))?;
    }
    out.finish()
}

/// What was presented as the Secret, without the newline at its end.
fn presented() -> Result<Zeroizing<Vec<u8>>, Failure> {
    let mut bytes = if let Some(value) = variable("CLAVIGER_SECRET") {
        Zeroizing::new(value.into_vec())
    } else {
        let stdin = io::stdin();
        if stdin.is_terminal() {
            return Err(missing());
        }
        // With all its room from the start: growing would leave copies behind.
        let mut bytes = Zeroizing::new(Vec::with_capacity(LONGEST + 32));
        stdin.lock().take(LONGEST as u64).read_to_end(&mut bytes).map_err(|e| {
            Failure::new(Exit::Failed, format!("Standard input could not be read: {e}"), "pipe the Secret in")
        })?;
        bytes
    };
    for end in [b'\n', b'\r'] {
        if bytes.last() == Some(&end) {
            bytes.pop();
        }
    }
    if bytes.is_empty() { Err(missing()) } else { Ok(bytes) }
}

fn missing() -> Failure {
    Failure::new(
        Exit::Usage,
        "No Secret was given",
        "pipe it in (`printenv APP_SECRET | claviger verify --key KEY`) or set CLAVIGER_SECRET; it is never typed as an argument",
    )
}
