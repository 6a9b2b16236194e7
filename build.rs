//! Tells the program which sources it was built from (`OTVET_BUILD`), so that validators of answers change when the
//! program does, whether or not its version did. Equal sources give equal ids on every machine.
//!
//! Deliberately asks no version control: what is built need not be in one.

use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").expect("cargo says where the package is"));
    let mut files = vec![PathBuf::from("Cargo.toml"), PathBuf::from("Cargo.lock"), PathBuf::from("config.toml")];
    list(&root, Path::new("src"), &mut files)?;
    files.sort();
    let mut hash = FNV_BASIS;
    for file in &files {
        println!("cargo::rerun-if-changed={}", file.display());
        let text = fs::read(root.join(file)).or_else(|error| match error.kind() {
            // The lock file need not be there when the package is built for another one.
            io::ErrorKind::NotFound => Ok(Vec::new()),
            _ => Err(error),
        })?;
        add(&mut hash, file.to_string_lossy().replace('\\', "/").as_bytes());
        add(&mut hash, &(text.len() as u64).to_le_bytes());
        add(&mut hash, &text);
    }
    println!("cargo::rerun-if-changed=src");
    println!("cargo::rustc-env=OTVET_BUILD={hash:016x}");
    Ok(())
}

/// Lists the files below a folder, by their paths from the package.
fn list(root: &Path, folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(root.join(folder))? {
        let entry = entry?;
        let path = folder.join(entry.file_name());
        if entry.file_type()?.is_dir() { list(root, &path, files)? } else { files.push(path) }
    }
    Ok(())
}

/// FNV-1a, 64 bits.
const FNV_BASIS: u64 = 0xcbf2_9ce4_8422_2325;

fn add(hash: &mut u64, bytes: &[u8]) {
    for byte in bytes {
        *hash = (*hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3);
    }
}
