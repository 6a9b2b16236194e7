//! The searcher over one library: plans, scores, chooses, and shows.

use std::cell::Cell;
use std::cmp::{Ordering, Reverse};
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use rustc_hash::{FxHashMap, FxHashSet};

use super::bounds::{Bounds, LACKING, NO_BET, OUTDATED, RANKS};
use super::carried::Carried;
use super::phrase::{self, Phrase};
use super::plan::{self, Chunk, Plan, Planner, Typed};
use super::planner::LookUps;
use super::pool::Pool;
use super::postings::{Home, Segments};
use super::rank::Ranker;
use super::schema::{Class, WHOLE_MARK};
use super::score::{Judge, Match, NO_PASSAGE, STEPS, Weighed};
use super::sight::Sight;
use super::snippet::Marker;
use super::snippet_text::blurb;
use super::strength::{Base, Room};
use super::strengths::Strengths;
use super::table::{Table, unplace};
use super::thesaurus::Thesaurus;
use super::typing::Completer;
use super::vocabulary::Vocabulary;
use super::{Analyzers, Shelf, is_outdated, passage, similar, snippet, suggest};
use crate::article::{Article, Library, Section, with_titles};
use crate::audience::Access;
use crate::search::labels::Labels;
use crate::search::language::{Analyzer, Script, script_of};
use crate::search::{Completions, Error, Explanation, Hit, Note, Progress, SearchQuery, SearchResults, Searcher};

/// So many results are little: then other ways are offered, too.
const LITTLE: usize = 2;
/// Most words that nobody has which are named.
const NAMED: usize = 3;
/// Accesses whose statistics are kept; a base has a handful of kinds of readers.
const SIGHTS: usize = 64;

/// The best articles of which it is looked how near to each other they have the words of the query.
const LOOKED_AT: usize = 24;
/// What it is worth to have words near each other in a heading, compared with the title.
const NEAR_IN_HEADING: f32 = 0.8;
/// The same for the text.
const NEAR_IN_TEXT: f32 = 0.7;

/// What searchers share and use again.
#[derive(Debug, Default)]
pub(super) struct Tools {
    pub(super) analyzers: Analyzers,
    /// What was made of the library before.
    pub(super) carried: Carried,
    rooms: Pool<Room>,
    bounds: Pool<Bounds>,
}

impl Tools {
    /// Returns tools of one's own that go on from what was made of a library.
    pub(super) fn with(carried: Carried) -> Self {
        Self { carried, ..Self::default() }
    }
}

/// A searcher over one library.
pub(super) struct Live {
    pub(super) shelf: Arc<dyn Shelf>,
    pub(super) table: Arc<Table>,
    pub(super) segments: Segments,
    pub(super) vocabulary: Vocabulary,
    thesaurus: Thesaurus,
    pub(super) completer: Completer,
    /// What the articles are.
    labels: Arc<Labels>,
    /// By slot: the number of the article in the library; none for dead slots.
    pub(super) numbers: Vec<Option<u32>>,
    /// By slot: where the article's documents stand.
    homes: Vec<Home>,
    /// By slot: whether the article stands behind all that are current.
    outdated: Vec<bool>,
    strengths: Arc<Strengths>,
    generation: u64,
    sections: usize,
    pub(super) tools: Arc<Tools>,
    sights: Sights,
    /// What readers saw of the library before.
    former: FxHashMap<Access, Arc<Sight>>,
    known: Arc<Mutex<Vec<Access>>>,
}

/// What readers see, by access.
pub(super) type Sights = Arc<RwLock<FxHashMap<Access, Arc<Sight>>>>;

/// The index of one library.
pub(super) struct Index {
    pub(super) table: Arc<Table>,
    pub(super) segments: Segments,
    pub(super) vocabulary: Vocabulary,
    /// By slot: the number of the article in the library; none for dead slots.
    pub(super) numbers: Vec<Option<u32>>,
    /// What all searchers over this table keep.
    pub(super) strengths: Arc<Strengths>,
    /// The number of this one among them.
    pub(super) generation: u64,
}

impl fmt::Debug for Live {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Live")
            .field("sections", &self.sections)
            .field("segments", &self.segments)
            .finish_non_exhaustive()
    }
}

