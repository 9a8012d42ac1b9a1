//! All integration tests in one binary: one link, one run.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop loudly")]

mod attach;
mod binary;
mod cli;
mod clipboard;
mod journeys;
mod killed;
mod layering;
mod pictures;
mod proxies;
mod pty;
mod readme;
mod scanners;
mod server;
mod store;
