//! Non-interference at scale: for each reader, a base with everything in it answers as a base in which what this reader may
//! not see was never written. `OTVET_HIDDEN=3000` tries more articles.
//!
//! Both bases have the same commits at the same times. Names of commits and trees differ, of course, so they are replaced by their
//! numbers before answers are compared; headers that are made of them are not compared.
//!
//! Every third article wants names that others want, too: a slug, a former address, a title, a file name. Whoever may not see one
//! of them must find the others under the names they had if it did not exist.

use std::path::Path;

use otvet::edition::encode_path;

use crate::corpus::{Model, Random};
use crate::support::base::{Answer, TestBase};
use crate::support::repo::TestRepo;
use crate::support::sample::steps;
use crate::support::strange;

const SEED: u64 = 11;

/// Readers, by the audiences they may see.
const READERS: [&[&str]; 4] =
    [&["public"], &["public", "stores"], &["public", "operators"], &["public", "internal", "operators"]];

/// A beginning that no article for the public has.
const CANARY: &str = "кенарьщик";

/// A file of the base and who may see it.
struct File {
    number: usize,
    path: String,
    text: String,
    /// The audiences; none for drafts and unreadable articles.
    audiences: Vec<&'static str>,
}

impl File {
    fn is_for(&self, reader: &[&str]) -> bool {
        self.audiences.iter().any(|audience| reader.contains(audience))
    }
}

/// The base at each of its commits: paths with what is written (or removed) by it.
struct Story {
    files: Vec<File>,
    words: Vec<String>,
}

/// A word of its own for an article.
fn canary(number: usize) -> String {
    const LETTERS: [char; 10] = ['б', 'в', 'г', 'д', 'ж', 'з', 'к', 'л', 'м', 'н'];
    let digits = format!("{number:04}").bytes().map(|digit| LETTERS[usize::from(digit - b'0')]).collect::<String>();
    format!("{CANARY}{digits}")
}

fn story(count: usize) -> Story {
    let model = Model::learn(&Path::new(env!("CARGO_MANIFEST_DIR")).join("kb"));
    let mut random = Random(SEED);
    let files = (0..count).map(|number| file(&model, &mut random, number, count)).collect();
    let words = (0..count).map(|number| model.query(number, SEED, 4)).filter(|words| !words.is_empty()).collect();
    Story { files, words }
}

fn file(model: &Model, random: &mut Random, number: usize, count: usize) -> File {
    let (mut path, text) = model.article(number, SEED);
    let choice = random.below(10);
    let audiences: &[&str] = match choice {
        0..5 => &["public"],
        5 => &["stores"],
        6 => &["operators"],
        7 => &["internal"],
        8 => &["stores", "operators"],
        _ => &[],
    };
    let mut head = match audiences {
        [] if random.below(2) == 0 => "audience: [pulbic]\n".to_owned(),
        [] => "audience: [public]\nstatus: draft\n".to_owned(),
        some => format!("audience: [{}]\n", some.join(", ")),
    };
    head += &format!("type: {}\n", ["answer", "procedure", "reply"][random.below(3)]);
    head += &format!("related: [statya-{}]\nredirect_from: [bylo-{number}]\n", random.below(count));
    if !audiences.is_empty() && random.below(12) == 0 {
        head += &format!("status: archived\nsuperseded_by: statya-{}\n", random.below(count));
    }
    let mut text = text.replace("audience: [public]\n", &head);
    if audiences != ["public"] {
        let word = canary(number);
        text = text.replacen("title: \"", &format!("title: \"{word} "), 1);
        text = text.replacen(
            "questions:\n",
            &format!("keywords: [{word}, сленг{word}]\nquestions:\n  - Где {word}?\n"),
            1,
        );
        text =
            text.replacen("owner: ", &format!("owner: {word}"), 1).replacen("tags: [", &format!("tags: [{word}, "), 1);
        text += &format!("\n## Раздел {word}\n\nПро {word} и [[statya-{}]].\n", random.below(count));
        if random.below(3) == 0 {
            path = path.replacen("razdel-", &format!("tayna-{word}-"), 1);
        }
    }
    text += &format!("\n> [!INTERNAL]\n> Заметка {CANARY} для своих, см. [[statya-{}]].\n", random.below(count));
    if number.is_multiple_of(3) {
        (path, text) = contested(random, number, count, &text);
    }
    File { number, path, text, audiences: audiences.to_vec() }
}

