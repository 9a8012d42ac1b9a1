//! The binary `claviger`: hands the command line to the library and turns its answer into an exit code.

use std::alloc::System;
use std::process::ExitCode;
use zeroizing_alloc::ZeroAlloc;

/// Wipes all memory that is given back. Our own types do that by themselves, but the buffers of a connection, of a
/// parser or of a terminal belong to packages that do not.
#[global_allocator]
static WIPING: ZeroAlloc<System> = ZeroAlloc(System);

fn main() -> ExitCode {
    ExitCode::from(claviger::cli::run(std::env::args_os()))
}
