//! `claviger keys …`: the commands about API keys.

use std::collections::BTreeSet;

use super::arguments::KeysVerb;
use super::failure::Failure;
use super::output::Output;
use super::pages::{ask, mismatch};
use super::setting::Setting;
use crate::model::KeyId;
use crate::registry::{Answer, Door, KeyDetails, Query};

mod create;
mod edit;
mod impact;
mod least;
mod list;
mod rotate;
mod show;
mod status;

pub use create::parse_expiry;

/// Does one of them.
///
/// # Errors
/// As the command says.
pub fn run(verb: &KeysVerb, setting: &Setting, out: &mut Output) -> Result<(), Failure> {
    match verb {
        KeysVerb::List(args) => list::run(args, setting, out),
        KeysVerb::Create(args) => create::run(args, setting, out),
        KeysVerb::Import(args) => super::import::run(args, setting, out),
        KeysVerb::Show(args) => show::run(args, setting, out),
        KeysVerb::Edit(args) => edit::run(args, setting, out),
        KeysVerb::Enable(args) => status::set(args, crate::model::Status::Active, setting, out),
        KeysVerb::Disable(args) => status::set(args, crate::model::Status::Disabled, setting, out),
        KeysVerb::Rotate(args) => rotate::run(args, setting, out),
        KeysVerb::Delete(args) => status::delete(args, setting, out),
    }
}

/// The Keys that were typed, each once, in their order.
fn parse_keys(words: &[String]) -> Result<Vec<KeyId>, Failure> {
    let mut seen = BTreeSet::new();
    let mut keys = Vec::new();
    for word in words {
        let key: KeyId = word.trim().parse()?;
        if seen.insert(key) {
            keys.push(key);
        }
    }
    Ok(keys)
}

/// All about each of these keys; refused if one of them is not there, before anything is done to the others.
fn details(door: &dyn Door, keys: &[KeyId]) -> Result<Vec<KeyDetails>, Failure> {
    let one = |key: &KeyId| match ask(door, Query::Key { key: *key })? {
        Answer::Key(details) => Ok(*details),
        _ => Err(mismatch()),
    };
    keys.iter().map(one).collect()
}

/// `1 key`, `2 keys`.
fn counted(count: u64) -> String {
    if count == 1 { "1 key".to_owned() } else { format!("{count} keys") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_named_twice_is_meant_once() {
        let words = ["ck_prd_0123456789abcdef", "ck_dev_0123456789abcdef", "ck_prd_0123456789abcdef"]
            .map(str::to_owned);
        assert_eq!(parse_keys(&words).unwrap().len(), 2);
        assert!(parse_keys(&["ck_prd_0123".to_owned()]).is_err());
    }
}
