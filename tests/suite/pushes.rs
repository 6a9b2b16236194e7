//! Many editors who push at once, again and again: what was acknowledged is in the branch, in order, and live.
//!
//! Each editor has an article of their own, fetches, makes a commit on what is there with git's plumbing, and pushes. Who is not
//! first is refused, which acknowledges nothing, and begins anew after a pause that is the longer the more often that happened.
//!
//! `OTVET_EDITORS=50 OTVET_PUSHES=200 cargo test --release --test suite -- pushes --nocapture` is the long form.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, OnceLock};
use std::time::{Duration, Instant};

use crate::support::hosted::{Editor, article, children, hosted, left_over, locks, until};
use crate::support::repo::TestRepo;

/// The first pause of somebody who is refused; the next is twice as long, up to so much for each editor there is.
const PAUSE: Duration = Duration::from_millis(20);
const LONGEST: Duration = Duration::from_secs(1);

fn number(variable: &str, default: usize) -> usize {
    std::env::var(variable).ok().and_then(|number| number.parse().ok()).unwrap_or(default)
}

/// What happened to the attempts of all editors.
#[derive(Default)]
struct Tally {
    acknowledged: Mutex<Vec<Vec<String>>>,
    /// Refused by the editor's own git, by us before the check, and by git when it would have moved the branch.
    stale: AtomicUsize,
    overtaken: AtomicUsize,
    raced: AtomicUsize,
    busy: AtomicUsize,
}

impl Tally {
    /// Counts an attempt that was not acknowledged.
    fn refused(&self, said: &str) {
        let kinds = [
            ("отклонено: пока вы отправляли", &self.overtaken),
            ("failed to update ref", &self.raced),
            ("[rejected]", &self.stale),
            ("error: 503", &self.busy),
        ];
        let kind = kinds.into_iter().find(|(words, _)| said.contains(words));
        kind.unwrap_or_else(|| panic!("refused for another reason: {said}")).1.fetch_add(1, Ordering::Relaxed);
    }
}

impl Editor {
    /// Makes a commit on what was fetched, with one file in it, and returns its id.
    fn build(&self, path: &str, text: &str) -> String {
        let mut input =
            String::from("commit refs/heads/mine\nmark :1\ncommitter Анна Петрова <petrova@severdom.example> ");
        let message = "правка";
        write!(input, "1795000000 +0300\ndata {}\n{message}\nfrom FETCH_HEAD^0\n", message.len()).expect("a string");
        write!(input, "M 100644 inline {path}\ndata {}\n{text}\nget-mark :1\n", text.len()).expect("a string");
        let mut git = Command::new("git");
        git.args(["fast-import", "--quiet", "--force"]).current_dir(self.folder.path());
        let mut git = git.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("the git program");
        git.stdin.take().expect("piped").write_all(input.as_bytes()).expect("it reads");
        let output = git.wait_with_output().expect("the git program");
        assert!(output.status.success());
        String::from_utf8(output.stdout).expect("an id").trim().to_owned()
    }

    /// Pushes so many times, each time until it is acknowledged.
    fn push_again_and_again(&self, number: usize, pushes: usize, longest: Duration, tally: &Tally) -> Vec<String> {
        let mut acknowledged = Vec::new();
        let mut random = number as u64 + 1;
        let mut pause = PAUSE;
        while acknowledged.len() < pushes {
            self.git(&["fetch", "-q", "origin", "main"]);
            let commit = self.build(&path(number), &text(number, acknowledged.len()));
            let pushed = self.try_git(&["push", "-q", "origin", "refs/heads/mine:main"]);
            if pushed.status.success() {
                acknowledged.push(commit);
                pause = PAUSE;
                continue;
            }
            tally.refused(&String::from_utf8_lossy(&pushed.stderr));
            // What people do between two attempts; nothing is waited for.
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            std::thread::park_timeout(pause.mul_f64((random >> 33) as f64 / (1u64 << 31) as f64));
            pause = (pause * 2).min(longest);
        }
        acknowledged
    }
}

fn path(editor: usize) -> String {
    format!("kb/statya-{editor}.md")
}

fn text(editor: usize, push: usize) -> String {
    article(&format!("Статья {editor}"), "", &format!("Редактор {editor}, правка {push}."))
}

