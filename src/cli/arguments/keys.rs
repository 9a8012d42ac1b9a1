//! The words of `claviger keys`.

use clap::{Args, Subcommand, ValueEnum};
use std::path::PathBuf;

use crate::model::Status;

/// `keys …`
#[derive(Debug, Subcommand)]
pub enum KeysVerb {
    /// The table of keys
    #[command(after_help = "Examples:
  claviger keys list
  claviger keys list --filter \"hr integration\" --status active
  claviger keys list --sort created:desc --json")]
    List(ListKeys),
    /// Make a key; prints Key and Secret, the Secret only this once
    #[command(after_help = "Examples:
  claviger keys create --description \"HR System Integration\" --group HR_READ
  claviger keys create --description ci-deploy --group DEPLOY --env stg --expires 90d --rotate-every 90d --owner \"Ada L.\"")]
    Create(CreateKey),
    /// Make many keys from a CSV file with the columns description,group,environment,expires,owner
    #[command(after_help = "Examples:
  claviger keys import keys.csv --secrets secrets.csv

The first line names the columns; description and group must be there, environment is prd if left out.
Every line is checked before anything is made. The Secrets go to a new file that only you can read.")]
    Import(ImportKeys),
    /// All about some keys (never the Secret: it cannot be retrieved)
    #[command(after_help = "Examples:
  claviger keys show ck_prd_0123456789abcdef
  claviger keys show ck_prd_0123456789abcdef ck_stg_0123456789abcdef --json
  claviger keys show ck_prd_0123456789abcdef --impact
  claviger keys show ck_prd_0123456789abcdef --least-privilege

With --json one key is an object, several are an array.")]
    Show(ShowKeys),
    /// Change description, group, expiry, rotation or owner; an empty value clears an optional one
    #[command(after_help = "Examples:
  claviger keys edit ck_prd_0123456789abcdef --description \"HR Integration - March 2027\"
  claviger keys edit ck_prd_0123456789abcdef --expires 2027-03-01 --owner \"\"")]
    Edit(EditKeys),
    /// Make keys Active again (undo: keys disable)
    #[command(after_help = "Examples:
  claviger keys enable ck_prd_0123456789abcdef")]
    Enable(SomeKeys),
    /// Refuse keys from the very next request on (undo: keys enable)
    #[command(after_help = "Examples:
  claviger keys disable ck_prd_0123456789abcdef
  claviger keys disable ck_prd_0123456789abcdef ck_prd_fedcba9876543210")]
    Disable(SomeKeys),
    /// Give a key a successor that takes over step by step; prints Key and Secret of the successor, the Secret only this once
    #[command(after_help = "Examples:
  claviger keys rotate ck_prd_0123456789abcdef
  claviger keys rotate ck_prd_0123456789abcdef --deadline 7d
  claviger keys rotate ck_prd_0123456789abcdef --deadline 0

The old key goes on until it is disabled, or until the deadline; --deadline 0 disables it at once, after a leak.
`claviger rotations list` tells who still uses it, `claviger rotations abandon` takes all of it back.")]
    Rotate(RotateKey),
    /// Delete keys for ever: there is no undo
    #[command(after_help = "Examples:
  claviger keys delete ck_prd_0123456789abcdef
  claviger keys delete --yes ck_prd_0123456789abcdef")]
    Delete(DeleteKeys),
}

/// `keys list`
#[derive(Debug, Args)]
pub struct ListKeys {
    /// Words that must all be found, in any case, in description, group, key, owner or status; also modified:24h, due:14d, status:disabled
    #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
    pub filter: String,
    /// By description, group, key, status, created, `last_used`, expires or modified; add :desc to reverse [default: newest first]
    #[arg(long, value_name = "COLUMN[:desc]")]
    pub sort: Option<String>,
    /// Only keys with this status
    #[arg(long, value_enum, ignore_case = true)]
    pub status: Option<StatusWord>,
}

/// A status as it is typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum StatusWord {
    /// May log on.
    Active,
    /// Refused.
    Disabled,
}

