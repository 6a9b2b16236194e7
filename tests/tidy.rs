//! The source tree itself: the floors of `src/lib.rs`, a module doc in every file, documented settings, no leftovers.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn sources(folder: &str) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        for item in fs::read_dir(&folder).expect("a readable folder") {
            let path = item.expect("a readable entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.push((path.clone(), fs::read_to_string(&path).expect("UTF-8")));
            }
        }
    }
    found.sort();
    found
}

/// The floor of each module, from the groups of `pub mod` lines in `lib.rs`, the lowest first.
fn floors() -> BTreeMap<String, usize> {
    let text = fs::read_to_string(root().join("src/lib.rs")).expect("lib.rs");
    let (mut floors, mut floor, mut open) = (BTreeMap::new(), 0, false);
    for line in text.lines() {
        match line.strip_prefix("pub mod ").and_then(|rest| rest.strip_suffix(';')) {
            Some(module) => {
                floors.insert(module.to_owned(), floor);
                open = true;
            }
            None if line.trim().is_empty() && open => {
                floor += 1;
                open = false;
            }
            None => {}
        }
    }
    floors
}

/// The module of the house that a file belongs to: `src/web/api/mod.rs` to `web`.
fn module_of(path: &Path) -> String {
    let inside = path.strip_prefix(root().join("src")).expect("below src");
    let first = inside.components().next().expect("a name").as_os_str().to_string_lossy();
    first.trim_end_matches(".rs").to_owned()
}

/// The modules of this crate that a file names: `crate::git::…` and `use crate::{log, search};`.
fn named_modules(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (start, _) in text.match_indices("crate::") {
        if text[..start].ends_with(|c: char| c.is_alphanumeric() || c == '_') {
            continue;
        }
        let rest = &text[start + "crate::".len()..];
        let names = match rest.strip_prefix('{') {
            Some(group) => group.split('}').next().unwrap_or_default(),
            None => rest,
        };
        let parts: Vec<&str> = if rest.starts_with('{') { names.split(',').collect() } else { vec![names] };
        for part in parts {
            let name: String = part.trim().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            found.push(name);
        }
    }
    found
}

#[test]
fn modules_look_down_never_up_or_sideways() {
    let floors = floors();
    assert!(floors.len() > 10, "the floor plan was not found in lib.rs");
    let mut wrong = Vec::new();
    for (path, text) in sources("src") {
        let module = module_of(&path);
        let Some(&floor) = floors.get(&module) else { continue };
        for name in named_modules(&text) {
            match floors.get(&name) {
                Some(&other) if name != module && other >= floor => {
                    wrong.push(format!("{}: `{module}` (floor {floor}) uses `{name}` (floor {other})", path.display()));
                }
                _ => {}
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_module_stands_in_the_floor_plan() {
    let floors = floors();
    for (path, _) in sources("src") {
        let module = module_of(&path);
        assert!(module == "lib" || module == "main" || floors.contains_key(&module), "{module} is not in lib.rs");
    }
}

#[test]
fn every_file_begins_with_what_it_is_for() {
    let all = ["src", "tests", "benches"].map(sources).concat();
    let silent: Vec<_> = all.iter().filter(|(_, text)| !text.starts_with("//! ")).map(|(path, _)| path).collect();
    assert!(silent.is_empty(), "no `//!` at the top of {silent:?}");
}

#[test]
fn every_setting_is_documented_above_its_line() {
    let text = fs::read_to_string(root().join("config.toml")).expect("config.toml");
    let lines: Vec<&str> = text.lines().collect();
    let mut settings = 0;
    for (number, line) in lines.iter().enumerate() {
        let key = line.trim_start_matches("# ").split(" = ").next().unwrap_or_default();
        let is_setting = line.contains(" = ") && key.chars().all(|c| c.is_ascii_lowercase() || c == '_');
        if is_setting {
            settings += 1;
            assert!(lines[number - 1].starts_with("# "), "config.toml:{}: `{key}` has no comment above it", number + 1);
        }
    }
    assert!(settings >= 12, "only {settings} settings were recognised");
}

#[test]
fn code_has_no_leftovers() {
    let marks = [["to", "do!("].concat(), ["unimpl", "emented!("].concat(), ["db", "g!("].concat()];
    for (path, text) in sources("src") {
        for mark in &marks {
            assert!(!text.contains(mark.as_str()), "{} has `{mark}`", path.display());
        }
    }
}

#[test]
fn tests_wait_for_events_not_for_time() {
    let nap = ["sl", "eep("].concat();
    for (path, text) in sources("tests") {
        assert!(!text.contains(&nap), "{} waits for time", path.display());
    }
}

#[test]
fn templates_and_assets_hold_no_inline_script_or_style() {
    for item in fs::read_dir(root().join("src/web/templates")).expect("templates") {
        let path = item.expect("a readable entry").path();
        if path.is_dir() {
            continue;
        }
        let text = fs::read_to_string(&path).expect("UTF-8").to_lowercase();
        for forbidden in ["<style", " style=\"", "<script>", " onclick=", " onload=", "javascript:"] {
            assert!(!text.contains(forbidden), "{} has `{forbidden}`", path.display());
        }
    }
}