/// How many articles want one name, about.
const RIVALS: usize = 12;

/// Returns the path and text of an article that wants names that others want, and links by such names.
fn contested(random: &mut Random, number: usize, count: usize, text: &str) -> (String, String) {
    let names = 1 + count / 3 / RIVALS;
    let path = match (number / 6) % 4 {
        0 => format!("mesto-{number}/obshchee-{}.md", random.below(names)),
        1 => format!("dvoynik/{}.{}", number / 6, ["md", "markdown"][number % 2]),
        2 => format!("papka-{}/{}.md", number / 6, ["index", "README"][number % 2]),
        _ => format!("raznoe/spornaya-{number}.md"),
    };
    let slug = match random.below(4) {
        0 => String::new(),
        1 => format!("slug: raznoe/spornaya-{}\n", random.below(count)),
        _ => format!("slug: spornaya-{}\n", random.below(names)),
    };
    let mut text = text.replacen(&format!("slug: statya-{number}\n"), &slug, 1);
    text = text.replacen("related: [", &format!("related: [spornaya-{}, ", random.below(names)), 1);
    text = text.replacen(
        "redirect_from: [",
        &format!("redirect_from: [bylo-spornoe-{}, spornaya-{}, ", random.below(names), random.below(names)),
        1,
    );
    text = text.replacen("superseded_by: statya-", "superseded_by: spornaya-", 1);
    if random.below(2) == 0 {
        let title = text.lines().find(|line| line.starts_with("title: ")).unwrap_or_default().to_owned();
        text = text.replacen(&title, &format!("title: Спорное название {}", random.below(names)), 1);
    }
    text += "\n## Ссылки\n\n";
    for _ in 0..3 {
        let (name, other) = (random.below(names), random.below(count) / 6);
        text += &match random.below(8) {
            0 | 1 => format!("[[spornaya-{name}]] "),
            2 => format!("[[Спорное название {name}]] "),
            3 => format!("[[bylo-spornoe-{name}]] "),
            4 => format!("[[obshchee-{name}]] "),
            5 => format!("[двойник](/dvoynik/{other}) "),
            6 => format!("[папка](/papka-{other}/) "),
            _ => format!("[страница](/a/spornaya-{name}) "),
        };
    }
    (path, text + "\n")
}

/// A published base, and the names of its commits and trees by number.
struct Told {
    base: TestBase,
    names: Vec<String>,
}

/// Tells the story to somebody: writes what `whom` may see, all of it when nobody is named.
fn tell(story: &Story, reader: &[&str], only_visible: bool) -> Told {
    let mut repo = TestRepo::new();
    let told: Vec<&File> = story.files.iter().filter(|file| !only_visible || file.is_for(reader)).collect();
    let at = |file: &File| file.number;
    let mut names = Vec::new();
    let mut base = TestBase::for_reader(repo.content("kb"), reader);
    let mut publish = |repo: &mut TestRepo, message: &str| {
        repo.commit(message);
        base.must_publish();
        let revision = base.view().revision();
        names.extend([revision.commit.to_string(), revision.tree.to_string()]);
    };
    repo.write("kb/index.md", "---\ntitle: Начало\naudience: [public]\n---\nЗдесь всё.\n");
    for file in &told {
        repo.write(&format!("kb/{}", file.path), &file.text);
    }
    publish(&mut repo, "начало");
    for file in told.iter().filter(|file| at(file) % 7 == 3) {
        repo.write(&format!("kb/{}", file.path), file.text.replace("## ", "## Снова "));
    }
    publish(&mut repo, "правки");
    for file in told.iter().filter(|file| at(file) % 11 == 5) {
        repo.rename(&format!("kb/{}", file.path), &format!("kb/pereezd/{}", file.path));
    }
    for file in told.iter().filter(|file| at(file) % 13 == 6 && at(file) % 11 != 5) {
        repo.remove(&format!("kb/{}", file.path));
    }
    publish(&mut repo, "переезд");
    // Of this one, whoever may not see the articles must notice nothing but the time of the latest commit.
    for file in told
        .iter()
        .filter(|file| !file.is_for(&["public"]) && at(file) % 5 == 2 && at(file) % 11 != 5 && at(file) % 13 != 6)
    {
        repo.write(&format!("kb/{}", file.path), file.text.replace("## ", "## Тайно "));
    }
    publish(&mut repo, "тайное");
    // Paths that somebody left or lost are taken by others, and left again: some of it in secret.
    let gone = |file: &File| at(file) % 13 == 6 && at(file) % 11 != 5 && !file.path.contains(CANARY);
    let moved = |file: &File| at(file) % 11 == 5 && !file.path.contains(CANARY);
    for (file, left) in told
        .iter()
        .flat_map(|file| story.files.iter().filter(|left| gone(left) || moved(left)).map(move |left| (file, left)))
    {
        if at(file) == at(left) + 1 {
            repo.write(&format!("kb/{}", left.path), file.text.replace("slug: statya-", "slug: vtoraya-"));
        }
    }
    publish(&mut repo, "на чужом месте");
    for left in story.files.iter().filter(|left| (gone(left) || moved(left)) && at(left) % 2 == 1) {
        if told.iter().any(|file| at(file) == at(left) + 1) {
            repo.remove(&format!("kb/{}", left.path));
        }
    }
    publish(&mut repo, "и снова пусто");
    Told { base, names }
}