impl From<StatusWord> for Status {
    fn from(word: StatusWord) -> Self {
        match word {
            StatusWord::Active => Self::Active,
            StatusWord::Disabled => Self::Disabled,
        }
    }
}

/// `keys create`
#[derive(Debug, Args)]
pub struct CreateKey {
    /// What the key is for: 1 to 200 characters
    #[arg(long, value_name = "TEXT")]
    pub description: String,
    /// Code of its user group
    #[arg(long, value_name = "CODE")]
    pub group: String,
    /// dev, stg or prd; fixed for the life of the key
    #[arg(long, value_name = "ENV", default_value = "prd")]
    pub env: String,
    /// When it ends: a date, RFC 3339, or a span ahead such as 90d
    #[arg(long, value_name = "WHEN")]
    pub expires: Option<String>,
    /// How often it should be rotated, such as 90d
    #[arg(long, value_name = "DAYS")]
    pub rotate_every: Option<String>,
    /// Who answers for it
    #[arg(long, value_name = "TEXT")]
    pub owner: Option<String>,
}

/// `keys rotate`
#[derive(Debug, Args)]
pub struct RotateKey {
    /// Which key
    #[arg(value_name = "KEY")]
    pub key: String,
    /// What the successor is for [default: the old description with this month, such as "HR - March 2026"]
    #[arg(long, value_name = "TEXT")]
    pub description: Option<String>,
    /// When the old key ends: a date, RFC 3339, a span ahead such as 7d, or 0 for at once [default: when it is disabled]
    #[arg(long, value_name = "WHEN|0")]
    pub deadline: Option<String>,
    /// How long the old key stays disabled before its deletion is offered
    #[arg(long, value_name = "DAYS", default_value = "7d")]
    pub monitoring: String,
}

/// `keys edit`
#[derive(Debug, Args)]
pub struct EditKeys {
    /// Which keys
    #[arg(required = true, value_name = "KEY")]
    pub keys: Vec<String>,
    /// What the key is for: 1 to 200 characters
    #[arg(long, value_name = "TEXT")]
    pub description: Option<String>,
    /// Code of its user group
    #[arg(long, value_name = "CODE")]
    pub group: Option<String>,
    /// When it ends: a date, RFC 3339, or a span ahead such as 90d; empty for never
    #[arg(long, value_name = "WHEN")]
    pub expires: Option<String>,
    /// How often it should be rotated, such as 90d; empty for never
    #[arg(long, value_name = "DAYS")]
    pub rotate_every: Option<String>,
    /// Who answers for it; empty for nobody
    #[arg(long, value_name = "TEXT")]
    pub owner: Option<String>,
}

/// `keys show`
#[derive(Debug, Args)]
pub struct ShowKeys {
    /// Which keys
    #[arg(required = true, value_name = "KEY")]
    pub keys: Vec<String>,
    /// Who would break if the key stopped: callers, rhythm, next call, tables
    #[arg(long)]
    pub impact: bool,
    /// The tightest user group for its calls of 30 days, and how many of them that would have refused
    #[arg(long, conflicts_with = "impact")]
    pub least_privilege: bool,
}

/// `keys enable` and `disable`
#[derive(Debug, Args)]
pub struct SomeKeys {
    /// Which keys
    #[arg(required = true, value_name = "KEY")]
    pub keys: Vec<String>,
}

/// `keys delete`
#[derive(Debug, Args)]
pub struct DeleteKeys {
    /// Which keys
    #[arg(required = true, value_name = "KEY")]
    pub keys: Vec<String>,
    /// Do not ask; needed when not at a terminal
    #[arg(long)]
    pub yes: bool,
}

/// `keys import`
#[derive(Debug, Args)]
pub struct ImportKeys {
    /// The CSV file; - for standard input
    #[arg(value_name = "FILE.csv")]
    pub file: PathBuf,
    /// The new file for the Secrets (description,key,secret), readable by you alone
    #[arg(long, value_name = "OUT")]
    pub secrets: PathBuf,
}
