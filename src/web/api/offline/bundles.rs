//! Making bundles, and keeping what was made: of the last editions what each article was, as a hash, so that a difference can
//! be told; of bundles the compressed bytes.
//!
//! All that is kept is a function of edition, reader and program, so keeping it or not changes nothing but time, and whether a
//! difference or the whole is sent.

use std::collections::VecDeque;
use std::hash::{Hash, Hasher};
use std::io::{Read, Write};
use std::sync::{Arc, Mutex, PoisonError};

use axum::body::Bytes;
use brotli::enc::BrotliEncoderParams;
use quick_cache::Weighter;
use quick_cache::sync::Cache;
use rustc_hash::FxHasher;

use super::Config;
use super::parts::Parts;
use super::record::{Head, Record, Rules, SearchTable, Tail, belongs};
use crate::article::Article;
use crate::audience::Access;
use crate::edition::View;
use crate::revision::ObjectId;
use crate::search::portable::{Glossary, stop_words, synonyms};

/// The version of the form of bundles.
const FORMAT: u32 = 2;
/// States that are remembered, of all readers together: so many publishes may lie between two visits of a device.
const STATES: usize = 64;
/// The most bytes of bundles that are kept.
const KEPT: u64 = 64 << 20;
/// How hard bundles are compressed (Brotli, 0 to 11): beyond this, time grows faster than bytes fall.
const QUALITY: i32 = 7;
/// The window of compression, as a power of two; every browser takes it.
const WINDOW: i32 = 22;
/// What the compressor is told to expect, in bytes: for large texts it looks for longer repetitions.
const LARGE: usize = 16 << 20;
/// Bytes that are unpacked at a time.
const PIECE: usize = 64 << 10;

/// Bundles that were made, and what they were made from.
#[derive(Debug)]
pub struct Bundles {
    /// The latest last.
    states: Mutex<VecDeque<Arc<State>>>,
    made: Cache<Way, Made, ByBytes>,
}

/// From which state to which a bundle leads; from none, when it is the whole.
type Way = (Option<Box<str>>, Box<str>);

/// A bundle, compressed.
#[derive(Debug, Clone)]
pub(super) struct Made {
    pub(super) etag: Arc<String>,
    pub(super) bytes: Bytes,
}

/// What a device has that got everything of an edition for a reader.
#[derive(Debug)]
struct State {
    commit: ObjectId,
    access: Access,
    name: Box<str>,
    /// Slugs and hashes of all that a device gets of an article, by slug.
    articles: Vec<(Box<str>, u64)>,
    /// The hash of what the lexicon says.
    lexicon: u64,
}

#[derive(Debug, Clone)]
struct ByBytes;

impl Weighter<Way, Made> for ByBytes {
    fn weight(&self, _way: &Way, made: &Made) -> u64 {
        made.bytes.len() as u64 + 512
    }
}

impl Default for Bundles {
    fn default() -> Self {
        Self { states: Mutex::default(), made: Cache::with_weighter(256, KEPT, ByBytes) }
    }
}

impl Bundles {
    /// Returns a bundle that was made before.
    pub(super) fn made(&self, view: &View, since: Option<&str>) -> Option<Made> {
        let now = self.known(view)?;
        let since = since.and_then(|since| self.named(since, view));
        self.made.get(&(since.map(|state| state.name.clone()), now.name.clone()))
    }

    /// Makes a bundle, unless somebody did meanwhile. Work of a second or two on a base of thousands: not for an async thread.
    pub(super) fn make(&self, view: &View, since: Option<&str>, config: Config) -> Made {
        let now = self.known(view).unwrap_or_else(|| self.remember(State::of(view)));
        let since = since.and_then(|since| self.named(since, view));
        let key = (since.as_ref().map(|state| state.name.clone()), now.name.clone());
        if let Some(made) = self.made.get(&key) {
            return made;
        }
        let bytes = Bytes::from(write(view, &now, since.as_deref(), config));
        let behind = since.map_or_else(String::new, |since| format!("-{}", since.name));
        let made = Made { etag: Arc::new(format!("W/\"{}{behind}\"", now.name)), bytes };
        self.made.insert(key, made.clone());
        made
    }

    /// Returns the state of the edition that a view is of, if it is remembered.
    fn known(&self, view: &View) -> Option<Arc<State>> {
        let (commit, access) = (view.revision().commit, view.access());
        self.find(|state| state.commit == commit && state.access == access)
    }

    /// Returns the state that a device names, by its name or its edition, if it is one of this reader.
    fn named(&self, since: &str, view: &View) -> Option<Arc<State>> {
        self.find(|state| state.access == view.access() && (*state.name == *since || state.commit.to_string() == since))
    }

    fn find(&self, wanted: impl Fn(&State) -> bool) -> Option<Arc<State>> {
        let states = self.states.lock().unwrap_or_else(PoisonError::into_inner);
        states.iter().rev().find(|state| wanted(state)).cloned()
    }

