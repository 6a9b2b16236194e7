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
    создано  config.toml
    создано  kb/vozvrat.md
    создано  kb/_owners
    создано  kb/_lexicon.yml
    создано  kb/_tests/otvety.yml
    создано  kb/_templates/answer.md
    создано  kb/_templates/refusal.md
    создано  kb/_templates/procedure.md
    создано  kb/_templates/playbook.md
    создано  kb/_templates/reply.md
    создано  kb/_templates/example.md
    создано  kb/_templates/standard.md
    создано  .git/hooks/pre-commit

    Дальше: git add -A && git commit -m 'первая статья' && otvet serve
    Следующая статья: otvet new answer --title 'Как оплатить заказ'
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
    assert!(told.contains("Коммит не сделан. Исправьте ошибки и повторите"), "{told}");
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
    assert_eq!(std::fs::read_dir(at.join("kb")).expect("a folder").count(), 1, "a base needs no first article: {told}");
    assert!(told.contains("В папке `kb` статьи уже есть"), "{told}");
    assert!(told.contains("уже есть own hooks/pre-commit\n         добавьте в него строку"), "{told}");
    assert_eq!(std::fs::read_to_string(at.join("kb/vozvrat.md")).expect("the article"), "# Своё\n");
    assert!(!at.join(".git/hooks/pre-commit").exists());
    std::fs::remove_file(at.join("kb/vozvrat.md")).expect("removes");
    std::fs::write(at.join("kb/_owners"), "* @svoi\n").expect("writes");
    let told = said("otvet", &["init"], at);
    assert!(told.contains("уже есть kb/_owners\n") && told.contains("создано  kb/_lexicon.yml\n"), "{told}");
    assert_eq!(std::fs::read_to_string(at.join("kb/_owners")).expect("owners"), "* @svoi\n");
    let again = said("otvet", &["init"], at);
    assert!(!again.contains("создано"), "{again}");
}

#[test]
fn hook_speaks_the_language_that_was_chosen_and_sees_the_folder_go() {
    let folder = TempDir::new().expect("a temporary folder");
    let at = folder.path();
    said("otvet", &["init", "--lang", "en"], at);
    said("git", &["add", "-A"], at);
    said("git", &["commit", "-qm", "start"], at);
    said("git", &["rm", "-rq", "kb"], at);
    let refused = run("git", &["commit", "-qm", "gone"], at);
    let told = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(!refused.status.success() && told.contains("Nothing was committed. Mend the errors"), "{told}");
}

#[test]
fn every_template_makes_an_article_that_passes_the_check() {
    for lang in ["ru", "en"] {
        let folder = TempDir::new().expect("a temporary folder");
        let at = folder.path();
        said("otvet", &["init", "--lang", lang], at);
        for kind in ["answer", "refusal", "procedure", "playbook", "reply", "example", "standard"] {
            let title = format!("Отказ: {kind} «за час» #1");
            said("otvet", &["new", kind, "--title", &title, "--folder", "kb/otkazy", "--lang", lang], at);
        }
        // The same from the templates that are built in.
        std::fs::remove_dir_all(at.join("kb/_templates")).expect("removes");
        said("otvet", &["new", "отказ", "--title", "Ещё один", "--lang", lang], at);
        assert_eq!(said("otvet", &["check", "--strict"], at), "статей: 9, ошибок: 0, предупреждений: 0\n");
    }
}

#[test]
fn new_article_is_a_draft_of_its_title_from_the_editors_own_template() {
    let folder = TempDir::new().expect("a temporary folder");
    let at = folder.path();
    std::fs::create_dir_all(at.join("kb/_templates")).expect("a folder");
    std::fs::write(at.join("kb/_owners"), "* @orlova\notkazy/ petrova\n").expect("writes");
    std::fs::write(
        at.join("kb/_templates/pismo.md"),
        "---\nfolder: otkazy/pisma\ntitle: # сюда\ntype: letter\n---\nТекст.\n",
    )
    .expect("writes");
    let made = said("otvet", &["new", "pismo", "--title", "Отказ: срок прошёл"], at);
    assert!(made.starts_with("создано  kb/otkazy/pisma/otkaz-srok-proshel.md\nОтвечает за неё: petrova\n"), "{made}");
    let path = at.join("kb/otkazy/pisma/otkaz-srok-proshel.md");
    let text = std::fs::read_to_string(&path).expect("the article");
    assert_eq!(text, "---\ntitle: \"Отказ: срок прошёл\"\ntype: letter\n---\nТекст.\n");
    // Nothing is overwritten, and what is wrong is said with what is meant.
    let refused = |arguments: &[&str]| {
        let output = run("otvet", arguments, at);
        assert_eq!(output.status.code(), Some(2));
        String::from_utf8_lossy(&output.stderr).into_owned()
    };
    let told = refused(&["new", "pismo", "--title", "Отказ — срок прошёл!"]);
    assert!(told.contains("is taken by `otkazy/pisma/otkaz-srok-proshel.md`"), "{told}");
    let told = refused(&["new", "pismo", "--title", "А", "--owner", "orlva"]);
    assert!(told.contains("did you mean `orlova`?"), "{told}");
    let told = refused(&["new", "pisma", "--title", "А"]);
    assert!(told.contains("did you mean `pismo`?"), "{told}");
    for outside in ["../x", "/tmp", "_templates", "a/../../b"] {
        let told = refused(&["new", "pismo", "--title", "А", "--folder", outside]);
        assert!(told.contains("a path inside"), "{told}");
    }
    assert!(refused(&["new", "../pismo", "--title", "А"]).contains("there is no template"));
    assert_eq!(std::fs::read_to_string(&path).expect("the article"), text);
}

#[test]
fn empty_repository_is_served_after_init() {
    let folder = TempDir::new().expect("a temporary folder");
    let at = folder.path();
    said("otvet", &["init"], at);
    said("git", &["add", "-A"], at);
    said("git", &["commit", "-qm", "start"], at);
    let config = said("otvet", &["config"], at);
    assert!(config.contains("path = \"kb\"  # config.toml"), "{config}");
    assert!(said("otvet", &["search", "вернуть", "товар"], at).contains("Возврат товара"));
}
