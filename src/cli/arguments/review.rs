//! The words of `claviger review`.

use clap::{Args, Subcommand};

/// `review`
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct Review {
    /// What to do about a finding; without a word all findings are told
    #[command(subcommand)]
    pub verb: Option<ReviewVerb>,
    /// Keys never used count after so long [default: 30d, or `review_unused_days` of claviger.toml]
    #[arg(long, value_name = "SPAN")]
    pub unused: Option<String>,
    /// Keys not used any more count after so long [default: 90d, or `review_silent_days` of claviger.toml]
    #[arg(long, value_name = "SPAN")]
    pub silent: Option<String>,
    /// Keys without a rotation count after so long, where they name no span of their own [default: 180d, or
    /// `review_unrotated_days` of claviger.toml]
    #[arg(long, value_name = "SPAN")]
    pub unrotated: Option<String>,
    /// Only findings at least so bad: high, medium or low
    #[arg(long, value_name = "SEVERITY", default_value = "low")]
    pub severity: String,
    /// Tell what is accepted instead: why, by whom, until when
    #[arg(long)]
    pub accepted: bool,
    /// Print one JSON object to hand to an auditor: when, by whom, by which limits, what was looked at and what could
    /// not be known, all findings with reason and evidence, and what is accepted
    #[arg(long, conflicts_with = "accepted")]
    pub report: bool,
}

/// `review …`
#[derive(Debug, Subcommand)]
pub enum ReviewVerb {
    /// Live with a finding until a date: the review leaves it out until then
    #[command(after_help = "Examples:
  claviger review accept no-expiry ck_prd_0123456789abcdef --reason \"the partner rotates it\" --until 180d
  claviger review accept shared-group HR_READ --reason \"read only, no personal data\" --until 2027-03-01")]
    Accept(AcceptFinding),
    /// Take an acceptance back: it is a finding again
    #[command(after_help = "Examples:
  claviger review withdraw no-expiry ck_prd_0123456789abcdef")]
    Withdraw(WithdrawAcceptance),
    /// Forget where `scan --note` found a key, once it is taken out there
    #[command(after_help = "Examples:
  claviger review forget ck_prd_0123456789abcdef")]
    Forget(ForgetSightings),
}

/// `review accept`
#[derive(Debug, Args)]
pub struct AcceptFinding {
    /// What was found, by its word in `review --json`, such as no-expiry
    #[arg(value_name = "FINDING")]
    pub finding: String,
    /// The key, or the user group where the finding is about one
    #[arg(value_name = "KEY|GROUP")]
    pub about: String,
    /// Why that is all right: 1 to 200 characters, kept with your name
    #[arg(long, value_name = "TEXT")]
    pub reason: String,
    /// From then on it is a finding again: a date or a span, a year at most
    #[arg(long, value_name = "WHEN")]
    pub until: String,
}

/// `review withdraw`
#[derive(Debug, Args)]
pub struct WithdrawAcceptance {
    /// What was found
    #[arg(value_name = "FINDING")]
    pub finding: String,
    /// In which key or user group
    #[arg(value_name = "KEY|GROUP")]
    pub about: String,
}

/// `review forget`
#[derive(Debug, Args)]
pub struct ForgetSightings {
    /// Which key
    #[arg(value_name = "KEY")]
    pub key: String,
}
