//! The locks of what must hold at once: the index and its writer, the verified set, the sessions, the reasons.
//!
//! In the program they are the standard library's. In unit tests each can be stepped in between, so that the very code
//! of the program runs under many schedules. Knows nothing of what is locked.

#[cfg(not(test))]
pub(crate) use std::sync::{Mutex, RwLock};

#[cfg(test)]
pub(crate) use explored::{Mutex, RwLock};

#[cfg(test)]
pub(crate) mod explored;