impl Live {
    /// Makes a searcher and prepares it for the readers that are known. `before` is what they saw of the library before,
    /// of the same table.
    pub(super) fn new(
        shelf: Arc<dyn Shelf>,
        index: Index,
        tools: Arc<Tools>,
        known: Arc<Mutex<Vec<Access>>>,
        before: &Sights,
    ) -> Self {
        let Index { table, segments, vocabulary, numbers, strengths, generation } = index;
        let article = |number: &Option<u32>| number.map(|number| &shelf.articles()[number as usize]);
        let outdated =
            numbers.iter().map(|number| article(number).is_some_and(|article| is_outdated(article))).collect();
        let sections = shelf.articles().iter().map(|article| article.sections.len()).sum();
        let accesses = known.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let thesaurus = tools.analyzers.with(|analyzer| Thesaurus::new(shelf.lexicon(), analyzer));
        let prepared = tools.carried.prepare(&shelf, &tools.analyzers);
        let completer = Completer::new(prepared.lines, prepared.synonyms);
        let homes = segments.homes(numbers.len());
        let mut live = Self {
            shelf,
            table,
            segments,
            vocabulary,
            thesaurus,
            completer,
            labels: prepared.labels,
            numbers,
            homes,
            outdated,
            strengths,
            generation,
            sections,
            tools,
            sights: Sights::default(),
            former: before.read().unwrap_or_else(PoisonError::into_inner).clone(),
            known,
        };
        accesses.into_iter().for_each(|access| live.prepare_for(access));
        // Who comes now for the first time did not see the library before, either.
        live.former.clear();
        live
    }

    /// Returns what readers see, as far as they came yet.
    pub(super) fn sights(&self) -> Sights {
        Arc::clone(&self.sights)
    }

    fn prepare_for(&self, access: Access) {
        let sight = self.sight(access);
        self.completer.seen(access, self.articles());
        let planner = self.planner(&sight, false);
        self.strengths.prepare(self.base(&sight), access, |word| {
            let script = script_of(word);
            let forms = self.tools.analyzers.with(|analyzer| analyzer.forms(word, script).clone());
            planner.typed(&Typed::new(word, script, &forms, 0..0), true)
        });
    }

    fn base<'a>(&'a self, sight: &'a Sight) -> Base<'a> {
        Base { segments: &self.segments, table: &self.table, sight, homes: &self.homes }
    }

    /// Returns the articles of the library.
    pub(super) fn articles(&self) -> &[Arc<Article>] {
        self.shelf.articles()
    }

    /// Returns the number of the article of a slot.
    fn number(&self, slot: u32) -> Option<usize> {
        self.numbers[slot as usize].map(|number| number as usize)
    }

    /// Returns the article of a slot.
    pub(super) fn article(&self, slot: usize) -> Option<&Arc<Article>> {
        self.shelf.articles().get((*self.numbers.get(slot)?)? as usize)
    }

    /// Returns what a reader sees.
    pub(super) fn sight(&self, access: Access) -> Arc<Sight> {
        if let Some(sight) = self.sights.read().unwrap_or_else(PoisonError::into_inner).get(&access) {
            return Arc::clone(sight);
        }
        let articles: Vec<_> = (0..self.numbers.len()).map(|slot| self.article(slot)).collect();
        let before = self.former.get(&access).map(AsRef::as_ref);
        let sight = Arc::new(Sight::new(&self.table, &self.segments, &articles, access, self.generation, before));
        let mut sights = self.sights.write().unwrap_or_else(PoisonError::into_inner);
        if sights.len() < SIGHTS {
            sights.insert(access, Arc::clone(&sight));
            let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
            if !known.contains(&access) && known.len() < SIGHTS {
                known.push(access);
            }
        }
        sight
    }

    fn planner<'a>(&'a self, sight: &'a Sight, exact: bool) -> Planner<'a> {
        Planner {
            segments: &self.segments,
            sight,
            vocabulary: &self.vocabulary,
            thesaurus: &self.thesaurus,
            exact,
            mended: Cell::new(0),
            known: LookUps::default(),
        }
    }

    /// Returns the slots of the articles of which a title or a question is exactly the query: as it was typed, else as it was
    /// corrected, else without what wraps the question.
    fn best_bets(&self, analyzer: &mut Analyzer, chunks: &[Chunk], searched: &str, sight: &Sight) -> FxHashSet<u32> {
        let mut slots = self.wholes(chunks.iter(), sight);
        if slots.is_empty() {
            let corrected = plan::read(analyzer, searched);
            slots = self.wholes(corrected.iter(), sight);
            if slots.is_empty() && corrected.iter().any(|chunk| chunk.wraps) {
                let question: Vec<&Chunk> = corrected.iter().filter(|chunk| !chunk.wraps).collect();
                slots = self.wholes(question.iter().copied(), sight);
                let says = |chunk: &&Chunk| chunk.parts.iter().any(|part| !part.stop);
                if let (Some(first), Some(last)) = (question.iter().position(says), question.iter().rposition(says))
                    && slots.is_empty()
                {
                    slots = self.wholes(question[first..=last].iter().copied(), sight);
                }
            }
        }
        slots
    }

