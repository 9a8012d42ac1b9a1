//! Who would break: what the logon history says about the callers of some keys.

use serde::{Deserialize, Serialize};

use crate::model::{KeyId, LastUse, Outlook, Rhythm, Time};

mod words;

pub use words::{next_call, verdict, within};

/// Who would break if a selection of keys stopped.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Impact {
    /// How many keys.
    pub total: u64,
    /// Keys that nobody ever called with.
    pub never: u64,
    /// Keys that are refused already.
    pub refused: u64,
    /// Keys whose callers fell silent.
    pub silent: u64,
    /// Keys that were used lately, at times from which nothing can be learned yet.
    pub unclear: u64,
    /// Keys with a caller whose next call is expected.
    pub breaks: u64,
    /// The worst of them, at most [`Impact::SHOWN`].
    pub worst: Vec<KeyImpact>,
    /// When the history begins; none in an empty one.
    pub since: Option<Time>,
}

impl Impact {
    /// Keys that are told in full.
    pub const SHOWN: usize = 8;
}

/// Who would break if one key stopped.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyImpact {
    /// Which.
    pub key: KeyId,
    /// What it is for.
    pub description: String,
    /// What happens to the worst off of its callers.
    pub outlook: Outlook,
    /// Its last accepted call.
    pub last: Option<LastUse>,
    /// Its callers, the worst off first.
    pub callers: Vec<CallerImpact>,
    /// How many earlier callers are known by number only.
    pub gone: u32,
    /// From when on its calls are known: the beginning of the history, or of the key.
    pub since: Option<Time>,
}

/// One caller of a key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallerImpact {
    /// Where it calls from; not escaped.
    pub source: String,
    /// The program that calls; may be empty; not escaped.
    pub agent: String,
    /// Its last call.
    pub last: Time,
    /// How many calls are known.
    pub calls: u64,
    /// How often it calls, once that can be told.
    pub rhythm: Option<Rhythm>,
    /// What happens to it.
    pub outlook: Outlook,
    /// The tables and menu items it touched; not escaped.
    pub tables: Vec<String>,
}
