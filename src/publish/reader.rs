//! Reads a state of the source into a library, keeping what it parsed for the next state.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use rustc_hash::{FxHashMap, FxHashSet};

use super::kept::Kept;
use super::source::{self, Candidate, Source, State};
use super::{ATTACHMENT_LIMIT, ATTACHMENTS_LIMIT, Error, LEXICON, LEXICON_LIMIT};
use crate::article::answer_test::{self, AnswerTests};
use crate::article::library::{self, Attachment, Rules};
use crate::article::{self, Article, Commons, Lexicon, Library, Owners, commons, owners};
use crate::check::{Content, dictionary};
use crate::diagnostic::{Diagnostic, Finding};
use crate::git::{Entry, Listing};
use crate::revision::ObjectId;

/// Is told that `done` of `all` changed files are parsed.
pub(super) type Parsed<'a> = &'a (dyn Fn(usize, usize) + Sync);

/// The paths of the articles that are new or not as they were.
type Changed = Vec<Arc<str>>;

/// What the articles of a state share, and the files that say it.
#[derive(Debug, Clone, Default)]
pub(super) struct Shared {
    entries: Vec<Entry>,
    commons: Commons,
    owners: Arc<Owners>,
    findings: Vec<Diagnostic>,
}

/// Reads states of one source, one after the other.
pub(super) struct Reader {
    pub(super) source: Source,
    pub(super) rules: Rules,
    /// The library of the state read last.
    library: Option<Library>,
    attachments: FxHashMap<ObjectId, Attachment>,
    /// What the articles share.
    shared: Shared,
    /// Blobs of other files that are known not to be too large.
    small: FxHashSet<ObjectId>,
    /// Articles that an earlier run parsed; none when nothing is kept.
    kept: Option<Kept>,
    /// Articles parsed since the last call of [`Reader::keep`].
    parsed: AtomicUsize,
    /// Articles of the candidate looked at last that are not in `library`, and what they share: it may well become the next
    /// state.
    candidate: (FxHashMap<ObjectId, Arc<Article>>, Commons),
    /// Whether a state was read: from then on a damaged file fails the reading, since an edition is live that can wait.
    has_read: bool,
    /// Whether a damaged file is a finding all the same: while a candidate is looked at.
    tolerant: bool,
}

/// The most articles of a candidate that are remembered.
const REMEMBERED: usize = 2_000;

impl Reader {
    pub(super) fn new(source: Source, rules: Rules, kept: Option<Kept>) -> Self {
        Self {
            source,
            rules,
            library: None,
            attachments: FxHashMap::default(),
            shared: Shared::default(),
            small: FxHashSet::default(),
            kept,
            parsed: AtomicUsize::new(0),
            candidate: Default::default(),
            has_read: false,
            tolerant: false,
        }
    }

    /// Makes a reader of another source that knows what was read for a library.
    pub(super) fn beside(source: Source, rules: Rules, library: &Library, shared: Shared) -> Self {
        let attachments = library.attachments().map(|file| (file.blob, file.clone())).collect();
        let library = Some(library.clone());
        Self { library, attachments, shared, ..Self::new(source, rules, None) }
    }

    /// Returns what the articles of the state read last share.
    pub(super) fn shared_now(&self) -> &Shared {
        &self.shared
    }

    /// Keeps articles for the next start, when many were parsed now.
    pub(super) fn keep(&mut self, library: &Library) {
        if let Some(kept) = &mut self.kept {
            let parsed = std::mem::take(self.parsed.get_mut());
            kept.parsed(parsed, library.articles(), &self.rules, &self.shared.commons);
        }
    }

    /// Returns the library of a state, and the paths of the articles that are new or not as they were.
    pub(super) fn read(&mut self, state: &State, parsed: Parsed<'_>) -> Result<(Library, Changed), Error> {
        let Listing { entries, mut findings } = self.source.list(state)?;
        let shared = self.shared(&entries)?;
        findings.extend(shared.findings.iter().cloned());
        let (texts, files): (Vec<&Entry>, Vec<&Entry>) =
            entries.iter().partition(|entry| library::is_article(&entry.path));
        let (articles, changed) = self.articles(&texts, &shared, &mut findings, parsed)?;
        let attachments = self.attachments(&articles, &files, &mut findings)?;
        let lexicon = self.lexicon(&files, &mut findings)?;
        let files = files.into_iter().map(|entry| entry.path.clone()).collect();
        let library = match &self.library {
            Some(before) => before.next(state.revision, articles, attachments, files, lexicon, findings),
            None => Library::new(state.revision, articles, attachments, files, lexicon, findings),
        };
        self.library = Some(library.clone());
        self.shared = shared;
        self.has_read = true;
        Ok((library, changed))
    }