/// Returns the commits of the branch, the first first.
fn branch(repo: &TestRepo) -> Vec<String> {
    let mut git = Command::new("git");
    git.args(["rev-list", "--reverse", "main"]).current_dir(repo.git_dir());
    let output = git.output().expect("the git program");
    String::from_utf8(output.stdout).expect("ids").lines().map(str::to_owned).collect()
}

#[test]
fn of_many_who_push_again_and_again_nothing_acknowledged_is_lost_and_all_is_live_in_order() {
    let (editors, pushes) = (number("OTVET_EDITORS", 8), number("OTVET_PUSHES", 10));
    let (repo, _folder, server) = hosted();
    let start = repo.head().expect("a commit").to_string();
    let mut events = BufReader::new(server.send("GET /api/v1/events HTTP/1.1")).lines().map_while(Result::ok);
    assert!(events.any(|line| line.is_empty()), "the listener is known");

    // A commit that is made when everybody is done.
    let end = OnceLock::new();
    let (tally, begun) = (Tally::default(), Instant::now());
    let published = std::thread::scope(|scope| {
        let work: Vec<_> = (0..editors)
            .map(|number| {
                let (url, tally) = (server.url(), &tally);
                scope.spawn(move || {
                    let editor = Editor::clone(&url);
                    editor.git(&["config", "gc.auto", "0"]);
                    let acknowledged = editor.push_again_and_again(number, pushes, LONGEST * editors as u32, tally);
                    tally.acknowledged.lock().expect("no panic").push(acknowledged);
                })
            })
            .collect();
        let listener = scope.spawn(|| {
            let ids = events.filter_map(|line| line.strip_prefix("id: ").map(str::to_owned));
            let mut seen = Vec::new();
            for id in ids {
                seen.push(id);
                if seen.last() == end.get() {
                    break;
                }
            }
            seen
        });
        work.into_iter().for_each(|work| work.join().expect("an editor"));
        let took = begun.elapsed();
        let all = editors * pushes;
        let count = |count: &AtomicUsize| count.load(Ordering::Relaxed);
        println!(
            "{editors} editors, {pushes} pushes of each: {all} acknowledged in {took:.1?}, {:.1} a second; not first: {} seen by their own \
             git, {} before the check, {} by git, {} without a place",
            all as f64 / took.as_secs_f64(),
            count(&tally.stale),
            count(&tally.overtaken),
            count(&tally.raced),
            count(&tally.busy),
        );
        let last = Editor::clone(&server.url());
        last.write("kb/konets.md", article("Конец", "", "Всё."));
        end.set(last.commit()).expect("once");
        assert!(last.push(&["origin", "HEAD:main"]).0);
        listener.join().expect("the listener")
    });

    let branch = branch(&repo);
    let place: HashMap<&str, usize> = branch.iter().map(String::as_str).zip(0..).collect();
    let places = |ids: &[String]| ids.iter().map(|id| place.get(id.as_str()).copied()).collect::<Option<Vec<_>>>();
    let acknowledged = tally.acknowledged.into_inner().expect("no panic");
    for one in &acknowledged {
        let places = places(one).expect("what was acknowledged is in the branch");
        assert!(places.is_sorted_by(|a, b| a < b), "in the order in which it was pushed");
    }
    assert_eq!(branch.len(), editors * pushes + 2, "nothing else is in the branch that began with {start}");
    let places = places(&published).expect("what was published is in the branch");
    assert!(places.is_sorted_by(|a, b| a < b), "published in the order of the branch");
    assert_eq!(server.edition(), *branch.last().expect("commits"));
    println!("published: {} of {} commits, the others with a later one", places.len(), branch.len() - 1);

    for editor in 0..editors {
        let (status, body) = server.ask(&format!("GET /api/v1/articles/statya-{editor} HTTP/1.1"));
        assert!(status == 200 && body.contains(&format!("правка {}.", pushes - 1)), "{editor}: {body}");
    }
    until(&server, "all is cleaned up", || left_over(&repo).is_empty() && children(&repo) == 0);
    assert_eq!(locks(&repo), [""; 0]);
    let packs = std::fs::read_dir(repo.git_dir().join("objects/pack")).expect("packs").flatten();
    let packs = packs.filter(|file| file.path().extension().is_some_and(|end| end == "pack")).count();
    assert!(packs <= 100, "{packs} packs are left");
}
