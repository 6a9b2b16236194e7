//! The hooks of a hosted repository: this program, called by git under the name of a hook, asks the server that runs.

use std::ffi::OsStr;
use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;

use crate::host::{gate, push};

/// Returns the exit code of a hook, when that is what this program was called as.
pub(super) fn run(program: Option<&OsStr>) -> Option<ExitCode> {
    let name = Path::new(program?).file_name()?.to_str()?;
    let hook = push::HOOKS.into_iter().find(|hook| *hook == name)?;
    Some(match gate::hook(hook) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(reason) => {
            let _ = io::stderr().lock().write_all(reason.as_bytes());
            ExitCode::FAILURE
        }
    })
}