    /// Reads facts, fragments and who owns what, unless they are those of the state before.
    fn shared(&self, entries: &[Entry]) -> Result<Shared, Error> {
        let files: Vec<&Entry> =
            entries.iter().filter(|entry| commons::is_file(&entry.path) || entry.path == owners::FILE).collect();
        if files.iter().copied().eq(&self.shared.entries) {
            return Ok(self.shared.clone());
        }
        let (mut texts, mut unread) = (Vec::with_capacity(files.len()), Vec::new());
        let (mut owned, mut misread) = (Owners::default(), Vec::new());
        for entry in &files {
            let is_owners = entry.path == owners::FILE;
            let most = if is_owners { owners::MOST_BYTES } else { commons::MOST_BYTES as u64 };
            match self.source.read_one(entry, most) {
                Ok(bytes) if is_owners => (owned, misread) = Owners::read(&bytes),
                Ok(bytes) => texts.push((entry.path.as_str(), bytes)),
                Err(problem) => unread.push(self.tolerate(entry, problem)?),
            }
        }
        let (commons, mut findings) = Commons::read(texts.iter().map(|(path, bytes)| (*path, &bytes[..])));
        findings.append(&mut unread);
        findings.append(&mut misread);
        let entries = files.into_iter().cloned().collect();
        Ok(Shared { entries, commons, owners: Arc::new(owned), findings })
    }

    /// Returns the library of a candidate with what else a check needs. What was read of the live state stays as it is.
    pub(super) fn candidate(&mut self, candidate: &Candidate) -> Result<Content, Error> {
        let live = (self.library.clone(), self.attachments.clone(), self.shared.clone(), self.has_read);
        self.source.turn_to(Some(candidate));
        self.tolerant = true;
        let content = self.content();
        self.tolerant = false;
        self.source.turn_to(None);
        let commons = std::mem::take(&mut self.shared.commons);
        (self.library, self.attachments, self.shared, self.has_read) = live;
        let content = content?;
        let known = |article: &Article| self.known(&article.path).is_some_and(|known| known.blob == article.blob);
        let new = content.library.articles().iter().filter(|article| !known(article)).take(REMEMBERED);
        self.candidate = (new.map(|article| (article.blob, article.clone())).collect(), commons);
        Ok(content)
    }

    /// Reads where the source stands now, with everything a check needs.
    pub(super) fn content(&mut self) -> Result<Content, Error> {
        let state = self.source.state()?;
        let (library, _) = self.read(&state, &|_, _| {})?;
        self.content_of(&state, Arc::new(library))
    }

    /// Reads what a check needs besides the library of a state.
    pub(super) fn content_of(&mut self, state: &State, library: Arc<Library>) -> Result<Content, Error> {
        let files = self.source.list(state)?.entries;
        let mut tests = AnswerTests::default();
        let mut texts = FxHashMap::default();
        let mut keep =
            |path: &str, bytes: &[u8]| texts.extend(article::text_of(bytes).map(|text| (path.to_owned(), text)));
        for entry in files.iter().filter(|entry| answer_test::is_file(&entry.path)) {
            match self.source.read_one(entry, answer_test::MOST_BYTES as u64) {
                Ok(bytes) => {
                    tests.read(&entry.path, &bytes);
                    keep(&entry.path, &bytes);
                }
                Err(problem) => tests.findings.push(self.tolerate(entry, problem)?),
            }
        }
        // Of what articles share, only what something is wrong with is shown; `_owners` only a check can tell that of.
        let wrong: FxHashSet<&str> = library.diagnostics().iter().map(|found| found.path.as_str()).collect();
        for entry in files.iter().filter(|entry| entry.path.starts_with('_')) {
            if entry.path == owners::FILE || (wrong.contains(entry.path.as_str()) && !answer_test::is_file(&entry.path))
            {
                // What cannot be read was told before.
                let bytes = self.source.read_one(entry, commons::MOST_BYTES as u64);
                bytes.iter().for_each(|bytes| keep(&entry.path, bytes));
            }
        }
        let (owners, mut found) = (self.shared.owners.clone(), Vec::new());
        let mut spelling = FxHashSet::default();
        if let Some(entry) = files.iter().find(|entry| entry.path == dictionary::FILE) {
            match self.source.read_one(entry, dictionary::MOST_BYTES) {
                Ok(bytes) => spelling = dictionary::allowed(&bytes),
                Err(problem) => found.push(self.tolerate(entry, problem)?),
            }
        }
        self.check_sizes(&files, &mut found)?;
        Ok(Content { library, files, tests, owners, spelling, found, texts })
    }

