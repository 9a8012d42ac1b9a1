//! The words of the command line, as clap reads them: one definition for parsing, `--help` and completions.
//!
//! Values stay text here. What they mean, and the sentence when they mean nothing, is told by the rules in `model`,
//! so that every face says the same. Knows nothing of stores or printing.

use clap::{Args, Parser, ValueEnum};
use std::path::PathBuf;

mod groups;
mod keys;
mod review;
mod rotations;
mod scan;
mod upkeep;
mod verb;
mod verify;

pub use groups::{CreateGroup, DeleteGroup, EditGroup, GroupsVerb, ListGroups, ShowGroup};
pub use keys::{
    CreateKey, DeleteKeys, EditKeys, ImportKeys, KeysVerb, ListKeys, RotateKey, ShowKeys, SomeKeys,
};
pub use review::{AcceptFinding, ForgetSightings, Review, ReviewVerb, WithdrawAcceptance};
pub use rotations::{AbandonRotation, FinishRotation, RotationsVerb};
pub use scan::Scan;
pub use upkeep::{Backup, Repair, Restore, StoreVerb};
pub use verb::Verb;
pub use verify::{Verify, Wish};

/// What was asked for.
#[derive(Debug, Parser)]
#[command(
    name = "claviger",
    version,
    about = "Issues API keys, shows each Secret once, verifies them, and means it when one is disabled",
    long_about = "claviger keeps API keys: it issues them to other systems, shows each Secret once, verifies them, \
                  and refuses a disabled one from the very next request. Without a command it opens the console.",
    disable_help_subcommand = true,
    after_help = "Examples:
  claviger
  claviger groups create --template read-only-reporting
  claviger keys create --description \"HR System Integration\" --group API_READ
  claviger keys list --filter hr

Exit codes: 0 done, 1 failed, 2 wrong usage, 3 Invalid API Key, 4 Insufficient Permissions, 5 store damaged or refused, 6 findings, 7 store held by another process"
)]
pub struct Arguments {
    /// Options of every command.
    #[command(flatten)]
    pub global: Global,
    /// The command; without one the console opens.
    #[command(subcommand)]
    pub verb: Option<Verb>,
}

/// Options of every command.
#[derive(Debug, Args)]
pub struct Global {
    /// Directory of the store [default: `$CLAVIGER_STORE`, else the platform's data directory + claviger]
    #[arg(long, global = true, value_name = "DIR")]
    pub store: Option<PathBuf>,
    /// Socket of the server that holds the store [default: `$CLAVIGER_SOCKET`, else the store's own]
    #[arg(long, global = true, value_name = "PATH")]
    pub connect: Option<PathBuf>,
    /// Print data as JSON
    #[arg(long, global = true)]
    pub json: bool,
    /// Whether to use colours; auto: at a terminal, unless `NO_COLOR` is set
    #[arg(long, global = true, value_enum, default_value_t = Color::Auto, value_name = "WHEN")]
    pub color: Color,
    /// Refuse a store older than this revision: tells a roll-back of all its files together
    #[arg(long, global = true, value_name = "N")]
    pub expect_revision: Option<u64>,
}

/// When to use colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// At a terminal, unless `NO_COLOR` is set.
    Auto,
    /// Even into a pipe.
    Always,
    /// Not even at a terminal.
    Never,
}

/// `changes`
#[derive(Debug, Args)]
pub struct Changes {
    /// Only changes of this key
    #[arg(long, value_name = "KEY")]
    pub key: Option<String>,
    /// Only changes since then: a date, RFC 3339, or a span back such as 24h or 90d
    #[arg(long, value_name = "WHEN")]
    pub since: Option<String>,
}

/// `why`
#[derive(Debug, Args)]
pub struct Why {
    /// The reference of the refusal: `ref` in its body, or X-Claviger-Ref
    #[arg(value_name = "REF")]
    pub reference: String,
}

/// `serve`
#[derive(Debug, Args)]
pub struct Serve {
    /// Where to answer verification: HOST:PORT or unix:PATH; may be given several times
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:7420")]
    pub listen: Vec<String>,
    /// Another socket for consoles and commands, beside admin.sock in the store
    #[arg(long, value_name = "PATH")]
    pub admin_socket: Option<PathBuf>,
}

/// `history`
#[derive(Debug, Args)]
pub struct History {
    /// Only logons with this key
    #[arg(long, value_name = "KEY")]
    pub key: Option<String>,
    /// Only logons since then: a date, RFC 3339, or a span back such as 24h or 90d
    #[arg(long, value_name = "WHEN")]
    pub since: Option<String>,
    /// Only these: refused, accepted, invalid or insufficient
    #[arg(long, value_name = "RESULT")]
    pub result: Option<String>,
    /// Print CSV
    #[arg(long, conflicts_with = "json")]
    pub csv: bool,
}

/// `due`
#[derive(Debug, Args)]
pub struct Due {
    /// How far ahead: a span such as 14d, a date, or RFC 3339 [default: 14d; with --ics all dates]
    #[arg(long, value_name = "WHEN")]
    pub within: Option<String>,
    /// Print an iCalendar file with alarms
    #[arg(long, conflicts_with = "json")]
    pub ics: bool,
}

/// `demo`
#[derive(Debug, Args)]
pub struct Demo {
    /// How many keys
    #[arg(long, value_name = "N", default_value_t = 200, value_parser = clap::value_parser!(u32).range(1..=5_000_000))]
    pub keys: u32,
}

/// `completions`
#[derive(Debug, Args)]
pub struct Completions {
    /// Which shell
    #[arg(value_enum)]
    pub shell: clap_complete::Shell,
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    /// Every command with its path of names.
    fn walk(command: &clap::Command, path: &str, see: &mut impl FnMut(&clap::Command, &str)) {
        see(command, path);
        for inner in command.get_subcommands() {
            walk(inner, &format!("{path} {}", inner.get_name()), see);
        }
    }

    /// Cuts a line like a shell would: blanks outside double quotes.
    fn words(line: &str) -> Vec<String> {
        let (mut words, mut word, mut quoted) = (Vec::new(), None::<String>, false);
        for c in line.chars() {
            match c {
                '"' => {
                    quoted = !quoted;
                    word.get_or_insert_default();
                }
                ' ' if !quoted => words.extend(word.take()),
                c => word.get_or_insert_default().push(c),
            }
        }
        words.extend(word);
        words
    }

    #[test]
    fn the_definition_holds_together() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn every_command_has_examples_and_each_example_parses() {
        walk(&Arguments::command(), "claviger", &mut |command, path| {
            let help = command.get_after_help().map(ToString::to_string).unwrap_or_default();
            let lines: Vec<_> = help.lines().filter_map(|l| l.strip_prefix("  ")).collect();
            assert!(help.starts_with("Examples:\n") && !lines.is_empty(), "{path}: {help}");
            for line in lines {
                let start = line.find("claviger").unwrap();
                let end = line.find(" > ").or(line.find(" && ")).unwrap_or(line.len());
                if let Err(error) = Arguments::try_parse_from(words(&line[start..end])) {
                    panic!("{path}: {line}: {error}");
                }
            }
        });
    }

    #[test]
    fn every_long_option_is_kebab_case() {
        walk(&Arguments::command(), "claviger", &mut |command, path| {
            for name in command.get_arguments().filter_map(clap::Arg::get_long) {
                assert!(name.chars().all(|c| c.is_ascii_lowercase() || c == '-'), "{path} --{name}");
            }
        });
    }
}