impl Told {
    fn get(&self, path: &str) -> Answer {
        let mut answer = self.base.get(path);
        for (number, name) in self.names.iter().enumerate().rev() {
            answer.body =
                answer.body.replace(name, &format!("NAME-{number}")).replace(&name[..7], &format!("NAME-{number}"));
        }
        // Entries of feeds have ids that are made of commits.
        let mut parts = answer.body.split("urn:uuid:").map(str::to_owned).collect::<Vec<_>>();
        parts.iter_mut().skip(1).for_each(|part| drop(part.drain(..36)));
        answer.body = parts.join("ID");
        // The state of a device is named by the commit and a hash of all that it has, names of commits among it.
        if let Some((before, rest)) = answer.body.split_once("\"state\":\"") {
            answer.body = format!("{before}{}", rest.split_once('"').map_or("", |(_, after)| after));
        }
        // Only these say when a server published, which is no property of what it serves.
        if let Some((before, rest)) = answer.body.split_once("\"published_at\":\"") {
            answer.body = format!("{before}{}", rest.split_once('"').map_or("", |(_, after)| after));
        }
        // Every request has a number of its own, which a problem names.
        if let Some(id) = answer.headers.get("x-request-id").and_then(|id| id.to_str().ok()) {
            answer.body = answer.body.replace(id, "REQUEST");
        }
        for header in ["content-length", "etag", "otvet-edition", "server-timing", "x-request-id"] {
            answer.headers.remove(header);
        }
        answer
    }
}

/// Questions about what is hidden and what is not, in all the ways people type.
fn questions(story: &Story, random: &mut Random, count: usize) -> Vec<String> {
    let mut questions: Vec<String> =
        ["", "к", "ке", CANARY, "рут", "сленг", "заметка", "тайна"].map(str::to_owned).to_vec();
    questions.push(strange::layout(CANARY));
    while questions.len() < count {
        let canary = canary(random.below(story.files.len()));
        let words = &story.words[random.below(story.words.len())];
        questions.push(match random.below(9) {
            0 => canary,
            1 => canary.chars().take(4 + random.below(8)).collect(),
            2 => strange::slip(random, &canary),
            3 => strange::layout(&canary),
            4 => format!("{words} {canary}"),
            5 => strange::layout(words),
            6 => words.split(' ').map(|word| strange::slip(random, word)).collect::<Vec<_>>().join(" "),
            7 => words.chars().take(1 + random.below(12)).collect(),
            _ => format!("{words} "),
        });
    }
    questions
}

