//! What an import would write: articles whose links lead to one another, the files they show, and everything that was lost.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use super::links::{Led, relinked};
use super::naming;
use super::source::Files;
use super::{Batch, Draft, Kind, Options, Target, lose};
use crate::article::front_matter::edit::{item, scalar};
use crate::article::{MOST_BYTES, library};
use crate::diagnostic::loss::{Loss, Lost};
use crate::digest::fnv;

/// The most characters of a question; of a longer one the beginning is taken.
const LONGEST_QUESTION: usize = 400;
/// The most bytes of all questions and keywords of an article together, so that they fit into its front matter.
const MOST_QUESTIONS: usize = 8 << 10;
/// The most characters of a title.
const LONGEST_TITLE: usize = 200;
/// The largest file that is taken over, in bytes, and all of them together.
const MOST_FILE: (u64, u64) = (20 << 20, 512 << 20);
/// The folder of pictures and other files, below the folder that is imported into.
const FILES: &str = "files";

/// What an import would write.
#[derive(Debug, Default)]
pub struct Plan {
    /// Articles and files.
    pub planned: Vec<Planned>,
    /// What was lost, in the order of the source.
    pub losses: Vec<Loss>,
}

/// A file that would be written.
#[derive(Debug)]
pub struct Planned {
    /// Its path inside the content folder.
    pub path: String,
    /// Where it came from.
    pub source: String,
    /// The title of an article; none for other files.
    pub title: Option<String>,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// What becomes of a planned file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fate {
    /// It is new.
    New,
    /// The same is there already.
    Same,
    /// Something else is there, and stays.
    Kept,
}

impl Planned {
    /// Returns what becomes of it in a content folder.
    pub fn fate(&self, content: &Path) -> Fate {
        match std::fs::read(content.join(&self.path)) {
            Ok(bytes) if bytes == self.bytes => Fate::Same,
            Ok(_) => Fate::Kept,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Fate::New,
            Err(_) => Fate::Kept,
        }
    }
}

/// Makes the plan of what was read.
pub(super) fn make(
    kind: Kind,
    batch: Batch,
    files: &Files,
    options: &Options,
    known: impl IntoIterator<Item = (String, String)>,
    mut losses: Vec<Loss>,
) -> Plan {
    let Batch { drafts, leads } = batch;
    let paths = naming::paths(&drafts, &options.into, &mut losses);
    let mut by_key: HashMap<&str, &str> = HashMap::new();
    for (draft, path) in drafts.iter().zip(&paths) {
        by_key.entry(&draft.key).or_insert(path);
    }
    let mut maker = Maker {
        kind,
        options,
        files,
        by_key: &by_key,
        leads: &leads,
        asked: known.into_iter().map(|(question, path)| (words(&question), path)).collect(),
        attached: BTreeMap::new(),
        room: MOST_FILE.1,
        losses,
    };
    let mut planned = Vec::with_capacity(drafts.len());
    for (draft, path) in drafts.iter().zip(&paths) {
        planned.extend(maker.article(draft, path));
    }
    planned.extend(maker.attached.into_values().flatten());
    Plan { planned, losses: maker.losses }
}

struct Maker<'a> {
    kind: Kind,
    options: &'a Options,
    files: &'a Files,
    by_key: &'a HashMap<&'a str, &'a str>,
    leads: &'a super::Leads,
    /// Questions that are answered, in the form in which they are compared, with the path of the article.
    asked: HashMap<String, String>,
    /// Files of the source that are taken over, by their path there; none for those that cannot be.
    attached: BTreeMap<String, Option<Planned>>,
    room: u64,
    losses: Vec<Loss>,
}