    fn remember(&self, state: State) -> Arc<State> {
        let state = Arc::new(state);
        let mut states = self.states.lock().unwrap_or_else(PoisonError::into_inner);
        if states.len() == STATES {
            states.pop_front();
        }
        states.push_back(state.clone());
        state
    }
}

impl State {
    fn of(view: &View) -> Self {
        let on_device = view.articles().filter(|article| belongs(article));
        let mut articles: Vec<(Box<str>, u64)> =
            on_device.map(|article| (article.slug.as_str().into(), fingerprint(view, article))).collect();
        articles.sort_unstable();
        let mut hasher = FxHasher::default();
        synonyms(view.edition().library.lexicon()).hash(&mut hasher);
        let lexicon = hasher.finish();
        // Which program made it, for whom, and all that it holds.
        env!("OTVET_BUILD").hash(&mut hasher);
        view.access().hash(&mut hasher);
        articles.hash(&mut hasher);
        let commit = view.revision().commit;
        let name = format!("{commit}-{:016x}", hasher.finish()).into();
        Self { commit, access: view.access(), name, articles, lexicon }
    }

    fn has(&self, slug: &str) -> Option<u64> {
        let at = self.articles.binary_search_by(|(known, _)| (**known).cmp(slug)).ok()?;
        Some(self.articles[at].1)
    }
}

/// Returns a hash of all that a device gets of an article. Its words are a function of the file.
fn fingerprint(view: &View, article: &Article) -> u64 {
    let mut hasher = FxHasher::default();
    article.blob.hash(&mut hasher);
    serde_json::to_writer(Hashing(&mut hasher), &Record::of(view, article)).expect("hashing does not fail");
    hasher.finish()
}

/// Hashes what is written to it.
struct Hashing<'a>(&'a mut FxHasher);

impl Write for Hashing<'_> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.write(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Writes a bundle, compressed. One article is in memory at a time, and the words of all.
fn write(view: &View, now: &State, since: Option<&State>, config: Config) -> Vec<u8> {
    let how = BrotliEncoderParams { quality: QUALITY, lgwin: WINDOW, size_hint: LARGE, ..Default::default() };
    let mut out = brotli::CompressorWriter::with_params(Vec::new(), PIECE, &how);
    let (mut glossary, mut parts) = (Glossary::default(), Parts::default());
    let head = Head {
        edition: now.commit,
        state: &now.name,
        since: since.map(|since| &*since.name),
        format: FORMAT,
        hours: config.hours,
        committed_at: view.edition().committed_at,
    };
    let unchanged = |article: &Article| {
        let slug = article.slug.as_str();
        since.is_some_and(|since| since.has(slug) == now.has(slug))
    };
    let written = || -> std::io::Result<()> {
        // The members of the two halves, with the articles between them.
        let head = serde_json::to_vec(&head)?;
        out.write_all(head.strip_suffix(b"}").unwrap_or(&head))?;
        out.write_all(b",\"articles\":[")?;
        let on_device = view.articles().filter(|article| belongs(article));
        for (number, article) in on_device.filter(|article| !unchanged(article)).enumerate() {
            if number > 0 {
                out.write_all(b",")?;
            }
            let record = Record::of(view, article).coded(&mut parts, &glossary.add(article));
            serde_json::to_writer(&mut out, &record)?;
        }
        let removed = since.map_or_else(Vec::new, |since| {
            let gone = since.articles.iter().filter(|(slug, _)| now.has(slug).is_none());
            gone.map(|(slug, _)| slug.to_string()).collect()
        });
        let search = SearchTable {
            words: glossary.lines().collect(),
            stop: since.is_none().then(stop_words),
            rules: since.is_none().then(Rules::current),
            synonyms: since
                .is_none_or(|since| since.lexicon != now.lexicon)
                .then(|| synonyms(view.edition().library.lexicon())),
        };
        let tail = serde_json::to_vec(&Tail { removed, parts: parts.into_list(), search })?;
        out.write_all(b"],")?;
        out.write_all(tail.strip_prefix(b"{").unwrap_or(&tail))
    };
    written().expect("memory takes all, and wire types have text keys");
    out.into_inner()
}

/// Returns a compressed text, unpacked piece by piece.
pub(super) fn unpacked(packed: Bytes) -> impl Iterator<Item = std::io::Result<Bytes>> {
    let mut reader = brotli::Decompressor::new(std::io::Cursor::new(packed), PIECE);
    std::iter::from_fn(move || {
        let mut piece = vec![0; PIECE];
        match reader.read(&mut piece) {
            Ok(0) => None,
            Ok(read) => {
                piece.truncate(read);
                Some(Ok(Bytes::from(piece)))
            }
            Err(error) => Some(Err(error)),
        }
    })
}
