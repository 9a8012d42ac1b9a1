//! The words of `claviger groups`.

use super::Wish;
use clap::{Args, Subcommand};
use std::path::PathBuf;

/// `groups …`
#[derive(Debug, Subcommand)]
pub enum GroupsVerb {
    /// The table of user groups
    #[command(after_help = "Examples:
  claviger groups list
  claviger groups list --filter read --json")]
    List(ListGroups),
    /// Make a user group: from options, from a JSON file, or from a template
    #[command(after_help = "Examples:
  claviger groups create --code HR_READ --description \"Human resources, reading\" --role READ
  claviger groups create --template read-only-reporting
  claviger groups create --file group.json")]
    Create(CreateGroup),
    /// All about a user group; with --json in the form that --file reads
    #[command(after_help = "Examples:
  claviger groups show HR_READ
  claviger groups show HR_READ --json > group.json
  claviger groups show HR_READ --explain
  claviger groups show HR_READ --explain --table Asset --operation update
  claviger groups show HR_READ --explain --table Asset --operation select --record '{}'")]
    Show(ShowGroup),
    /// Change a user group; its keys feel it on their next request
    #[command(after_help = "Examples:
  claviger groups edit HR_READ --description \"Human resources, reading only\"
  claviger groups edit HR_READ --restricted false
  claviger groups edit HR_READ --file group.json")]
    Edit(EditGroup),
    /// Delete a user group that no key uses: there is no undo
    #[command(after_help = "Examples:
  claviger groups delete HR_READ
  claviger groups delete HR_READ --yes")]
    Delete(DeleteGroup),
    /// The recommended groups, to start from
    #[command(after_help = "Examples:
  claviger groups templates
  claviger groups templates --json")]
    Templates,
}

/// `groups list`
#[derive(Debug, Args)]
pub struct ListGroups {
    /// Words that must all be found, in any case, in code, description or role
    #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
    pub filter: String,
}

/// `groups create`
#[derive(Debug, Args)]
pub struct CreateGroup {
    /// Its code: 1 to 32 of A-Z, 0-9, _ and -; never changes
    #[arg(long, value_name = "CODE", required_unless_present_any = ["file", "template"])]
    pub code: Option<String>,
    /// What it is for: 1 to 200 characters
    #[arg(long, value_name = "TEXT", required_unless_present_any = ["file", "template"])]
    pub description: Option<String>,
    /// READ, WRITE or ADMIN
    #[arg(long, value_name = "ROLE", required_unless_present_any = ["file", "template"])]
    pub role: Option<String>,
    /// Close every table that has no permission of its own
    #[arg(long)]
    pub restricted: bool,
    /// All of it from a JSON file; - for standard input
    #[arg(long, value_name = "FILE", conflicts_with_all = ["code", "description", "role", "restricted", "template"])]
    pub file: Option<PathBuf>,
    /// All of it from a template, by its code; --code and --description replace the template's
    #[arg(long, value_name = "NAME", conflicts_with_all = ["role", "restricted"])]
    pub template: Option<String>,
}

/// `groups show`
#[derive(Debug, Args)]
pub struct ShowGroup {
    /// Which group
    #[arg(value_name = "CODE")]
    pub code: String,
    /// What it may do, or, with the options below, whether it may do that, and why
    #[arg(long)]
    pub explain: bool,
    /// What it wants to do.
    #[command(flatten)]
    pub wish: Wish,
}

/// `groups edit`
#[derive(Debug, Args)]
pub struct EditGroup {
    /// Which group
    #[arg(value_name = "CODE")]
    pub code: String,
    /// What it is for: 1 to 200 characters
    #[arg(long, value_name = "TEXT")]
    pub description: Option<String>,
    /// READ, WRITE or ADMIN
    #[arg(long, value_name = "ROLE")]
    pub role: Option<String>,
    /// Whether to close every table that has no permission of its own
    #[arg(long, value_name = "true|false", num_args = 0..=1, default_missing_value = "true", value_parser = clap::builder::BoolishValueParser::new())]
    pub restricted: Option<bool>,
    /// All of it from a JSON file with the same code; - for standard input
    #[arg(long, value_name = "FILE", conflicts_with_all = ["description", "role", "restricted"])]
    pub file: Option<PathBuf>,
    /// Change nothing: tell which calls of the last week it would have refused
    #[arg(long)]
    pub dry_run: bool,
}

/// `groups delete`
#[derive(Debug, Args)]
pub struct DeleteGroup {
    /// Which group
    #[arg(value_name = "CODE")]
    pub code: String,
    /// Do not ask; needed when not at a terminal
    #[arg(long)]
    pub yes: bool,
}