impl Maker<'_> {
    fn article(&mut self, draft: &Draft, path: &str) -> Option<Planned> {
        let body = self.led(draft, path);
        let body = without_title(&body, &draft.title);
        let body = unfilled(body.trim());
        if body.is_empty() {
            lose(&mut self.losses, &draft.key, draft.line, Lost::Empty);
            return None;
        }
        let questions = self.questions(draft, path);
        let text = format!("{}{body}\n", self.front_matter(draft, &questions));
        if text.len() as u64 > MOST_BYTES {
            let what = Lost::TooMuch { limit: format!("{} KiB", MOST_BYTES >> 10) };
            lose(&mut self.losses, &draft.key, draft.line, what);
            return None;
        }
        let source = if draft.line > 0 { format!("{}:{}", draft.key, draft.line) } else { draft.key.clone() };
        Some(Planned { path: path.to_owned(), source, title: Some(draft.title.clone()), bytes: text.into_bytes() })
    }

    /// Returns the text with its links led to where things are now.
    fn led(&mut self, draft: &Draft, path: &str) -> String {
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        relinked(&draft.body, &mut |target, image| {
            let broken = Lost::BrokenLink { target: target.to_owned() };
            let (led, lost) = match (self.leads)(&draft.key, target) {
                Target::Draft(key) => match self.by_key.get(key.as_str()) {
                    Some(to) => (Led::To(relative(folder, to)), None),
                    None => (Led::Unlinked, Some(broken)),
                },
                Target::File(source) => match self.attach(&source) {
                    Some(to) => (Led::To(relative(folder, &to)), None),
                    None => (Led::Unlinked, Some(Lost::MissingFile { target: target.to_owned() })),
                },
                Target::Outside if image => {
                    (Led::Link(target.to_owned()), Some(Lost::RemotePicture { target: target.to_owned() }))
                }
                Target::Outside => (Led::Kept, None),
                Target::Here => (Led::Unlinked, None),
                Target::Nowhere if image => (Led::Unlinked, Some(Lost::MissingFile { target: target.to_owned() })),
                Target::Nowhere => (Led::Unlinked, Some(broken)),
            };
            if let Some(what) = lost {
                lose(&mut self.losses, &draft.key, draft.line, what);
            }
            led
        })
    }

    /// Takes a file over, and returns its path; none when it cannot be.
    fn attach(&mut self, source: &str) -> Option<String> {
        if let Some(known) = self.attached.get(source) {
            return known.as_ref().map(|file| file.path.clone());
        }
        let made = self.attachment(source);
        let path = made.as_ref().map(|file| file.path.clone());
        self.attached.insert(source.to_owned(), made);
        path
    }

    fn attachment(&mut self, source: &str) -> Option<Planned> {
        let name = source.rsplit('/').next().unwrap_or(source);
        library::media_type(name)?;
        let (stem, ending) = name.rsplit_once('.')?;
        let bytes = match self.files.read(source, MOST_FILE.0.min(self.room)) {
            Ok(bytes) => bytes,
            Err(what) => {
                lose(&mut self.losses, source, 0, what);
                return None;
            }
        };
        self.room -= bytes.len() as u64;
        let digest = fnv(bytes.iter().copied()) >> 32;
        let name = format!("{}-{digest:08x}.{}", naming::name(stem), ending.to_ascii_lowercase());
        let folder =
            if self.options.into.is_empty() { FILES.to_owned() } else { format!("{}/{FILES}", self.options.into) };
        Some(Planned { path: format!("{folder}/{name}"), source: source.to_owned(), title: None, bytes })
    }

    /// Returns the questions of an article that no other answers.
    fn questions(&mut self, draft: &Draft, path: &str) -> Vec<String> {
        let (mut questions, mut room) = (Vec::new(), MOST_QUESTIONS);
        for question in &draft.questions {
            let question = shortened(&one_line(question), LONGEST_QUESTION);
            let key = words(&question);
            if key.is_empty() {
                continue;
            }
            match self.asked.get(&key) {
                Some(by) if by == path => continue,
                Some(by) => {
                    let what = Lost::QuestionTaken { question, by: by.clone() };
                    lose(&mut self.losses, &draft.key, draft.line, what);
                }
                None if question.len() > room => {
                    let what = Lost::TooMuch { limit: format!("{} KiB", MOST_QUESTIONS >> 10) };
                    lose(&mut self.losses, &draft.key, draft.line, what);
                    break;
                }
                None => {
                    room -= question.len();
                    self.asked.insert(key, path.to_owned());
                    questions.push(question);
                }
            }
        }
        questions
    }

    fn front_matter(&self, draft: &Draft, questions: &[String]) -> String {
        let title = shortened(&one_line(&draft.title), LONGEST_TITLE);
        let mut out = format!("---\ntitle: {}\n", scalar(&unshared(&title)));
        if !questions.is_empty() {
            out += "questions:\n";
            questions.iter().for_each(|question| out += &format!("  - {}\n", scalar(&unshared(question))));
        }
        let mut list = |key: &str, items: &[String]| {
            let items: Vec<String> =
                items.iter().map(|text| shortened(&one_line(text), 100)).filter(|text| !text.is_empty()).collect();
            if !items.is_empty() {
                let items: Vec<String> = items.iter().take(50).map(|text| item(text)).collect();
                out += &format!("{key}: [{}]\n", items.join(", "));
            }
        };
        list("keywords", &draft.keywords);
        let mut tags = draft.tags.clone();
        tags.extend(self.options.tags.iter().filter(|tag| !draft.tags.contains(tag)).cloned());
        list("tags", &tags);
        if !draft.restricted {
            list("audience", &self.options.audience);
        }
        let owner = self.options.owner.as_ref().or(draft.owner.as_ref());
        out += &owner.map(|owner| format!("owner: {}\n", scalar(&one_line(owner)))).unwrap_or_default();
        let is_code = |lang: &&String| (2..=3).contains(&lang.len()) && lang.bytes().all(|b| b.is_ascii_lowercase());
        out += &draft.lang.as_ref().filter(is_code).map(|lang| format!("lang: {lang}\n")).unwrap_or_default();
        let would_be_public = draft.restricted && self.options.default_is_public;
        if self.options.draft || draft.draft || would_be_public {
            out += "status: draft\n";
        } else if draft.archived {
            out += "status: archived\n";
        }
        let changed = draft.changed.as_ref().map(|at| format!(", changed {}", one_line(at))).unwrap_or_default();
        let place = if draft.line > 0 { format!(":{}", draft.line) } else { String::new() };
        out + &format!("# imported from {}: {}{place}{changed}\n---\n", self.kind.name(), one_line(&draft.key))
    }
}

