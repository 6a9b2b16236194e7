//! The hosted repository, with the git program as editors use it: clone, push, refusals, what is live, and what is left when
//! something is cut off.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::Command;

use crate::support::hosted::{
    Editor, Server, article, children, command, folder, half_a_push, hosted, left_over, repository, steady, until,
};
use crate::support::repo::TestRepo;

#[test]
fn five_ways_to_break_an_article_are_refused_in_words_that_help() {
    let (repo, _folder, server) = hosted();
    let editor = Editor::clone(&server.url());
    let before = (repo.head(), server.edition());

    editor.write("kb/vozvrat.md", "---\ntitle: Возврат: всё о нём\n---\n14 дней.\n");
    insta::assert_snapshot!(editor.refused(), @r"
    Otvet ✗ отклонено: 2 ошибки (изменено файлов: 1 из 5, 0,0 с)

    kb/vozvrat.md:2:15  KB001 ошибка
      шапка статьи — не YAML: лишнее двоеточие, или не хватает отступа
      2 | title: Возврат: всё о нём
        |               ^
      → Исправьте строку: до этого статью видят только редакторы. Значение, в котором есть `: ` или `#`, возьмите в кавычки.

    kb/_tests/answers.yml:1:14  KB062 ошибка
      на вопрос «возврат» статья `vozvrat` должна быть первой, но не находится ничего
      1 | - {question: возврат, first: vozvrat}
        |              ^^^^^^^
      → Добавьте вопрос в `questions` нужной статьи или его слова в `keywords` либо в `_lexicon.yml`; или исправьте проверку.

    Ничего не принято, читатели видят прежние статьи.
    Проверить у себя:         otvet check --since origin/main
    Сохранить без публикации: git push origin HEAD:refs/heads/chernovik
    ");

    editor.write("kb/vozvrat.md", article("Возврат", "owner: petrva\naudience: [pubilc]\n", "14 дней."));
    insta::assert_snapshot!(editor.refused(), @r"
    Otvet ✗ отклонено: 2 ошибки (изменено файлов: 1 из 5, 0,0 с)

    kb/vozvrat.md:4:12  KB008 ошибка
      неизвестная аудитория `pubilc`
      4 | audience: [pubilc]
        |            ^^^^^^
      → Может быть, `public`?

    kb/_tests/answers.yml:1:14  KB062 ошибка
      на вопрос «возврат» статья `vozvrat` должна быть первой, но не находится ничего
      1 | - {question: возврат, first: vozvrat}
        |              ^^^^^^^
      → Добавьте вопрос в `questions` нужной статьи или его слова в `keywords` либо в `_lexicon.yml`; или исправьте проверку.

    Ничего не принято, читатели видят прежние статьи.
    Проверить у себя:         otvet check --since origin/main
    Сохранить без публикации: git push origin HEAD:refs/heads/chernovik
    ");

    editor.write("kb/novaya.md", article("Новая", "slug: dostavka\n", "Послезавтра."));
    insta::assert_snapshot!(editor.refused(), @r"
    Otvet ✗ отклонено: 1 ошибка (изменено файлов: 1 из 6, 0,0 с)

    kb/novaya.md:3:7  KB011 ошибка
      адрес `dostavka` уже занят статьёй `dostavka.md`
      3 | slug: dostavka
        |       ^
      → Дайте одной из двух статей другой `slug`; пока адрес этой — путь к файлу.

    Ничего не принято, читатели видят прежние статьи.
    Проверить у себя:         otvet check --since origin/main
    Сохранить без публикации: git push origin HEAD:refs/heads/chernovik
    ");

    editor.git(&["mv", "kb/usloviya.md", "kb/pravila.md"]);
    insta::assert_snapshot!(editor.refused(), @r"
    Otvet ✗ отклонено: 1 ошибка (изменено файлов: 2 из 5, 0,0 с)

    kb/vozvrat.md:5:12  KB020 ошибка
      ссылка `usloviya.md#sroki` никуда не ведёт
      5 | > 14 дней: [условия](usloviya.md#sroki).
        |                      ^^^^^^^^^^^^^^^^^
      → Может быть, `pravila.md#sroki`?

    Ничего не принято, читатели видят прежние статьи.
    Проверить у себя:         otvet check --since origin/main
    Сохранить без публикации: git push origin HEAD:refs/heads/chernovik
    ");

    editor.write("kb/vozvrat.md", article("Отказ", "", "Нельзя.")).write("kb/b.md", article("Возврат", "", "Можно."));
    insta::assert_snapshot!(editor.refused(), @r"
    Otvet ✗ отклонено: 1 ошибка (изменено файлов: 2 из 6, 0,0 с)

    kb/_tests/answers.yml:1:14  KB062 ошибка
      на вопрос «возврат» статья `vozvrat` должна быть первой, но её нет, а первой — `b`
      1 | - {question: возврат, first: vozvrat}
        |              ^^^^^^^
      → Добавьте вопрос в `questions` нужной статьи или его слова в `keywords` либо в `_lexicon.yml`; или исправьте проверку.

    Ничего не принято, читатели видят прежние статьи.
    Проверить у себя:         otvet check --since origin/main
    Сохранить без публикации: git push origin HEAD:refs/heads/chernovik
    ");

    assert_eq!((repo.head(), server.edition()), before, "nothing has moved");
    assert_eq!(left_over(&repo), [""; 0]);
}

#[test]
fn good_push_is_live_when_git_returns() {
    let (_repo, _folder, server) = hosted();
    let editor = Editor::clone(&server.url());
    let mut events = BufReader::new(server.send("GET /api/v1/events HTTP/1.1")).lines().map_while(Result::ok);
    assert!(events.any(|line| line.is_empty()), "the listener is known");
    editor.write("kb/novaya.md", article("Новая", "review: {by: 2020-01-01}\n", "Оплата биткоином: нельзя."));
    let commit = editor.commit();
    let (taken, said) = editor.push(&["origin", "HEAD:main"]);
    assert!(taken, "{said}");
    insta::assert_snapshot!(said.replace(&server.address, "kb.example").replace(&commit[..7], "3f2a9c1"), @r"
    Otvet ✓ проверено: 1 предупреждение (изменено файлов: 1 из 6, 0,0 с)

    kb/novaya.md:3:1  KB070 предупреждение
      проверка просрочена: срок был 2020-01-01
      3 | review: {by: 2020-01-01}
        | ^
      → Перечитайте статью; если всё верно, запишите это: otvet verify novaya

    Статей с другим ответом: 1
      kb/novaya.md  новая «Новая»

    Otvet ✓ опубликовано 3f2a9c1 за 0,0 с
      http://kb.example/a/novaya
    ");
    assert_eq!(server.edition(), commit);
    assert!(events.any(|line| line.contains(&commit) && line.contains("\"changed\":[\"novaya\"]")), "an event");
    let log = server.logged("checked a push");
    assert!(log.contains("\"pusher\":\"local\"") && log.contains("\"taken\":true"), "{log}");
    // And it can be cloned again, by either protocol.
    for protocol in ["protocol.version=0", "protocol.version=2"] {
        let other = Editor { folder: folder() };
        other.git(&["-c", protocol, "clone", "-q", &server.url(), "."]);
        assert_eq!(other.git(&["rev-parse", "HEAD"]), commit);
    }
}

#[test]
fn draft_is_kept_and_told_what_it_needs() {
    let (_repo, _folder, server) = hosted();
    let editor = Editor::clone(&server.url());
    let before = server.edition();
    editor.write("kb/novaya.md", article("Новая", "", "[Туда](tuda.md)."));
    let commit = editor.commit();
    let (taken, said) = editor.push(&["origin", "HEAD:refs/heads/predlozhenie/novaya"]);
    insta::assert_snapshot!(said.replace(&server.address, "kb.example"), @r"
    Otvet: `predlozhenie/novaya` — черновик; до публикации: 1 ошибка (отличается файлов: 1 из 6, 0,0 с)

    kb/novaya.md:5:3  KB020 ошибка
      ссылка `tuda.md` никуда не ведёт
      5 | > [Туда](tuda.md).
        |          ^^^^^^^
      → Исправьте адрес или уберите ссылку. Статья переехала? Добавьте в неё `redirect_from`.

    Статей с другим ответом: 1
      kb/novaya.md  новая «Новая»

    Предпросмотр:  http://kb.example/~predlozhenie/novaya/
    Что изменится: http://kb.example/~predlozhenie/novaya/difference
    ");
    assert!(taken);
    assert_eq!(server.edition(), before);
    let (status, page) = server.ask("GET /~predlozhenie/novaya/a/novaya HTTP/1.1");
    assert!(status == 200 && page.contains("Предпросмотр ветки «predlozhenie/novaya»"), "{status}: {page}");
    assert_eq!(
        editor.git(&["ls-remote", "origin", "refs/heads/predlozhenie/*"]).split_whitespace().next(),
        Some(&*commit)
    );
    // What became live meanwhile is not the draft's doing.
    let other = Editor::clone(&server.url());
    other.write("kb/drugaya.md", article("Другая", "", "Да.")).commit();
    assert!(other.push(&["origin", "HEAD:main"]).0);
    editor.write("kb/novaya.md", article("Новая", "", "Да.")).commit();
    let said = editor.push(&["origin", "HEAD:refs/heads/predlozhenie/novaya"]).1;
    let behind = "Ветка `predlozhenie/novaya` отстала: с её начала опубликовано правок: 1. Взять их: git pull --no-rebase origin main\n";
    assert!(said.contains(behind), "{said}");
    // A draft may be rewritten and removed.
    editor.git(&["commit", "-q", "--amend", "-m", "another"]);
    assert!(editor.push(&["-f", "origin", "HEAD:refs/heads/predlozhenie/novaya"]).0);
    assert!(editor.push(&["origin", ":refs/heads/predlozhenie/novaya"]).0);
}

#[test]
fn live_branch_is_neither_rewritten_nor_removed_and_odd_names_are_refused() {
    let (repo, _folder, server) = hosted();
    let editor = Editor::clone(&server.url());
    let before = repo.head();
    editor.git(&["commit", "-q", "--amend", "-m", "rewritten"]);
    let mut said = String::new();
    let long = format!("HEAD:refs/heads/{}", "a".repeat(101));
    for push in [
        &["-f", "origin", "HEAD:main"][..],
        &["origin", ":main"],
        &["origin", "HEAD:refs/meta/config"],
        &["origin", "HEAD:refs/heads/a$(id)"],
        &["origin", "HEAD:refs/heads/dada/0000000000000000000000000000000000000000", "HEAD:refs/notes/x"],
        &["origin", &long],
    ] {
        let (taken, answer) = editor.push(push);
        assert!(!taken, "{push:?}");
        said += &format!("{answer}\n");
    }
    insta::assert_snapshot!(said, @r"
    Otvet ✗ отклонено: в ветке `main` есть правки, которые так потеряются. Возьмите их и отправьте снова: git pull --rebase && git push
    Otvet ✗ отклонено: ветку `main` читают все, удалить её нельзя.
    Otvet ✗ отклонено: `refs/meta/config` — не ветка и не метка. Отправьте ветку: git push origin HEAD:refs/heads/ИМЯ
    Otvet ✗ отклонено: `a$(id)` не годится как имя. Возьмите буквы, цифры, `-`, `_`, `.` и `/`, до 100 знаков.
    Otvet ✗ отклонено: `refs/notes/x` — не ветка и не метка. Отправьте ветку: git push origin HEAD:refs/heads/ИМЯ
    Otvet ✗ отклонено: `aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa` не годится как имя. Возьмите буквы, цифры, `-`, `_`, `.` и `/`, до 100 знаков.
    ");
    assert_eq!(repo.head(), before);
    assert_eq!(editor.git(&["ls-remote", "origin"]).lines().count(), 2, "HEAD and main");
}

#[test]
fn push_that_is_refused_tells_nothing_of_the_drafts_that_came_with_it() {
    let (_repo, _folder, server) = hosted();
    let editor = Editor::clone(&server.url());
    editor.git(&["branch", "good"]);
    editor.write("kb/novaya.md", article("Новая", "", "[Туда](tuda.md)."));
    editor.commit();
    let (taken, said) = editor.push(&["origin", "good:refs/heads/good", "HEAD:main"]);
    assert!(!taken && said.starts_with("Otvet ✗ отклонено: 1 ошибка") && !said.contains("good"), "{said}");
}

#[test]
fn push_that_takes_away_the_folder_of_articles_is_refused() {
    let (repo, folder) = (repository(), folder());
    let server = Server::run(command(repo.path(), folder.path()).env_remove("OTVET_CONTENT__PATH"), folder.path());
    let (editor, before) = (Editor::clone(&server.url()), repo.head());
    editor.git(&["mv", "kb", "statyi"]);
    insta::assert_snapshot!(editor.refused(), @"Otvet ✗ отклонено: в этой правке нет папки `kb`, а статьи берутся из неё. Верните её.");
    assert_eq!(repo.head(), before);
}

#[test]
fn token_is_needed_once_there_is_one() {
    let (repo, folder) = (repository(), folder());
    let token = Command::new(env!("CARGO_BIN_EXE_otvet"))
        .args(["token", "new", "petrova"])
        .current_dir(folder.path())
        .output()
        .expect("the program");
    let token = String::from_utf8(token.stdout).expect("a token").trim().to_owned();
    let server = Server::start(repo.path(), folder.path());
    let kept = std::fs::read_to_string(server.folder.join("otvet-tokens")).expect("a file");
    assert!(kept.starts_with("petrova sha256:") && !kept.contains(&token));
    let nobody = Editor { folder: self::folder() };
    let refused = nobody.try_git(&["clone", "-q", &server.url(), "."]);
    assert!(!refused.status.success());
    let wrong = format!("http://petrova:otvet_wrong@{}/git/kb.git", server.address);
    let said = nobody.try_git(&["clone", "-q", &wrong, "."]);
    insta::assert_snapshot!(steady(&String::from_utf8_lossy(&said.stderr)), @"Otvet: нужен ключ. Имя любое, вместо пароля ключ; его делает администратор: otvet token new ИМЯ");
    let editor = Editor::clone(&format!("http://whoever:{token}@{}/git/kb.git", server.address));
    editor.write("kb/novaya.md", article("Новая", "", "Да."));
    editor.commit();
    assert!(editor.push(&["origin", "HEAD:main"]).0);
    let log = server.logged("checked a push");
    assert!(log.contains("\"pusher\":\"petrova\"") && !log.contains(&token), "{log}");
    let who = std::fs::read_to_string(repo.git_dir().join("logs/refs/heads/main")).expect("the log of the branch");
    assert!(who.contains("petrova <petrova@http.otvet>"), "{who}");
}

#[test]
fn hosting_for_others_needs_tokens_and_a_bare_repository() {
    let refused = |change: &dyn Fn(&mut Command), repository: &Path| {
        let folder = folder();
        let mut command = command(repository, folder.path());
        change(&mut command);
        let output = command.output().expect("the program");
        assert!(!output.status.success());
        String::from_utf8_lossy(&output.stderr).into_owned()
    };
    let repo = repository();
    for (key, value) in [
        ("OTVET_SERVER__LISTEN", "0.0.0.0:0"),
        ("OTVET_SERVER__TRUSTED_PROXIES", "10.0.0.1"),
        ("OTVET_SERVER__PUBLIC_URL", "https://kb.example"),
    ] {
        let said = refused(
            &|command| {
                command.env(key, value).env("OTVET_ACCESS__ANONYMOUS", "public");
            },
            repo.path(),
        );
        assert!(said.contains("refusing to host the repository for others without tokens"), "{key}: {said}");
    }
    let mut worked = TestRepo::new();
    worked.write("kb/a.md", "# А\n");
    worked.commit("start");
    let said = refused(&|_| {}, &worked.path().join("kb"));
    assert!(said.contains("git clone --bare"), "{said}");
    let config = repo.git_dir().join("config");
    let plain = std::fs::read_to_string(&config).expect("a file");
    for line in [
        "[core]\nfsmonitor = /tmp/x",
        "[core]\nhooksPath = /tmp",
        "[core]\nsshCommand = id",
        "[core]\nworktree = /etc",
        "[core]\nattributesFile = /tmp/x",
        "[filter \"a\"]\nsmudge = x",
        "[include]\npath = /tmp/pipe",
        "[receive \"fsck\"]\nskipList = /tmp/pipe",
        "[receive.fsck]\nhasDotgit = ignore",
    ] {
        std::fs::write(&config, format!("{plain}{line}\n")).expect("writes");
        let said = refused(&|_| {}, repo.path());
        assert!(said.contains("remove it from") && said.contains("config"), "{said}");
    }
    std::fs::write(&config, plain).expect("writes");
    std::fs::write(repo.git_dir().join("objects/info/alternates"), "/tmp\n").expect("writes");
    let said = refused(&|_| {}, repo.path());
    assert!(said.contains("it borrows objects of another repository"), "{said}");
}

#[test]
fn only_what_git_asks_for_is_answered() {
    let (_repo, _folder, server) = hosted();
    let fetch = "application/x-git-upload-pack-request";
    let push = "application/x-git-receive-pack-request";
    let post = |path: &str, kind: &str, more: &str| {
        format!("POST {path} HTTP/1.1\r\nContent-Type: {kind}\r\nContent-Length: 4{more}")
    };
    let get = |path: &str, more: &str| format!("GET {path} HTTP/1.1{more}");
    let cases = [
        (200, get("/git/kb.git/info/refs?service=git-upload-pack", "")),
        (200, get("/git/kb.git/info/refs?service=git-receive-pack", "")),
        (403, get("/git/kb.git/info/refs", "")),
        (403, get("/git/kb.git/info/refs?service=git-upload-archive", "")),
        (403, get("/git/kb.git/info/refs?service=git-upload-pack&service=git-receive-pack", "")),
        (403, get("/git/kb.git/info/refs?service=git-upload-pack", "\r\nOrigin: http://evil.example")),
        (403, get("/git/kb.git/info/refs?service=git-upload-pack", "\r\nSec-Fetch-Site: cross-site")),
        (404, get("/git/other.git/info/refs?service=git-upload-pack", "")),
        (404, get("/git/kb/info/refs?service=git-upload-pack", "")),
        (404, get("/git/..%2fkb.git/info/refs?service=git-upload-pack", "")),
        (404, get("/git/kb.git/HEAD", "")),
        (404, get("/git/kb.git/config", "")),
        (404, get("/git/kb.git/objects/info/packs", "")),
        (404, get("/git/kb.git/../kb.git/info/refs", "")),
        (405, get("/git/kb.git/git-upload-pack", "")),
        (403, post("/git/kb.git/git-upload-pack", push, "")),
        (403, post("/git/kb.git/git-receive-pack", fetch, "")),
        (403, post("/git/kb.git/git-receive-pack", "text/plain", "")),
        (403, post("/git/kb.git/git-receive-pack?service=git-upload-pack", push, "")),
        (415, post("/git/kb.git/git-receive-pack", push, "\r\nContent-Encoding: gzip")),
        (
            413,
            format!(
                "POST /git/kb.git/git-receive-pack HTTP/1.1\r\nContent-Type: {push}\r\nContent-Length: 999999999999"
            ),
        ),
    ];
    for (status, head) in cases {
        let mut stream = server.send(&format!("{head}\r\nConnection: close"));
        if head.contains("Length: 4") {
            stream.write_all(b"0000").expect("a body");
        }
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        let answer = String::from_utf8_lossy(&answer).into_owned();
        assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{head}:\n{answer}");
        if matches!(status, 403 | 415 | 413) {
            assert!(answer.contains("\r\n\r\nOtvet: ") && answer.contains("text/plain"), "{answer}");
        }
    }
    let editor = Editor { folder: folder() };
    let said = editor.try_git(&["clone", "-q", server.url().trim_end_matches(".git"), "."]);
    let said = steady(&String::from_utf8_lossy(&said.stderr));
    assert_eq!(said, "Otvet: адрес репозитория заканчивается на `.git`: …/git/kb.git");
    // Another name that leads to this machine is a trick of a page.
    let mut stream = TcpStream::connect(&server.address).expect("a server that listens");
    let head =
        "GET /git/kb.git/info/refs?service=git-upload-pack HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n";
    stream.write_all(head.as_bytes()).expect("a request");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    assert!(answer.starts_with("HTTP/1.1 401 "), "{answer}");
}

#[test]
fn push_that_is_cut_off_leaves_nothing_behind() {
    let (repo, _folder, server) = hosted();
    let before = repo.head().expect("a commit");
    for _ in 0..3 {
        let stream = half_a_push(&server, before);
        until(&server, "git receives", || !left_over(&repo).is_empty());
        drop(stream);
        until(&server, "all is cleaned up", || left_over(&repo).is_empty() && children(&repo) == 0);
    }
    assert_eq!(repo.head(), Some(before));
    let editor = Editor::clone(&server.url());
    editor.write("kb/novaya.md", article("Новая", "", "Да."));
    let commit = editor.commit();
    assert!(editor.push(&["origin", "HEAD:main"]).0);
    assert_eq!(server.edition(), commit);
}

#[test]
fn server_killed_during_a_push_takes_nothing_and_starts_again() {
    let (repo, folder) = (repository(), folder());
    let before = repo.head().expect("a commit");
    let server = Server::start(repo.path(), folder.path());
    let stream = half_a_push(&server, before);
    until(&server, "git receives", || !left_over(&repo).is_empty());
    server.kill();
    drop(stream);
    let server = Server::start(repo.path(), folder.path());
    until(&server, "git has seen that nobody is there", || children(&repo) == 0);
    assert_eq!((repo.head(), server.edition()), (Some(before), before.to_string()));
    let editor = Editor::clone(&server.url());
    editor.write("kb/novaya.md", article("Новая", "", "Да."));
    let commit = editor.commit();
    assert!(editor.push(&["origin", "HEAD:main"]).0);
    assert_eq!(server.edition(), commit);
}

#[test]
fn of_many_pushes_at_once_none_is_lost() {
    const EDITORS: usize = 20;
    let (repo, _folder, server) = hosted();
    let url = server.url();
    std::thread::scope(|scope| {
        for number in 0..EDITORS {
            let url = &url;
            scope.spawn(move || {
                let editor = Editor::clone(url);
                editor.write(&format!("kb/novaya-{number}.md"), article(&format!("Новая {number}"), "", "Да."));
                editor.commit();
                // Whoever is not first takes in what the others did, as the refusal says.
                for _ in 0..200 {
                    if editor.push(&["origin", "HEAD:main"]).0 {
                        return;
                    }
                    editor.git(&["pull", "-q", "--rebase", "origin", "main"]);
                }
                panic!("editor {number} never got through");
            });
        }
    });
    let head = repo.head().expect("a commit");
    assert_eq!(server.edition(), head.to_string());
    let files = repo.files_of(head);
    for number in 0..EDITORS {
        assert!(files.contains_key(&format!("kb/novaya-{number}.md")), "{number} is lost");
        let (status, _) = server.ask(&format!("GET /api/v1/articles/novaya-{number} HTTP/1.1"));
        assert_eq!(status, 200, "{number} is not live");
    }
    until(&server, "all is cleaned up", || left_over(&repo).is_empty() && children(&repo) == 0);
}

#[test]
fn pack_that_unpacks_to_far_more_than_it_weighs_is_refused_and_leaves_nothing() {
    let (repo, _folder, server) = hosted();
    let before = repo.head();
    let editor = Editor::clone(&server.url());
    editor.write("kb/zeros.png", vec![0; 48 << 20]);
    editor.commit();
    let (taken, said) = editor.push(&["origin", "HEAD:main"]);
    assert!(!taken && said.contains("kb/zeros.png:1:1  KB041 ошибка") && said.contains("48 МиБ"), "{said}");
    until(&server, "all is cleaned up", || left_over(&repo).is_empty() && children(&repo) == 0);
    assert_eq!(repo.head(), before);
    editor.git(&["reset", "-q", "--hard", "HEAD~1"]);
    editor.write("kb/novaya.md", article("Новая", "", "Да."));
    let commit = editor.commit();
    assert!(editor.push(&["origin", "HEAD:main"]).0);
    assert_eq!(server.edition(), commit);
}
