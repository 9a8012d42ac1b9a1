//! The store on a real directory: what it keeps, what it refuses, and how it comes back.
//!
//! `CLAVIGER_TRIALS=10 cargo test --test suite store` runs ten times as many trials of each fault.

mod basics;
mod bench;
mod faults;
mod kills;
mod permissions;
mod writes;