/// Returns a text in one line.
fn one_line(text: &str) -> String {
    let visible = |c: &char| !c.is_control() || c.is_whitespace();
    text.chars().filter(visible).collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Returns the beginning of a text, up to a word.
fn shortened(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let cut: String = text.chars().take(most - 1).collect();
    let end = cut.rfind(' ').filter(|at| *at > cut.len() / 2).unwrap_or(cut.len());
    format!("{}…", cut[..end].trim_end())
}

/// Returns Markdown in which braces that would ask for facts and fragments stand for themselves: it was not written for them.
fn unfilled(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("{{") {
        out.push_str(&rest[..at]);
        let asks = rest[at + 2..].trim_start().starts_with('f') && !out.ends_with('\\');
        out.push_str(if asks { "\\{{" } else { "{{" });
        rest = &rest[at + 2..];
    }
    out + rest
}

/// Returns a text of front matter whose braces ask for no facts and fragments.
fn unshared(text: &str) -> String {
    text.replace("{{fact", "{ {fact").replace("{{fragment", "{ {fragment").replace("{{ f", "{ { f")
}

/// Returns a question in the form in which it is compared with others: its letters and digits.
fn words(question: &str) -> String {
    let words = question.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join(" ").to_lowercase().replace('ё', "е")
}

/// Leaves out a first heading that says the title again.
fn without_title<'a>(body: &'a str, title: &str) -> &'a str {
    let text = body.trim_start();
    let (first, rest) = text.split_once('\n').unwrap_or((text, ""));
    let heading = first.trim_start_matches('#').trim();
    let is_title = first.starts_with('#') && words(heading) == words(title);
    if is_title { rest } else { body }
}

