//! The words of `claviger scan`.

use clap::Args;
use std::path::PathBuf;

/// `scan`
#[derive(Debug, Args)]
pub struct Scan {
    /// What to read: files, directories with all below them, - for standard input
    #[arg(value_name = "FILE|DIR|-", required = true)]
    pub places: Vec<PathBuf>,
    /// Tell only of those that open something now: of an Active key of the store
    #[arg(long)]
    pub live: bool,
    /// Note in the store where live keys are found: `claviger review` tells them until they are dealt with
    #[arg(long)]
    pub note: bool,
    /// Read at most so much of each input, such as 500M or 2G; what is left out is told
    #[arg(long, value_name = "SIZE")]
    pub limit: Option<String>,
}
