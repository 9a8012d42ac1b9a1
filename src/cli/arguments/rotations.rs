//! The words of `claviger rotations`.

use clap::{Args, Subcommand};

/// `rotations …`
#[derive(Debug, Subcommand)]
pub enum RotationsVerb {
    /// The rotations under way: how far each is, and who still uses the old key
    #[command(after_help = "Examples:
  claviger rotations list
  claviger rotations list --json")]
    List,
    /// End a rotation: delete the old key for ever, once it is disabled
    #[command(after_help = "Examples:
  claviger rotations finish ck_prd_0123456789abcdef
  claviger rotations finish --yes ck_prd_0123456789abcdef
  claviger rotations finish --keep ck_prd_0123456789abcdef")]
    Finish(FinishRotation),
    /// Take a rotation back: the old key is what it was before; a successor that nobody used is disabled
    #[command(after_help = "Examples:
  claviger rotations abandon ck_prd_0123456789abcdef")]
    Abandon(AbandonRotation),
}

/// `rotations finish`
#[derive(Debug, Args)]
pub struct FinishRotation {
    /// The old key or its successor
    #[arg(value_name = "KEY")]
    pub key: String,
    /// Leave the old key as it is
    #[arg(long, conflicts_with = "yes")]
    pub keep: bool,
    /// Do not ask; needed when not at a terminal
    #[arg(long)]
    pub yes: bool,
}

/// `rotations abandon`
#[derive(Debug, Args)]
pub struct AbandonRotation {
    /// The old key or its successor
    #[arg(value_name = "KEY")]
    pub key: String,
}
