//! Keys and Secrets: made, checked by form, hashed with Argon2id, and proved. The only room that says argon2 and rand.
//!
//! Knows nothing of files, groups or status. A [`Secret`] is zeroised on drop and shows itself only through `expose`.

mod finder;
mod form;
mod hasher;
mod keyed;
mod mint;
mod proof;
mod secret;
mod session;
mod verified;

pub use finder::{Exposed, Finder, Found};
pub use form::{Form, forms};
pub use hasher::{Cost, Hasher};
pub use mint::{mint_key, mint_secret, random_bytes};
pub use proof::{Proof, StoreKey, precheck_fits};
pub use secret::{Secret, SecretError};
pub use session::{NoSession, Sessions, Token, TokenMark};
pub use verified::{Mark, Verified};

/// What can go wrong in this room that is not the caller's input.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CredentialError {
    /// The operating system gave no randomness.
    #[error("The operating system gave no random bytes: {0}")]
    Randomness(String),
    /// A stored hash is not one that this program would have written.
    #[error("A stored hash is not a usable Argon2id string: {0}")]
    StoredHash(String),
}