    /// Returns the slots of the articles of which a title or a question is exactly these words.
    fn wholes<'a>(&self, chunks: impl Iterator<Item = &'a Chunk>, sight: &Sight) -> FxHashSet<u32> {
        let stems = chunks.flat_map(|chunk| &chunk.parts).map(|part| part.stem.as_deref().unwrap_or(&part.word));
        let mut slots = FxHashSet::default();
        if let Some(whole) = passage::fingerprint_of(stems) {
            debug_assert!(whole.starts_with(WHOLE_MARK));
            let lists = self.segments.find(Class::Word, &whole);
            self.segments.read(Class::Word, &lists, |place, _| {
                let (_, slot) = unplace(place);
                if sight.visible[slot] > 0 {
                    slots.insert(slot as u32);
                }
                true
            });
        }
        slots
    }

    /// Returns the best `wanted` of the articles that match: current before outdated, best bets first, then by score, then
    /// by slug. Each with its rank; `first` is the first that may have any.
    fn rank(&self, mut ranker: Ranker<'_>, first: usize, wanted: usize) -> Vec<(usize, Match)> {
        let mut matches = Vec::new();
        for rank in first..RANKS {
            let left = wanted - matches.len();
            let mut found: Vec<_> = ranker.best(rank, left).into_iter().map(|found| (rank, found)).collect();
            self.sort(&mut found);
            found.truncate(left);
            matches.append(&mut found);
        }
        matches
    }

    /// Returns the slots of the articles that have every phrase, ascending; none when there is no phrase to have. A phrase
    /// that nobody has is searched by its words, and said so, unless the reader wants it as it stands.
    fn quoted(&self, phrases: &[Phrase], sight: &Sight, exact: bool, notes: &mut Vec<Note>) -> Option<Vec<u32>> {
        let mut quoted: Option<Vec<u32>> = None;
        for phrase in phrases {
            let holders = phrase.holders(&self.segments, &self.table, sight);
            if holders.is_empty() && !exact {
                notes.push(Note::PhraseNotFound(phrase.text.clone()));
                continue;
            }
            quoted = Some(match quoted {
                Some(quoted) => quoted.into_iter().filter(|slot| holders.binary_search(slot).is_ok()).collect(),
                None => holders,
            });
        }
        quoted
    }

    /// Adds to the scores of the best what it is worth that words of the query stand near each other, and sorts them anew.
    /// Exact for the best `wanted`.
    fn rank_by_nearness(
        &self,
        analyzer: &mut Analyzer,
        matches: &mut [(usize, Match)],
        weighed: &Weighed<'_>,
        marker: &Marker,
        wanted: usize,
    ) {
        let (pairs, worth) = weighed.pairs();
        if pairs.is_empty() {
            return;
        }
        let looked_at = matches.len().min(LOOKED_AT);
        // What cannot reach the page though all words stood together need not be read.
        let most = (worth.iter().sum::<f32>() * STEPS).ceil() as u32;
        let mut best: Vec<(usize, Reverse<u32>)> = Vec::with_capacity(looked_at);
        for (rank, found) in &mut matches[..looked_at] {
            let reached = (*rank, Reverse(found.score.saturating_add(most)));
            if wanted.checked_sub(1).and_then(|last| best.get(last)).is_some_and(|last| reached > *last) {
                continue;
            }
            let Some(article) = self.article(found.slot as usize) else { continue };
            let mut near = marker.nearness(analyzer, &article.title, &pairs);
            if let Some((section, text)) = self.passage(article, *found) {
                let heading = marker.nearness(analyzer, &section.title, &pairs);
                let text = marker.nearness(analyzer, text, &pairs);
                for ((near, heading), text) in near.iter_mut().zip(heading).zip(text) {
                    *near = near.max(NEAR_IN_HEADING * heading).max(NEAR_IN_TEXT * text);
                }
            }
            let worth: f32 = near.iter().zip(&worth).map(|(near, worth)| near * worth).sum();
            found.score = found.score.saturating_add((worth * STEPS).round() as u32);
            let place = (*rank, Reverse(found.score));
            best.insert(best.partition_point(|better| *better <= place), place);
        }
        self.sort(&mut matches[..looked_at]);
    }

    /// Sorts matches by rank, then by score, then by the slugs that articles want, which depend on no other article.
    fn sort(&self, matches: &mut [(usize, Match)]) {
        let article = |found: &Match| self.article(found.slot as usize);
        matches.sort_unstable_by(|(rank, a), (other, b)| {
            let by_name = || article(a).zip(article(b)).map_or(Ordering::Equal, |(a, b)| a.by_name(b));
            rank.cmp(other).then_with(|| b.score.cmp(&a.score)).then_with(by_name)
        });
    }

    /// Says why an article has its score and its place.
    fn explain(&self, rank: usize, found: Match, plan: &Plan, mut judge: Judge<'_>) -> Explanation {
        let words = judge.explain(plan, found);
        let by_words: f32 = words.iter().map(|word| word.score).sum();
        let nearness = found.score as f32 / STEPS - by_words;
        Explanation {
            best_bet: rank & NO_BET == 0,
            outdated: rank & OUTDATED > 0,
            has_all_words: rank & LACKING == 0,
            words,
            // What is left of rounding is no nearness.
            nearness: if nearness < 0.01 { 0.0 } else { nearness },
        }
    }

    /// Returns the section and text of the passage that matches best.
    fn passage<'a>(&self, article: &'a Article, found: Match) -> Option<(&'a Section, &'a str)> {
        let passage = (found.passage != NO_PASSAGE).then_some(found.passage as usize)?;
        let (span, notes) = (self.table.spans[passage], self.table.notes[passage]);
        let section = article.sections.get(span.section as usize)?;
        Some((section, passage::text_of(article, passage::Passage { span, notes })))
    }

    /// Returns what a query that is searched as typed would be corrected to, if to anything.
    fn meant(&self, analyzer: &mut Analyzer, sight: &Sight, query: &SearchQuery) -> Option<String> {
        if !query.exact {
            return None;
        }
        let planner = self.planner(sight, false);
        let (text, _) = planner.fix_layout(analyzer, &query.text, query.open);
        let chunks = plan::read(analyzer, &text);
        let meant = planner.plan(analyzer, &chunks, query.open).corrected(&text);
        (meant != query.text).then_some(meant)
    }

    fn hit(&self, found: Match, marker: &Marker, analyzer: &mut Analyzer, access: Access) -> Option<Hit> {
        let article = self.article(found.slot as usize)?;
        let mut title = |link: usize| self.shelf.linked_title(article, link, access);
        let passage = self.passage(article, found);
        let text = passage.map(|(_, text)| {
            let (span, notes) = (self.table.spans[found.passage as usize], self.table.notes[found.passage as usize]);
            let names = passage::names_of(article, passage::Passage { span, notes });
            with_titles(text, span.start as usize, names, &mut title)
        });
        let section = passage.filter(|(section, _)| section.level > 0);
        let section = section.and(self.table.spans.get(found.passage as usize)).map(|span| span.section as usize);
        let window = text.as_ref().and_then(|text| marker.window(analyzer, text));
        // A section found by its heading is shown from its beginning; the article itself by what it is about.
        let head = || match text {
            Some(text) if section.is_some() && !text.trim().is_empty() => text,
            _ => blurb(article, &mut |link| self.shelf.linked_title(article, link, access)),
        };
        Some(Hit {
            article: Arc::clone(article),
            section,
            title_html: marker.whole(analyzer, &article.title),
            snippet_html: window.unwrap_or_else(|| snippet::beginning(&head())),
            score: found.score as f32 / STEPS,
            explanation: None,
        })
    }
}

