//! Who runs this: the name of the effective account of the operating system.

use crate::client::account_of;
use crate::model::ParseError;
use crate::registry::Actor;

/// The effective user's name; its number where it has no name, or one that may not be shown.
///
/// # Errors
/// Never in practice: a number is always a good account.
pub fn actor() -> Result<Actor, ParseError> {
    account_of(rustix::process::geteuid().as_raw()).map(Actor::administrator)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everyone_is_somebody() {
        assert!(!actor().unwrap().account.as_str().is_empty());
    }
}
