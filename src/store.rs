//! The store: what is kept, in which order it reaches the disk, and how it comes back after anything.
//!
//! The journal is the truth, `head` says how far it goes, sled is the checkpoint behind. The only room that says sled
//! and bincode. Knows nothing of rules, indexes or faces: it is handed entries that were accepted already.

mod entry;

pub use entry::{Contents, Entry, StoreError};
