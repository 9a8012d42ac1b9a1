//! The words of `claviger review`.

use clap::Args;

/// `review`
#[derive(Debug, Args)]
pub struct Review {
    /// Keys never used count after so long
    #[arg(long, value_name = "SPAN", default_value = "30d")]
    pub unused: String,
    /// Keys not used any more count after so long
    #[arg(long, value_name = "SPAN", default_value = "90d")]
    pub silent: String,
    /// Keys without a rotation count after so long, where they name no span of their own
    #[arg(long, value_name = "SPAN", default_value = "180d")]
    pub unrotated: String,
    /// Only findings at least so bad: high, medium or low
    #[arg(long, value_name = "SEVERITY", default_value = "low")]
    pub severity: String,
}
