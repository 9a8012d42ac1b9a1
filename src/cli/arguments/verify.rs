//! The words of `verify`, and what somebody wants to do, which `groups show --explain` asks too.
//!
//! Never a Secret: that comes from standard input or the environment.

use clap::Args;

/// `verify`
#[derive(Debug, Args)]
pub struct Verify {
    /// The Key that was presented
    #[arg(long, value_name = "KEY")]
    pub key: String,
    /// What it wants to do.
    #[command(flatten)]
    pub wish: Wish,
}

/// What somebody wants to do: `verify`, `groups show --explain`
#[derive(Debug, Args)]
pub struct Wish {
    /// On this table; needs --operation
    #[arg(long, value_name = "TABLE", requires = "operation")]
    pub table: Option<String>,
    /// What it does to the table: select, insert, update or delete
    #[arg(long, value_name = "OPERATION", requires = "table")]
    pub operation: Option<String>,
    /// Which menu item it opens, such as "Reports/Asset Register"
    #[arg(long, value_name = "ITEM")]
    pub menu: Option<String>,
    /// The very record it is about, as a JSON object: held to the table's record filter
    #[arg(long, value_name = "JSON", requires = "table")]
    pub record: Option<String>,
}
