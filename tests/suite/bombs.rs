//! Pushes that mean harm: packs that stand for far more than they weigh, trees that nobody makes by accident. Each is refused in
//! words, within bounds of time and memory, or what is harmful in it is served to nobody; whoever pushes next is served as ever.

use std::io::{Read, Write};
use std::process::{Command, Stdio};

use flate2::Compression;
use flate2::write::{GzEncoder, ZlibEncoder};
use otvet::revision::ObjectId;

use crate::support::hosted::{Editor, Server, article, children, folder, hosted, left_over, locks, repository, until};
use crate::support::repo::{FILE, FOLDER, SUBMODULE, SYMLINK, TestRepo};

fn compressed(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).expect("memory");
    encoder.finish().expect("memory")
}

/// Returns the head of an object in a pack: its kind and size (source: gitformat-pack).
fn head(kind: u8, mut size: usize) -> Vec<u8> {
    let mut bytes = vec![kind << 4 | (size & 15) as u8];
    size >>= 4;
    while size > 0 {
        *bytes.last_mut().expect("a byte") |= 0x80;
        bytes.push((size & 127) as u8);
        size >>= 7;
    }
    bytes
}

/// Returns a size as deltas begin with it.
fn size(mut size: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    loop {
        let more = size > 127;
        bytes.push((size & 127) as u8 | if more { 0x80 } else { 0 });
        size >>= 7;
        if !more {
            return bytes;
        }
    }
}

/// A pack with an object of 64 KiB and others that are so many copies of the one before each.
fn delta_bomb(copies: usize, levels: usize) -> Vec<u8> {
    const BASE: usize = 64 << 10;
    let mut objects: Vec<Vec<u8>> = vec![[head(3, BASE), compressed(&vec![0; BASE])].concat()];
    let mut result = BASE;
    for _ in 0..levels {
        let mut delta = [size(result), size(result * copies)].concat();
        // Copies from the beginning: 64 KiB each, which is what no size means.
        let pieces = (result / BASE * copies).min(1 << 20);
        delta.extend(std::iter::repeat_n(0x80, pieces));
        let before = objects.last().expect("an object").len();
        let mut offset = vec![(before & 127) as u8];
        let mut rest = before >> 7;
        while rest > 0 {
            rest -= 1;
            offset.insert(0, 0x80 | (rest & 127) as u8);
            rest >>= 7;
        }
        objects.push([head(6, delta.len()), offset, compressed(&delta)].concat());
        result *= copies;
    }
    let mut pack = [b"PACK".as_slice(), &2u32.to_be_bytes(), &(objects.len() as u32).to_be_bytes()].concat();
    pack.extend(objects.concat());
    let mut sum = Command::new("sha1sum").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("sha1sum");
    sum.stdin.take().expect("piped").write_all(&pack).expect("it reads");
    let sum = String::from_utf8(sum.wait_with_output().expect("sha1sum").stdout).expect("digits");
    let byte = |at: usize| u8::from_str_radix(&sum[2 * at..2 * at + 2], 16).expect("a byte");
    pack.extend((0..20).map(byte));
    pack
}

/// Pushes a pack as it is, and returns what the server says.
fn push(server: &Server, old: &str, new: &str, pack: &[u8]) -> String {
    let line = format!("{old} {new} refs/heads/main\0 report-status\n");
    let mut body = format!("{:04x}{line}0000", line.len() + 4).into_bytes();
    body.extend(pack);
    let mut stream = server.send(&format!(
        "POST /git/kb.git/git-receive-pack HTTP/1.1\r\nContent-Type: application/x-git-receive-pack-request\r\n\
         Connection: close\r\nContent-Length: {}",
        body.len()
    ));
    let _ = stream.write_all(&body);
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    String::from_utf8_lossy(&answer).into_owned()
}