    /// Finds files that are larger than any file is served, whether somebody refers to them or not.
    fn check_sizes(&mut self, files: &[Entry], found: &mut Vec<Diagnostic>) -> Result<(), Error> {
        for entry in files.iter().filter(|entry| !library::is_article(&entry.path)) {
            if self.attachments.contains_key(&entry.blob) || self.small.contains(&entry.blob) {
                continue;
            }
            // Nothing fits into no bytes: the answer is the size.
            match self.source.read_one(entry, 0) {
                Err(source::Error::TooLarge { size, .. }) if size > ATTACHMENT_LIMIT => {
                    let problem = source::Error::TooLarge { size, limit: ATTACHMENT_LIMIT };
                    found.push(self.tolerate(entry, problem)?);
                }
                Ok(_) | Err(source::Error::TooLarge { .. }) => {
                    self.small.insert(entry.blob);
                }
                Err(problem) => found.push(self.tolerate(entry, problem)?),
            }
        }
        Ok(())
    }

    /// Returns the article of a path in the state read last.
    fn known(&self, path: &str) -> Option<&Arc<Article>> {
        let library = self.library.as_ref()?;
        library.articles().get(library.by_path(path)?)
    }

    /// Returns all articles of the listing in its order, and the paths of those that were not in the last one as they are.
    fn articles(
        &self,
        entries: &[&Entry],
        shared: &Shared,
        findings: &mut Vec<Diagnostic>,
        parsed: Parsed<'_>,
    ) -> Result<(Vec<Arc<Article>>, Changed), Error> {
        let (commons, owners) = (&shared.commons, &*shared.owners);
        let given = |article: Arc<Article>| article.given_to(owners).map_or(article, Arc::new);
        let same_owners = shared.owners == self.shared.owners;
        let (candidates, theirs) = &self.candidate;
        // Both are sorted by path, so that one walk finds what is known.
        let mut before = self.library.as_ref().map_or(&[][..], Library::articles);
        let mut articles: Vec<Option<Arc<Article>>> = Vec::with_capacity(entries.len());
        let (mut wanted, mut places, mut changed): (Vec<&Entry>, Vec<usize>, Changed) = Default::default();
        for &entry in entries {
            let earlier = before.iter().take_while(|article| *article.path < *entry.path).count();
            before = &before[earlier..];
            let known = before.first().filter(|known| known.blob == entry.blob && *known.path == *entry.path);
            let seen = || candidates.get(&entry.blob).filter(|seen| *seen.path == *entry.path);
            if let Some(known) = known.filter(|known| is_same(known, &self.shared.commons, commons)) {
                articles.push(Some(if same_owners { known.clone() } else { given(known.clone()) }));
            } else if let Some(seen) = seen().filter(|seen| is_same(seen, theirs, commons)) {
                changed.push(seen.path.clone());
                articles.push(Some(given(seen.clone())));
            } else {
                wanted.push(entry);
                places.push(articles.len());
                articles.push(None);
            }
        }
        let parsed = self.parse(&wanted, commons, parsed)?;
        for ((entry, result), place) in wanted.iter().zip(parsed).zip(places) {
            match result {
                Ok(article) => {
                    if self.known(&article.path).is_none_or(|before| !before.says_what(&article)) {
                        changed.push(article.path.clone());
                    }
                    articles[place] = Some(given(article));
                }
                Err(problem) => findings.push(self.tolerate(entry, problem)?),
            }
        }
        Ok((articles.into_iter().flatten().collect(), changed))
    }

    /// Reads and parses files in parallel; the result has the order of `wanted`.
    fn parse(
        &self,
        wanted: &[&Entry],
        commons: &Commons,
        parsed: Parsed<'_>,
    ) -> Result<Vec<Result<Arc<Article>, source::Error>>, Error> {
        type Slot = Mutex<Option<Result<Arc<Article>, source::Error>>>;
        let slots: Vec<Slot> = wanted.iter().map(|_| Mutex::new(None)).collect();
        let done = AtomicUsize::new(0);
        let put = |index: usize, article: Result<Arc<Article>, source::Error>| {
            *slots[index].lock().expect("nobody panics while holding it") = Some(article);
            parsed(done.fetch_add(1, Ordering::Relaxed) + 1, wanted.len());
        };
        // Later states differ in a few files from what is in memory.
        if let Some(kept) = self.kept.as_ref().filter(|_| !self.has_read) {
            kept.read(wanted, &self.rules, commons, &|index, article| put(index, Ok(Arc::new(article))));
        }
        let is_missing = |slot: &Mutex<Option<_>>| slot.lock().expect("nobody panics while holding it").is_none();
        let missing: Vec<usize> = (0..wanted.len()).filter(|&index| is_missing(&slots[index])).collect();
        let entries: Vec<&Entry> = missing.iter().map(|&index| wanted[index]).collect();
        self.source.read(&entries, crate::article::MOST_BYTES, &|number, bytes| {
            let entry = entries[number];
            let article =
                bytes.map(|bytes| Arc::new(Article::parse_with(&entry.path, entry.blob, &bytes, &self.rules, commons)));
            put(missing[number], article);
        })?;
        self.parsed.fetch_add(missing.len(), Ordering::Relaxed);
        let missing = || Err(source::Error::Other("the file was not read".to_owned()));
        let taken = slots
            .into_iter()
            .map(|slot| slot.into_inner().expect("nobody panics while holding it").unwrap_or_else(missing));
        Ok(taken.collect())
    }

