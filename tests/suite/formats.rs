//! What `otvet check` prints for people, programs and workflows.

use std::fs;
use std::process::Command;

use serde_json::Value;
use tempfile::TempDir;

/// A folder with an error and a warning, and many more errors in a file of its own.
fn folder(many: usize) -> TempDir {
    let folder = TempDir::new().expect("a temporary folder");
    let kb = folder.path().join("kb");
    fs::create_dir_all(&kb).expect("a folder");
    fs::write(kb.join("a.md"), "---\nownr: x\naudience: [pubilc]\n---\nТекст.\n").expect("writes");
    let links: String = (0..many).map(|number| format!("[x](net-{number}.md)\n\n")).collect();
    fs::write(kb.join("b.md"), format!("# Б\n\n{links}Всё.\n")).expect("writes");
    folder
}

fn check(folder: &TempDir, arguments: &[&str]) -> (Option<i32>, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_otvet"));
    command.arg("check").args(arguments).current_dir(folder.path()).env_clear();
    command.envs([("PATH", std::env::var("PATH").unwrap_or_default().as_str()), ("GIT_CONFIG_GLOBAL", "/dev/null")]);
    let output = command.output().expect("a program");
    (output.status.code(), String::from_utf8_lossy(&output.stdout).into_owned())
}

fn git(folder: &TempDir, arguments: &[&str]) {
    let who = ["-c", "user.name=Анна", "-c", "user.email=a@severdom.example"];
    let status = Command::new("git").args(who).args(arguments).current_dir(folder.path()).status();
    assert!(status.expect("git").success(), "{arguments:?}");
}

#[test]
fn findings_have_a_form_for_each_reader() {
    let folder = folder(0);
    let (code, told) = check(&folder, &["kb", "--format", "json", "--lang", "en"]);
    let told: Value = serde_json::from_str(&told).expect("JSON");
    assert_eq!((code, &told["errors"], &told["warnings"]), (Some(1), &1.into(), &1.into()));
    assert_eq!(told["diagnostics"][0]["help"], "Did you mean `public`?");
    assert_eq!((&told["diagnostics"][1]["code"], &told["diagnostics"][1]["line"]), (&"KB006".into(), &2.into()));
    let (code, told) = check(&folder, &["kb", "--format", "github", "--lang", "ru"]);
    assert_eq!(code, Some(1));
    insta::assert_snapshot!(told, @r"
    ::error file=kb/a.md,line=3,col=12,title=KB008::неизвестная аудитория `pubilc` → Может быть, `public`?
    ::warning file=kb/a.md,line=2,col=1,title=KB006::неизвестный ключ `ownr` → Может быть, `owner`?
    ");
    let (_, told) = check(&folder, &["kb", "--format", "sarif", "--lang", "en"]);
    let told: Value = serde_json::from_str(&told).expect("JSON");
    let run = &told["runs"][0];
    let rules: Vec<&Value> =
        run["tool"]["driver"]["rules"].as_array().expect("rules").iter().map(|rule| &rule["id"]).collect();
    assert_eq!(rules, ["KB006", "KB008"]);
    assert_eq!((&run["results"][0]["ruleId"], &run["results"][0]["level"]), (&"KB008".into(), &"error".into()));
    let place = &run["results"][0]["locations"][0]["physicalLocation"];
    assert_eq!((&place["artifactLocation"]["uri"], &place["region"]["startLine"]), (&"kb/a.md".into(), &3.into()));
    let rule = &run["tool"]["driver"]["rules"][1];
    assert_eq!(
        (&run["results"][0]["ruleIndex"], &rule["shortDescription"]["text"]),
        (&1.into(), &"audiences are known".into())
    );
}

#[test]
fn files_are_called_as_they_are_found_from_where_the_check_was_started() {
    let folder = folder(0);
    let uri = |told: &str| {
        let told: Value = serde_json::from_str(told).expect("JSON");
        told["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"].clone()
    };
    // The whole of a repository: git's own folder is no content.
    git(&folder, &["init", "-q"]);
    let (_, told) = check(&folder, &[".", "--format", "github", "--lang", "en"]);
    assert!(told.starts_with("::error file=kb/a.md,") && !told.contains(".git"), "{told}");
    let kb = folder.path().join("kb").display().to_string();
    assert_eq!(uri(&check(&folder, &[&kb, "--format", "sarif"]).1), format!("file://{kb}/a.md"));
    git(&folder, &["add", "-A"]);
    git(&folder, &["commit", "-qm", "start"]);
    git(&folder, &["clone", "-q", "--bare", ".", "bare.git"]);
    assert_eq!(uri(&check(&folder, &["bare.git", "--format", "sarif"]).1), "kb/a.md");
    // Names that are one on some machines are found on a disk, too.
    fs::write(folder.path().join("kb/A.md"), "# А\n\nДа.\n").expect("writes");
    assert!(check(&folder, &["kb", "--lang", "en"]).1.contains("kb/a.md:1:1  KB051 error"));
}

#[test]
fn people_are_told_of_twenty_findings_and_of_how_many_more() {
    let folder = folder(0);
    git(&folder, &["init", "-q"]);
    git(&folder, &["add", "-A"]);
    git(&folder, &["commit", "-qm", "start"]);
    let many: String = (0..25).map(|number| format!("[x](net-{number}.md)\n\n")).collect();
    fs::write(folder.path().join("kb/b.md"), format!("# Б\n\n{many}")).expect("writes");
    let (code, told) = check(&folder, &["kb", "--since", "HEAD", "--lang", "ru"]);
    assert_eq!((code, told.matches("KB020 ошибка").count()), (Some(1), 20));
    assert!(
        told.contains("\nи ещё 5\n") && told.ends_with("изменено файлов: 1 из 2, ошибок: 25, предупреждений: 0\n"),
        "{told}"
    );
    let (_, told) = check(&folder, &["kb", "--since", "HEAD", "--lang", "en", "--limit", "0"]);
    assert_eq!(told.matches("KB020 error").count(), 25);
    assert!(!told.contains("KB008"), "what was wrong before in other files is left alone");
}
