//! `otvet init` and the hook that it puts in place, with the git program.

use std::path::Path;
use std::process::{Command, Output};

use tempfile::TempDir;

fn run(program: &str, arguments: &[&str], folder: &Path) -> Output {
    let own = Path::new(env!("CARGO_BIN_EXE_otvet")).parent().expect("a folder");
    let path = format!("{}:{}", own.display(), std::env::var("PATH").unwrap_or_default());
    let mut command = Command::new(program);
    command.args(arguments).current_dir(folder).env_clear().envs([
        ("PATH", path.as_str()),
        ("HOME", "/nonexistent"),
        ("LANG", "ru_RU.UTF-8"),
        ("GIT_CONFIG_GLOBAL", "/dev/null"),
        ("GIT_CONFIG_NOSYSTEM", "1"),
        ("GIT_AUTHOR_NAME", "Анна"),
        ("GIT_AUTHOR_EMAIL", "a@severdom.example"),
        ("GIT_COMMITTER_NAME", "Анна"),
        ("GIT_COMMITTER_EMAIL", "a@severdom.example"),
    ]);
    command.output().expect("a program")
}

fn said(program: &str, arguments: &[&str], folder: &Path) -> String {
    let output = run(program, arguments, folder);
    assert!(output.status.success(), "{program} {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn first_content_passes_its_own_check_and_the_hook_stops_what_does_not() {
    let folder = TempDir::new().expect("a temporary folder");
    let at = folder.path();
    let made = said("otvet", &["init"], at);
    insta::assert_snapshot!(made, @r"
    создано  .git
    создано  .gitignore
    создано  kb/vozvrat.md
    создано  kb/_lexicon.yml
    создано  kb/_tests/otvety.yml
    создано  kb/_templates/otvet.md
    создано  kb/_templates/otkaz.md
    создано  .git/hooks/pre-commit

    Дальше: git add -A && git commit -m 'первая статья' && otvet serve --content kb
    ");
    said("git", &["add", "-A"], at);
    said("git", &["commit", "-qm", "start"], at);
    assert_eq!(said("otvet", &["check", "--strict"], at), "статей: 1, ошибок: 0, предупреждений: 0\n");
    // What is staged counts, not what lies on disk.
    let article = at.join("kb/vozvrat.md");
    let good = std::fs::read_to_string(&article).expect("the article");
    std::fs::write(&article, good.replace("[public]", "[pubilc]")).expect("writes");
    said("git", &["add", "-A"], at);
    std::fs::write(&article, &good).expect("writes");
    let refused = run("git", &["commit", "-qm", "broken"], at);
    assert!(!refused.status.success());
    let told = String::from_utf8_lossy(&refused.stdout) + String::from_utf8_lossy(&refused.stderr);
    assert!(told.contains("kb/vozvrat.md:8:12  KB008 ошибка"), "{told}");
    said("git", &["add", "-A"], at);
    std::fs::write(at.join("kb/b.md"), "# Б\n\n[нет](net.md)\n").expect("writes");
    assert!(run("git", &["commit", "-qm", "only what is staged", "--allow-empty"], at).status.success());
}

#[test]
fn what_is_there_stays_as_it_is() {
    let folder = TempDir::new().expect("a temporary folder");
    let at = folder.path();
    said("git", &["init", "-q"], at);
    said("git", &["config", "core.hooksPath", "own hooks"], at);
    std::fs::create_dir_all(at.join("kb")).expect("a folder");
    std::fs::create_dir_all(at.join("own hooks")).expect("a folder");
    std::fs::write(at.join("kb/vozvrat.md"), "# Своё\n").expect("writes");
    std::fs::write(at.join("own hooks/pre-commit"), "#!/bin/sh\ntrue\n").expect("writes");
    let told = said("otvet", &["init", "."], at);
    assert!(told.contains("уже есть kb/vozvrat.md\n") && told.contains("создано  kb/_lexicon.yml\n"), "{told}");
    assert!(told.contains("уже есть own hooks/pre-commit\n         добавьте в него строку"), "{told}");
    assert_eq!(std::fs::read_to_string(at.join("kb/vozvrat.md")).expect("the article"), "# Своё\n");
    assert!(!at.join(".git/hooks/pre-commit").exists());
    let again = said("otvet", &["init"], at);
    assert!(!again.contains("создано"), "{again}");
}
