//! The commands by name, each with its examples for `--help`.
//!
//! A command with words of its own under it has them in the file of its noun.

use clap::Subcommand;

use super::{
    Backup, Changes, Completions, Demo, Due, GroupsVerb, History, KeysVerb, Restore, Review, RotationsVerb,
    Scan, Serve, StoreVerb, Verify, Why,
};

/// The command.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// List, create, import, show, edit, enable, disable and delete API keys
    #[command(
        subcommand,
        disable_help_subcommand = true,
        after_help = "Examples:
  claviger keys list --sort last_used
  claviger keys create --description \"HR System Integration\" --group API_READ
  claviger keys disable ck_prd_0123456789abcdef"
    )]
    Keys(KeysVerb),
    /// List, create, show, edit and delete user groups
    #[command(
        subcommand,
        disable_help_subcommand = true,
        after_help = "Examples:
  claviger groups list
  claviger groups create --code HR_READ --description \"Human resources, reading\" --role READ"
    )]
    Groups(GroupsVerb),
    /// List, finish and abandon the rotations under way (`keys rotate` starts one)
    #[command(
        subcommand,
        disable_help_subcommand = true,
        after_help = "Examples:
  claviger rotations list
  claviger rotations finish ck_prd_0123456789abcdef"
    )]
    Rotations(RotationsVerb),
    /// Check a Key and its Secret; the Secret comes from standard input or `CLAVIGER_SECRET`, never as an argument
    #[command(after_help = "Examples:
  printenv APP_SECRET | claviger verify --key ck_prd_0123456789abcdef
  CLAVIGER_SECRET=\"$APP_SECRET\" claviger verify --key ck_prd_0123456789abcdef
  printenv APP_SECRET | claviger verify --key ck_prd_0123456789abcdef --table Asset --operation update

Exit codes: 0 allowed, 3 Invalid API Key, 4 Insufficient Permissions")]
    Verify(Verify),
    /// Who changed what, when, before and after; newest first
    #[command(after_help = "Examples:
  claviger changes --since 24h
  claviger changes --key ck_prd_0123456789abcdef --json")]
    Changes(Changes),
    /// The full reason of one refusal, by the reference that its caller got
    #[command(after_help = "Examples:
  claviger why 7K2M-9QXT
  claviger why 7K2M-9QXT --json")]
    Why(Why),
    /// Verify keys over HTTP, and let any number of consoles and commands work on the store at once
    #[command(after_help = "Examples:
  claviger serve
  claviger serve --listen 127.0.0.1:7420 --listen unix:/run/claviger/verify.sock
  claviger --store /var/lib/claviger serve --admin-socket /run/claviger/admin.sock")]
    Serve(Serve),
    /// Who logged on with which key, from where, and what came of it; newest first
    #[command(after_help = "Examples:
  claviger history --since 24h --result refused
  claviger history --key ck_prd_0123456789abcdef --json
  claviger history --since 90d --csv > history.csv")]
    History(History),
    /// Keys whose rotation or expiry is due
    #[command(after_help = "Examples:
  claviger due
  claviger due --within 30d --json
  claviger due --ics > claviger.ics

Exit codes: 0 nothing is due (and always with --ics), 6 something is due within 14 days or as --within says")]
    Due(Due),
    /// Findings against the security practices, the worst first
    #[command(after_help = "Examples:
  claviger review
  claviger review --report > review-2026-q4.json
  claviger review --severity high
  claviger review --unused 14d --silent 60d --unrotated 365d
  claviger review accept no-expiry ck_prd_0123456789abcdef --reason \"the partner rotates it\" --until 180d
  claviger review --accepted

Exit codes: 0 none but accepted ones, 6 findings")]
    Review(Review),
    /// Find Keys and Secrets in files, directories or standard input, by form and checksum, offline
    #[command(after_help = "Examples:
  claviger scan .
  claviger scan --live --json /srv/config
  git log -p --all | claviger scan -
  claviger scan --note /srv

Exit codes: 0 none found, 1 none found but something could not be read, 6 found")]
    Scan(Scan),
    /// Fill an empty store with made-up groups and keys (nobody knows their Secrets)
    #[command(after_help = "Examples:
  claviger --store ./demo demo
  claviger --store ./demo demo --keys 100000")]
    Demo(Demo),
    /// Write the whole store into one new file
    #[command(after_help = "Examples:
  claviger backup claviger-2026-11-23.backup")]
    Backup(Backup),
    /// Make a store from a backup; --store must be absent or empty
    #[command(after_help = "Examples:
  claviger --store ./restored restore claviger-2026-11-23.backup")]
    Restore(Restore),
    /// Check and repair the store
    #[command(
        subcommand,
        disable_help_subcommand = true,
        after_help = "Examples:
  claviger store check
  claviger store repair"
    )]
    Store(StoreVerb),
    /// Print the completions of a shell
    #[command(after_help = "Examples:
  claviger completions bash > ~/.local/share/bash-completion/completions/claviger
  claviger completions zsh > ~/.zfunc/_claviger")]
    Completions(Completions),
}