fn paths(story: &Story, random: &mut Random) -> Vec<String> {
    let mut paths: Vec<String> = [
        "/",
        "/browse",
        "/changes",
        "/changes.atom",
        "/changes?since=2026-11-01",
        "/api/v1/changes?since=2026-11-01",
        "/api/v1/changes?since=2000-01-01&limit=500",
        "/changes?since=2000-01-01",
        "/api/v1/edition",
        "/api/v1/offline",
        "/api/v1/diagnostics",
        "/api/v1/articles?limit=50",
        "/api/v1/articles?type=reply&limit=50",
        "/api/v1/articles?status=archived&limit=50",
        "/robots.txt",
        "/openapi.json",
    ]
    .map(str::to_owned)
    .to_vec();
    for question in questions(story, random, 60 + story.files.len() / 10) {
        let q = encode_path(&question).replace('&', "%26").replace('+', "%2B");
        let more =
            ["", "&limit=50", "&exact=true", "&limit=5&offset=5", "&facets=true", "&explain=true"][random.below(6)];
        paths.push(format!("/api/v1/search?q={q}{more}"));
        paths.push(format!("/api/v1/search?q={q}"));
        paths.push(format!("/api/v1/suggest?q={q}"));
        paths.push(format!("/search?q={q}"));
    }
    for (number, file) in story.files.iter().enumerate() {
        // Of every article something, of some everything.
        let slug = format!("statya-{number}");
        let all = [
            format!("/api/v1/articles/{slug}"),
            format!("/api/v1/articles/{slug}x"),
            format!("/api/v1/articles/bylo-{number}"),
            format!("/a/{slug}"),
            format!("/a/{slug}.md"),
            format!("/api/v1/history/{slug}"),
            format!("/history/{slug}"),
            format!("/api/v1/articles?owner={}", encode_path(&canary(number))),
            format!("/api/v1/articles?tag={}", encode_path(&canary(number))),
        ];
        let some = random.below(all.len());
        paths.extend(
            all.into_iter().enumerate().filter(|(at, _)| *at == some || number % 10 == 0).map(|(_, path)| path),
        );
        if number.is_multiple_of(3) {
            let (name, path) = (number / 3, file.path.trim_end_matches(".markdown").trim_end_matches(".md"));
            for slug in [format!("spornaya-{name}"), format!("bylo-spornoe-{name}"), path.to_owned()] {
                for address in ["/api/v1/articles/", "/a/", "/api/v1/history/"] {
                    paths.push(format!("{address}{slug}"));
                }
            }
            paths.push(format!("/api/v1/search?q=obshchee%20{name}"));
            paths.push(format!("/api/v1/suggest?q={}", encode_path(&format!("спорное {name}"))));
        }
        if number % 13 == 6 || number % 11 == 5 {
            let left = encode_path(file.path.trim_end_matches(".markdown").trim_end_matches(".md"));
            paths.extend(["/api/v1/articles/", "/a/", "/history/", "/api/v1/history/"].map(|at| format!("{at}{left}")));
        }
        if let Some((folder, _)) = file.path.split_once('/') {
            paths.push(format!("/browse/{}", encode_path(folder)));
            paths.push(format!("/api/v1/articles?under={}", encode_path(folder)));
        }
    }
    paths.sort();
    paths.dedup();
    paths
}

#[test]
fn what_a_reader_may_not_see_changes_no_byte_of_an_answer() {
    let story = story(steps("OTVET_HIDDEN", 250));
    let mut different = Vec::new();
    for reader in READERS {
        let (full, visible) = (tell(&story, reader, false), tell(&story, reader, true));
        assert!(full.base.view().articles().count() > story.files.len() / 3);
        assert_eq!(full.base.view().articles().count(), visible.base.view().articles().count());
        let (mut asked, mut found) = (0, 0);
        for path in paths(&story, &mut Random(SEED)) {
            let (one, other) = (full.get(&path), visible.get(&path));
            if one != other {
                different.push(format!("{reader:?} {path}{}", first_difference(&one, &other)));
            }
            asked += 1;
            found += usize::from(one.status.is_success());
            if reader == ["public"] && !path.contains('%') {
                assert!(!one.body.contains(CANARY), "{path} tells of the canary: {}", one.body);
            }
        }
        assert!(found > asked / 3, "only {found} of {asked} requests found anything");
        println!("{reader:?}: {asked} requests, {found} answered with something");
    }
    assert!(
        different.is_empty(),
        "{} answers differ, among them\n{}",
        different.len(),
        different.iter().take(5).cloned().collect::<Vec<_>>().join("\n")
    );
}

fn first_difference(one: &Answer, other: &Answer) -> String {
    if (one.status, &one.headers) != (other.status, &other.headers) {
        return format!("\n  {} {:?}\n  {} {:?}", one.status, one.headers, other.status, other.headers);
    }
    let at = one.body.bytes().zip(other.body.bytes()).take_while(|(a, b)| a == b).count();
    let around = |body: &str| {
        let start = (0..=at.saturating_sub(80)).rev().find(|at| body.is_char_boundary(*at)).unwrap_or(0);
        body[start..].chars().take(200).collect::<String>()
    };
    format!("\n  with:    …{}\n  without: …{}", around(&one.body), around(&other.body))
}