/// Returns the way from a folder to a path, both inside the content folder.
fn relative(folder: &str, path: &str) -> String {
    let from: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    let to: Vec<&str> = path.split('/').collect();
    let common = from.iter().zip(&to).take_while(|(a, b)| a == b).count().min(to.len() - 1);
    let up = "../".repeat(from.len() - common);
    format!("{up}{}", to[common..].join("/"))
}

/// Returns where a relative target of a file leads in a source; none when it leads out of it. Percent signs are decoded, and what
/// stands behind `#` or `?` is left out.
pub(super) fn resolved(from: &str, target: &str) -> Option<String> {
    let path = target.split(['#', '?']).next().unwrap_or_default().replace('\\', "/");
    let path = percent_encoding::percent_decode_str(&path).decode_utf8().ok()?.into_owned();
    let mut parts: Vec<&str> = match path.strip_prefix('/') {
        Some(_) => Vec::new(),
        None => from.rsplit_once('/').map_or(Vec::new(), |(folder, _)| folder.split('/').collect()),
    };
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()?),
            part => parts.push(part),
        }
    }
    Some(crate::path::nfc(&parts.join("/")))
}

/// Returns where a target leads that names its scheme or host; none for one that is relative.
pub(super) fn outside(target: &str) -> Option<Target> {
    let target = target.trim();
    if target.starts_with('#') {
        return Some(Target::Here);
    }
    if target.starts_with("//") {
        return Some(Target::Nowhere);
    }
    let end = target.find([':', '/', '?', '#'])?;
    if !target[end..].starts_with(':') {
        return None;
    }
    let scheme = target[..end].to_ascii_lowercase();
    let known = matches!(scheme.as_str(), "http" | "https" | "mailto" | "tel");
    let is_address =
        known && target.len() > end + 1 && (!scheme.starts_with("http") || target[end + 1..].starts_with("//"));
    Some(if is_address { Target::Outside } else { Target::Nowhere })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::html::destination;

    #[test]
    fn ways_lead_from_folder_to_path() {
        assert_eq!(relative("a/b", "a/c/d.md"), "../c/d.md");
        assert_eq!(relative("", "a/d.md"), "a/d.md");
        assert_eq!(relative("a", "a/d.md"), "d.md");
        assert_eq!(relative("a/b", "d.md"), "../../d.md");
        assert_eq!(destination(&relative("a", "a b.md")), "<../a b.md>");
    }

    #[test]
    fn targets_are_resolved_inside_the_source() {
        assert_eq!(resolved("a/b.md", "../c%20d.md#x").as_deref(), Some("c d.md"));
        assert_eq!(resolved("a/b.md", "../../c.md"), None);
        assert_eq!(resolved("a/b.md", "/c.md").as_deref(), Some("c.md"));
        assert_eq!(outside("https://x.example"), Some(Target::Outside));
        assert_eq!(outside("javascript:x"), Some(Target::Nowhere));
        assert_eq!(outside("//x.example"), Some(Target::Nowhere));
        assert_eq!(outside("#x"), Some(Target::Here));
        assert_eq!(outside("a b.md"), None);
    }

    #[test]
    fn long_texts_end_at_a_word() {
        assert_eq!(shortened("раз два три", 9), "раз два…");
        assert_eq!(words("Ещё раз?!"), "еще раз");
        assert_eq!(unshared("{{fact:x}} {{имя}}"), "{ {fact:x}} {{имя}}");
        assert_eq!(unfilled("{{fact:x}} \\{{fact:y}} {{имя}}"), "\\{{fact:x}} \\{{fact:y}} {{имя}}");
    }
}
