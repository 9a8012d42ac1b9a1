//! The command line as its users meet it: the real binary, a store in a temporary directory, exit codes and words.

mod changes;
mod create;
mod due;
mod exit_codes;
mod groups;
mod history;
mod hostile;
pub mod house;
mod import;
mod keys;
mod output;
mod review;
mod rotate;
mod scan;
mod terminal;
mod upkeep;
mod verify;
