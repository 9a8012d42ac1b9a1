//! The name of an account of the operating system.

use crate::model::{Account, ParseError};

/// The account's name; its number where it has no name, or one that may not be shown.
///
/// # Errors
/// Never in practice: a number is always a good account.
pub fn account_of(uid: u32) -> Result<Account, ParseError> {
    let user = uzers::get_user_by_uid(uid);
    let named =
        user.as_ref().and_then(|user| user.name().to_str()).and_then(|name| Account::parse(name).ok());
    named.map_or_else(|| Account::parse(&uid.to_string()), Ok)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn root_has_a_name_and_an_unknown_account_its_number() {
        assert_eq!(account_of(0).unwrap().as_str(), "root");
        assert_eq!(account_of(3_999_999_999).unwrap().as_str(), "3999999999");
    }
}
