//! The program `otvet`: the command line, no logic.

use std::process::ExitCode;

/// Editions are built while requests are answered; this allocator gives memory back to the system afterwards.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    otvet::command::run(std::env::args_os())
}
