//! All integration tests in one binary: one link, one run.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop loudly")]

mod cli;
mod layering;
mod pictures;
mod readme;
mod store;