#[test]
fn pack_whose_differences_unpack_to_gigabytes_is_refused_within_bounds() {
    let (repo, _folder, server) = hosted();
    let old = repo.head().expect("a commit").to_string();
    // 64 KiB to 1 GiB to 16 GiB, in some kilobytes.
    let pack = delta_bomb(1 << 14, 2);
    assert!(pack.len() < 64 << 10, "{} bytes", pack.len());
    let answer = push(&server, &old, &"a".repeat(40), &pack);
    assert!(answer.contains("unpack ") && !answer.contains("unpack ok"), "{answer}");
    until(&server, "all is cleaned up", || left_over(&repo).is_empty() && children(&repo) == 0);
    assert_eq!((repo.head().expect("a commit").to_string(), locks(&repo)), (old, Vec::new()));
    next_push_is_live(&server);
}

/// Asks for objects with a compressed body that unpacks to a beginning, and so many times the same, and waits for the answer.
fn fetch(server: &Server, protocol: u8, beginning: &str, again: &[u8], times: usize) -> usize {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(beginning.as_bytes()).expect("memory");
    (0..times).for_each(|_| encoder.write_all(again).expect("memory"));
    let body = encoder.finish().expect("memory");
    let mut stream = server.send(&format!(
        "POST /git/kb.git/git-upload-pack HTTP/1.1\r\nContent-Type: application/x-git-upload-pack-request\r\n\
         Git-Protocol: version={protocol}\r\nContent-Encoding: gzip\r\nConnection: close\r\nContent-Length: {}",
        body.len()
    ));
    let _ = stream.write_all(&body);
    let _ = stream.read_to_end(&mut Vec::new());
    body.len()
}

#[test]
fn request_to_fetch_that_unpacks_to_far_more_than_it_weighs_ends_and_leaves_nothing() {
    let (repo, _folder, server) = hosted();
    let head = repo.head().expect("a commit");
    let packet = |text: &str| format!("{:04x}{text}", text.len() + 4);
    let have = packet(&format!("have {}\n", "a".repeat(40))).repeat(1_000);
    let nothing = vec![0; 1 << 20];
    let plain = packet(&format!("want {head} side-band-64k\n")) + "0000";
    let modern = packet("command=fetch") + "0001" + &packet(&format!("want {head}\n"));
    for (protocol, beginning, again, times) in [
        (0, "", nothing.as_slice(), 64),
        (0, plain.as_str(), have.as_bytes(), 100),
        (2, modern.as_str(), have.as_bytes(), 100),
        (2, "", have.as_bytes(), 100),
    ] {
        let sent = fetch(&server, protocol, beginning, again, times);
        assert!(sent * 100 < again.len() * times, "{sent} bytes");
        until(&server, "git is gone", || children(&repo) == 0);
    }
    next_push_is_live(&server);
}

#[test]
fn programs_that_attributes_ask_for_are_run_for_nobody() {
    let (repo, folder) = (repository(), folder());
    let proof = folder.path().join("proof");
    let run = format!("touch {}; cat", proof.display());
    for key in ["diff.evil.textconv", "diff.evil.command", "diff.external", "merge.evil.driver"] {
        assert!(git(&repo, &["config", key, &run]).0);
    }
    std::fs::create_dir_all(repo.git_dir().join("info")).expect("a folder");
    std::fs::write(repo.git_dir().join("info/attributes"), "* diff=evil merge=evil filter=evil\n").expect("a file");
    let server = Server::start(repo.path(), folder.path());
    let editor = Editor::clone(&server.url());
    editor.write("kb/.gitattributes", "*.md diff=evil filter=evil merge=evil text working-tree-encoding=UTF-16\n");
    editor.write("kb/dostavka.md", article("Доставка", "slug: dostavka\n", "Сегодня."));
    // The editor's own git obeys attributes: what it takes in is built without it.
    std::fs::rename(editor.folder.path().join("kb/.gitattributes"), editor.folder.path().join("a")).expect("a file");
    editor.git(&["add", "kb"]);
    let attributes = editor.git(&["hash-object", "-w", "--no-filters", "a"]);
    editor.git(&["update-index", "--add", "--cacheinfo", &format!("100644,{attributes},kb/.gitattributes")]);
    editor.git(&["commit", "-qm", "evil"]);
    let commit = editor.git(&["rev-parse", "HEAD"]);
    assert!(editor.push(&["origin", "HEAD:main", "HEAD:refs/heads/draft"]).0);
    assert_eq!(server.edition(), commit);
    for path in ["/a/dostavka", "/history/dostavka", "/~draft/a/dostavka", "/api/v1/history/dostavka", "/changes"] {
        let (status, _) = server.ask(&format!("GET {path} HTTP/1.1"));
        assert_eq!(status, 200, "{path}");
    }
    let (_, history) = server.ask("GET /api/v1/history/dostavka HTTP/1.1");
    assert!(history.contains(&commit), "{history}");
    assert!(!proof.exists());
}