impl Searcher for Live {
    fn search_among(&self, query: &SearchQuery, access: Access, among: &dyn Fn(&Article) -> bool) -> SearchResults {
        let sight = self.sight(access);
        self.tools.analyzers.with(|analyzer| {
            let planner = self.planner(&sight, query.exact);
            let (text, mut corrections) = match query.exact {
                true => (query.text.clone(), Vec::new()),
                false => planner.fix_layout(analyzer, &query.text, query.open),
            };
            let chunks = plan::read(analyzer, &text);
            let plan = planner.plan(analyzer, &chunks, query.open);
            let phrases = phrase::read(analyzer, &text);
            let mut notes = Vec::new();
            let quoted = self.quoted(&phrases, &sight, query.exact, &mut notes);
            let base = self.base(&sight);
            let searched = plan.corrected(&text);
            let bets = self.best_bets(analyzer, &chunks, &searched, &sight);
            let wanted = query.offset.saturating_add(query.limit);
            let (matches, marker, total, facets, explanations, not_found) = self.tools.bounds.with(|bounds| {
                let strengths = self.strengths.of_all(base, access, &plan.ways(), &self.tools.rooms);
                let weighed = Weighed::new(&plan, sight.total, strengths);
                weighed.bound(self.numbers.len(), bounds);
                let by_label = self.labels.filter(&query.filters);
                let by_article_is_asked = query.filters.paths.is_some() || query.filters.changed_since.is_some();
                let pass = |slot: u32| {
                    let by_article = |article: &Arc<Article>| query.filters.pass(article) && among(article);
                    self.number(slot).is_some_and(&by_label)
                        && (!by_article_is_asked || self.article(slot as usize).is_some_and(by_article))
                };
                let said = |slot: &u32| quoted.as_ref().is_none_or(|quoted| quoted.binary_search(slot).is_ok());
                let all = query.filters.is_empty();
                let is_narrowed = !all || quoted.is_some();
                let pass = is_narrowed.then_some(|slot: u32| said(&slot) && (all || pass(slot)));
                bounds.rank(&self.outdated, weighed.wanted_words(), &bets, pass);
                let total = bounds.total();
                let numbers = bounds.slots().filter_map(|slot| self.number(slot));
                let facets = query.facets.then(|| self.labels.count(numbers));
                let first = if bets.is_empty() { NO_BET } else { 0 };
                let ranker = Ranker::new(base, &weighed, bounds);
                let mut matches = self.rank(ranker, first, wanted.max(LOOKED_AT));
                let marker = Marker::new(&plan, &weighed.rarities);
                self.rank_by_nearness(analyzer, &mut matches, &weighed, &marker, wanted);
                let explain =
                    |(rank, found): &(usize, Match)| self.explain(*rank, *found, &plan, Judge::new(base, &weighed));
                let asked = matches.iter().skip(query.offset).take(if query.explain { query.limit } else { 0 });
                let explanations = asked.map(explain).collect::<Vec<_>>();
                let not_found: Vec<Note> = weighed
                    .not_found(&plan)
                    .filter(|group| group.word.letters() > 2 && group.word.script != Script::Other)
                    .filter_map(|group| text.get(group.word.start..group.word.end))
                    .take(NAMED)
                    .map(|word| Note::WordNotFound(word.to_owned()))
                    .collect();
                (matches, marker, total, facets, explanations, not_found)
            });
            let page = matches.into_iter().skip(query.offset).take(query.limit);
            let mut hits: Vec<Hit> = page.filter_map(|(_, found)| self.hit(found, &marker, analyzer, access)).collect();
            for (hit, explanation) in hits.iter_mut().zip(explanations) {
                hit.explanation = Some(explanation);
            }
            let mut suggestions = Vec::new();
            if total <= LITTLE && query.offset == 0 {
                suggestions.extend(self.meant(analyzer, &sight, query).or_else(|| plan.doubtful(&text)));
                suggestions.extend(suggest::instead(self, access, analyzer, &chunks, &hits));
            }
            corrections.extend(plan.corrections);
            notes.extend(plan.left_out.then_some(Note::WordsLeftOut));
            // Where nothing is found at all, that says it.
            notes.extend(not_found.into_iter().filter(|_| total > 0));
            SearchResults { total, searched, corrections, hits, suggestions, facets, notes }
        })
    }

    fn complete(&self, text: &str, limit: usize, access: Access) -> Completions {
        self.tools.analyzers.with(|analyzer| suggest::complete(self, access, analyzer, text, limit))
    }

    fn similar(&self, article: &Article, limit: usize, access: Access) -> Vec<(f32, Arc<Article>)> {
        let (completer, articles) = (&self.completer, self.articles());
        self.tools.analyzers.with(|analyzer| similar::similar(completer, articles, access, analyzer, article, limit))
    }

    fn prepare(&self, access: Access) {
        self.prepare_for(access);
    }

    fn beside(&self, library: &Arc<Library>, progress: &dyn Progress) -> Result<Arc<dyn Searcher>, Error> {
        Ok(Arc::new(self.beside_shelf(&(Arc::clone(library) as Arc<dyn Shelf>), progress)?))
    }

    fn sections(&self) -> usize {
        self.sections
    }
}
