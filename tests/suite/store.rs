//! The store on a real directory: what it keeps, what it refuses, and how it comes back.
//!
//! `CLAVIGER_TRIALS=10 cargo test --test suite store` runs ten times as many trials of each fault.

#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_sign_loss,
    reason = "numbers here are small, and written in this very place"
)]

mod basics;
mod disks;
mod exchanges;
mod faults;
mod formats;
mod ground;
mod kills;
mod milestones;
mod model;
mod notes;
mod permissions;
mod rotations;
mod tools;
mod writes;