/// Somebody else pushes, and it is live.
fn next_push_is_live(server: &Server) {
    let editor = Editor::clone(&server.url());
    editor.write("kb/novaya.md", article("Новая", "", "Да."));
    let commit = editor.commit();
    assert!(editor.push(&["origin", "HEAD:main"]).0);
    assert_eq!(server.edition(), commit);
}

/// A clone in which any tree can be written, and what is live in it.
fn workshop(server: &Server) -> (TestRepo, ObjectId) {
    let repo = TestRepo::bare();
    let fetched = git(&repo, &["fetch", "-q", &server.url(), "main:start"]);
    assert!(fetched.0, "{}", fetched.1);
    let start = git(&repo, &["rev-parse", "start"]).1.trim().parse().expect("an id");
    (repo, start)
}

fn git(repo: &TestRepo, arguments: &[&str]) -> (bool, String) {
    let mut git = Command::new("git");
    git.args(arguments).current_dir(repo.git_dir()).env("LANGUAGE", "ru").env("GIT_CONFIG_NOSYSTEM", "1");
    let output = git.output().expect("the git program");
    (output.status.success(), String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned())
}

#[test]
fn hostile_entries_are_refused_or_served_to_nobody() {
    let (hosted, _folder, server) = hosted();
    let (repo, start) = workshop(&server);
    let (text, link) = (repo.blob("# Злая\n\nСлово змеелов.\n".as_bytes()), repo.blob(b"/etc/passwd"));
    let evil = repo.blob(b"[submodule \"a\"]\n\tpath = -u\n\turl = --upload-pack=id\n");
    let inner = repo.tree(&[(FILE, b"a.md", text)]);
    let cases: &[(&str, u32, &[u8], ObjectId)] = &[
        ("up", FOLDER, b"..", inner),
        ("git folder", FOLDER, b".git", inner),
        ("git folder in capitals", FOLDER, b".GIT", inner),
        ("git folder by a short name", FOLDER, b"git~1", inner),
        ("git folder with an ignored character", FOLDER, b".g\xe2\x80\x8cit", inner),
        ("submodules", FILE, b".gitmodules", evil),
        ("slash in a name", FILE, b"../a/b.md", text),
        ("device", FILE, b"CON.md", text),
        ("line break and escape", FILE, b"a\n\x1b[31m.md", text),
        ("backslash", FILE, b"a\\b.md", text),
        ("no UTF-8", FILE, b"bad\xff.md", text),
        ("direction", FILE, "\u{202e}dm.md".as_bytes(), text),
        ("no width", FILE, "a\u{200b}b.md".as_bytes(), text),
        ("dot at the end", FILE, b"a.md.", text),
        ("long", FILE, &[b'a'; 260], text),
        ("collision by case", FILE, b"VOZVRAT.md", text),
        ("link", SYMLINK, b"link.md", link),
        ("submodule", SUBMODULE, b"sub.md", text),
        ("odd mode", 0o100_600, b"odd.md", text),
    ];
    let files = hosted.files_of(start);
    let good: Vec<(u32, &[u8], ObjectId)> =
        ["vozvrat.md", "usloviya.md"].map(|name| (FILE, name.as_bytes(), files[&format!("kb/{name}")])).into();
    let mut outcomes = String::new();
    for (what, mode, name, id) in cases {
        let mut entries = good.clone();
        entries.push((*mode, name, *id));
        entries.sort_by(|a, b| a.1.cmp(b.1));
        let content = repo.tree(&entries);
        let before = server.edition();
        let parent = before.parse().expect("an id");
        let commit = repo.commit_tree(repo.tree(&[(FOLDER, b"kb", content)]), &[parent], what, 1_795_000_000);
        let (taken, said) = git(&repo, &["push", "-q", "-f", &server.url(), &format!("{commit}:refs/heads/probe")]);
        // As a draft nothing is refused but what git itself takes for harmful; as what is live, more is.
        let (live, told) = git(&repo, &["push", "-q", &server.url(), &format!("{commit}:refs/heads/main")]);
        assert!(!live || taken, "{what}: {said}");
        let code = told.split_whitespace().find(|word| word.starts_with("KB05") || word.starts_with("KB06"));
        let by = if taken { code.unwrap_or("?") } else { "git" };
        outcomes += &format!("{what}: {}\n", if live { "harmless".to_owned() } else { format!("refused, {by}") });
        assert_eq!(server.edition(), if live { commit.to_string() } else { before }, "{what}: {told}");
        let (_, found) = server.ask("GET /api/v1/search?q=%D0%B7%D0%BC%D0%B5%D0%B5%D0%BB%D0%BE%D0%B2 HTTP/1.1");
        assert!(found.contains("\"total\":0"), "{what}: {found}");
        assert_ne!(server.ask("GET /a/link HTTP/1.1").0, 200);
    }
    insta::assert_snapshot!(outcomes, @r"
    up: refused, git
    git folder: refused, git
    git folder in capitals: refused, git
    git folder by a short name: refused, git
    git folder with an ignored character: refused, git
    submodules: refused, git
    slash in a name: refused, git
    device: refused, KB050
    line break and escape: refused, KB050
    backslash: refused, KB050
    no UTF-8: refused, KB050
    direction: refused, KB050
    no width: refused, KB050
    dot at the end: refused, KB050
    long: refused, KB050
    collision by case: refused, KB051
    link: harmless
    submodule: harmless
    odd mode: harmless
    ");
    until(&server, "all is cleaned up", || left_over(&hosted).is_empty() && children(&hosted) == 0);
}

#[test]
fn trees_that_have_no_end_are_refused_in_words() {
    let (hosted, _folder, server) = hosted();
    let (repo, start) = workshop(&server);
    let text = repo.blob(b"# A\n\nText.\n");
    let names: Vec<String> = (0..10).map(|number| format!("f{number}")).collect();
    let mut wide = repo.tree(&[(FILE, b"a.md", text)]);
    for _ in 0..10 {
        wide = repo.tree(&names.iter().map(|name| (FOLDER, name.as_bytes(), wide)).collect::<Vec<_>>());
    }
    let mut deep = repo.tree(&[(FILE, b"deep.md", text)]);
    for _ in 0..2_000 {
        deep = repo.tree(&[(FOLDER, b"d", deep)]);
    }
    for (what, tree) in [("wide", wide), ("deep", deep)] {
        let commit = repo.commit_tree(repo.tree(&[(FOLDER, b"kb", tree)]), &[start], what, 1_795_000_000);
        let (taken, said) = git(&repo, &["push", "-q", &server.url(), &format!("{commit}:refs/heads/main")]);
        assert!(!taken, "{what}: {said}");
        assert!(said.contains("KB053") || said.contains("rejected"), "{what}: {said}");
        assert_eq!(server.edition(), start.to_string(), "{what}");
    }
    until(&server, "all is cleaned up", || left_over(&hosted).is_empty() && children(&hosted) == 0);
    next_push_is_live(&server);
}
