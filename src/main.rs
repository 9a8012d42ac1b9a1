//! The binary `claviger`: hands the command line to the library and turns its answer into an exit code.

use std::process::ExitCode;

fn main() -> ExitCode {
    ExitCode::from(claviger::cli::run(std::env::args_os()))
}
