//! Who runs this: the name of the effective account of the operating system.

use crate::model::{Account, ParseError};
use crate::registry::Actor;

/// The effective user's name; its number where it has no name, or one that may not be shown.
///
/// # Errors
/// Never in practice: a number is always a good account.
pub fn actor() -> Result<Actor, ParseError> {
    let uid = uzers::get_effective_uid();
    let name = uzers::get_user_by_uid(uid);
    let named =
        name.as_ref().and_then(|user| user.name().to_str()).and_then(|name| Account::parse(name).ok());
    let account = named.map_or_else(|| Account::parse(&uid.to_string()), Ok)?;
    Ok(Actor::administrator(account))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everyone_is_somebody() {
        assert!(!actor().unwrap().account.as_str().is_empty());
    }
}