    /// Turns a file that cannot be read into a finding. A size is the author's to mend; damage is not, so while an edition
    /// is live it rather stays as it is.
    fn tolerate(&self, entry: &Entry, problem: source::Error) -> Result<Diagnostic, Error> {
        let finding = match problem {
            source::Error::TooLarge { size, limit } => Finding::TooLarge { size, limit },
            other if self.has_read && !self.tolerant => {
                return Err(Error::File { path: entry.path.clone(), reason: other.to_string() });
            }
            other => Finding::Unreadable { reason: other.to_string() },
        };
        Ok(Diagnostic { path: entry.path.clone(), line: 1, column: 1, finding })
    }

    /// Returns the attachments that articles refer to, reading those not yet in memory and forgetting the rest.
    fn attachments(
        &mut self,
        articles: &[Arc<Article>],
        files: &[&Entry],
        findings: &mut Vec<Diagnostic>,
    ) -> Result<Vec<(String, Attachment)>, Error> {
        let files: FxHashMap<&str, &Entry> = files.iter().map(|entry| (entry.path.as_str(), *entry)).collect();
        let mut found = Vec::new();
        let mut total = 0;
        for path in library::attachments_wanted(articles, |path: &str| files.contains_key(path)) {
            let (Some(entry), Some(media_type)) = (files.get(path.as_str()), library::media_type(&path)) else {
                continue;
            };
            let known = self.attachments.get(&entry.blob).cloned();
            let bytes = match known {
                Some(attachment) => Ok(attachment.bytes),
                None => self.source.read_one(entry, ATTACHMENT_LIMIT).map(Arc::from),
            };
            let refused = |reason: String| Diagnostic {
                path: path.clone(),
                line: 1,
                column: 1,
                finding: Finding::Attachment { reason },
            };
            match bytes {
                Ok(bytes) if bytes.starts_with(article::LFS.as_bytes()) => {
                    findings.push(refused("a pointer of git LFS, the file itself is not in the repository".to_owned()));
                }
                Ok(bytes) if total + bytes.len() as u64 <= ATTACHMENTS_LIMIT => {
                    total += bytes.len() as u64;
                    found.push((path, Attachment { blob: entry.blob, bytes, media_type }));
                }
                Ok(_) => {
                    findings.push(refused(format!("all attachments together are over {} MiB", ATTACHMENTS_LIMIT >> 20)))
                }
                Err(source::Error::TooLarge { size, limit }) => {
                    let finding = Finding::TooLarge { size, limit };
                    findings.push(Diagnostic { finding, ..refused(String::new()) });
                }
                Err(other) => findings.push(self.tolerate(entry, other)?),
            }
        }
        self.attachments = found.iter().map(|(_, attachment)| (attachment.blob, attachment.clone())).collect();
        Ok(found)
    }

    fn lexicon(&self, files: &[&Entry], findings: &mut Vec<Diagnostic>) -> Result<Lexicon, Error> {
        let Some(entry) = files.iter().find(|entry| entry.path == LEXICON) else { return Ok(Lexicon::default()) };
        match self.source.read_one(entry, LEXICON_LIMIT) {
            Ok(bytes) => {
                let (lexicon, found) = Lexicon::parse(LEXICON, &bytes);
                findings.extend(found);
                Ok(lexicon)
            }
            Err(problem) => {
                findings.push(self.tolerate(entry, problem)?);
                Ok(Lexicon::default())
            }
        }
    }
}

/// Returns whether an article that was parsed with some facts and fragments is what its file gives with others.
fn is_same(article: &Article, before: &Commons, now: &Commons) -> bool {
    if article.written.is_some() { now.is_same(before) } else { now.has_the_facts_of(before) }
}
