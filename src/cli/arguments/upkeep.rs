//! The words of `claviger backup`, `restore` and `store`.

use clap::{Args, Subcommand};
use std::path::PathBuf;

/// `backup`
#[derive(Debug, Args)]
pub struct Backup {
    /// The new file, readable by you alone
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
}

/// `restore`
#[derive(Debug, Args)]
pub struct Restore {
    /// The backup
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
}

/// `store …`
#[derive(Debug, Subcommand)]
pub enum StoreVerb {
    /// Verify every record and the whole chain of changes; changes nothing
    #[command(after_help = "Examples:
  claviger store check
  claviger store check --json

Exit codes: 0 healthy, 6 findings")]
    Check,
    /// Rebuild what can be rebuilt, and say what was done
    #[command(after_help = "Examples:
  claviger store repair
  claviger store repair --accept-loss")]
    Repair(Repair),
}

/// `store repair`
#[derive(Debug, Args)]
pub struct Repair {
    /// Keep what is left when changes are lost for good, and disable every key, since nobody knows which were
    #[arg(long)]
    pub accept_loss: bool,
}
