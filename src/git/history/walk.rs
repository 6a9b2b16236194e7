//! Gathering a history: the commits that are not known yet, their order, and what each did.
//!
//! 1. Unknown commits are read from the head on, back to commits that the known history has.
//! 2. What each of them did is compared in parallel.
//! 3. When all of them come before the known head they are put at the known history's end. Else (the branch was rewritten, a
//!    merge brought older commits) the history is laid out anew from what is known and what was read, without reading
//!    known commits again: the result is always that of a fresh walk.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use rustc_hash::{FxHashMap, FxHashSet};

use super::diff::Trees;
use super::order::Graph;
use super::{Commit, History, RawTouch, TOUCHES};
use crate::git::objects::Objects;
use crate::git::parse::{self, RawCommit};
use crate::git::{Error, Repository, files};
use crate::revision::ObjectId;

/// Commits that one thread takes at a time; neighbours share most of their trees.
const CHUNK: usize = 128;
/// Parents of a commit that are compared; git's own tools rarely make more than two.
const PARENTS: usize = 16;

/// A commit that the known history does not have.
struct New {
    id: ObjectId,
    commit: RawCommit,
    touches: Vec<RawTouch>,
}

/// Reads the history of a repository's content folder; see [`Repository::history`].
pub(in crate::git) fn read(
    repository: &Repository,
    head: ObjectId,
    known: Option<&History>,
    progress: &(dyn Fn(usize) + Sync),
) -> Result<History, Error> {
    let border = border(repository)?;
    let blank = History { folder: repository.folder.clone(), border, ..History::default() };
    // What was left out of a history that was cut is not known, and another border or folder makes it another history.
    let fits = |known: &&History| known.folder == blank.folder && known.border == blank.border && !known.cut;
    let known = Known::new(known.filter(fits));
    if known.head() == Some(head) {
        return Ok(known.history.cloned().unwrap_or_default());
    }
    let mut objects = Objects::open(repository)?;
    let mut news = unknown(&mut objects, head, &known, &blank.border)?;
    let order = news_first(&news, &known);
    let by_age = order.clone().unwrap_or_else(|| (0..news.len() as u32).collect());
    let roots = roots(&mut objects, &news)?;
    let touched = compare(repository, objects, &news, &by_age, &roots, progress)?;
    for (number, touches) in by_age.iter().zip(touched) {
        news[*number as usize].touches = touches;
    }
    let touches = news.iter().map(|new| new.touches.len()).sum::<usize>();
    match (order, known.history) {
        (_, Some(history)) if history.touches.len() + touches > TOUCHES => read(repository, head, None, progress),
        (Some(order), Some(history)) => Ok(append(history.clone(), news, &order, &known)),
        _ => lay_out(&blank, head, news, &known),
    }
}

/// The known history and, once asked for, the numbers of its commits.
struct Known<'a> {
    history: Option<&'a History>,
    numbers: std::cell::OnceCell<FxHashMap<ObjectId, u32>>,
}

impl<'a> Known<'a> {
    fn new(history: Option<&'a History>) -> Self {
        Self { history, numbers: std::cell::OnceCell::new() }
    }

    fn head(&self) -> Option<ObjectId> {
        self.history?.head()
    }

    fn number(&self, id: ObjectId) -> Option<u32> {
        let history = self.history?;
        if history.head() == Some(id) {
            // The usual question, which is answered without numbering 100,000 commits.
            return u32::try_from(history.len() - 1).ok();
        }
        let number = || (0..).zip(&history.commits).map(|(number, commit)| (commit.id, number)).collect();
        self.numbers.get_or_init(number).get(&id).copied()
    }

    /// Returns the numbers of known commits that are `head`, or ancestors of it through the new commits.
    fn reachable(&self, head: ObjectId, news: &[New]) -> Vec<u32> {
        let Some(history) = self.history else { return Vec::new() };
        let mut marks = vec![false; history.len()];
        for id in news.iter().flat_map(|new| &new.commit.parents).chain([&head]) {
            if let Some(number) = self.number(*id) {
                marks[number as usize] = true;
            }
        }
        history.mark_ancestors(&mut marks);
        (0..history.len() as u32).filter(|&number| marks[number as usize]).collect()
    }
}

/// Returns the commits whose parents are missing from a shallow clone, sorted.
fn border(repository: &Repository) -> Result<Vec<ObjectId>, Error> {
    let list = files::read(&repository.common_dir.join("shallow"), 64 << 20)?.unwrap_or_default();
    let mut border: Vec<ObjectId> =
        list.split(|&byte| byte == b'\n').filter_map(|line| parse::id(line.trim_ascii())).collect();
    border.sort_unstable();
    border.dedup();
    Ok(border)
}

/// Reads the commits from `head` on that are not known.
fn unknown(objects: &mut Objects, head: ObjectId, known: &Known<'_>, border: &[ObjectId]) -> Result<Vec<New>, Error> {
    let mut news = Vec::new();
    let mut seen = FxHashSet::default();
    let mut pending = vec![head];
    while let Some(id) = pending.pop() {
        if known.number(id).is_some() || !seen.insert(id) {
            continue;
        }
        let mut commit = objects.commit(id)?;
        if border.binary_search(&id).is_ok() {
            commit.parents.clear();
        }
        pending.extend(&commit.parents);
        news.push(New { id, commit, touches: Vec::new() });
    }
    Ok(news)
}

/// Returns the order of the new commits, newest first, if in the whole they all come before the known head and that is
/// among their ancestors (or nothing is known).
fn news_first(news: &[New], known: &Known<'_>) -> Option<Vec<u32>> {
    let mut numbers: FxHashMap<ObjectId, u32> = (0..).zip(news).map(|(number, new)| (new.id, number)).collect();
    let old_head = u32::try_from(news.len()).ok()?;
    numbers.extend(known.head().map(|head| (head, old_head)));
    let mut graph = Graph::default();
    for new in news {
        graph.add(new.id, new.commit.at, new.commit.parents.iter().filter_map(|parent| numbers.get(parent).copied()));
    }
    let Some(history) = known.history else { return Some(graph.newest_first()) };
    let head = history.commits.last()?;
    graph.add(head.id, head.at, []);
    let mut order = graph.newest_first();
    let is_ancestor = news.iter().any(|new| new.commit.parents.contains(&head.id));
    (is_ancestor && order.pop() == Some(old_head)).then_some(order)
}

/// Returns the root trees of all new commits and of their parents.
fn roots(objects: &mut Objects, news: &[New]) -> Result<FxHashMap<ObjectId, ObjectId>, Error> {
    let mut roots: FxHashMap<ObjectId, ObjectId> = news.iter().map(|new| (new.id, new.commit.tree)).collect();
    for parent in news.iter().flat_map(|new| new.commit.parents.iter().take(PARENTS)) {
        if !roots.contains_key(parent) {
            roots.insert(*parent, objects.commit(*parent)?.tree);
        }
    }
    Ok(roots)
}

/// Returns what each commit did, in the order of `by_age`, newest first.
fn compare(
    repository: &Repository,
    objects: Objects,
    news: &[New],
    by_age: &[u32],
    roots: &FxHashMap<ObjectId, ObjectId>,
    progress: &(dyn Fn(usize) + Sync),
) -> Result<Vec<Vec<RawTouch>>, Error> {
    let work = Comparison {
        folder: &repository.folder,
        news,
        chunks: by_age.chunks(CHUNK).collect(),
        roots,
        progress,
        next: AtomicUsize::new(0),
        commits: AtomicUsize::new(0),
        touches: AtomicUsize::new(0),
    };
    let threads = thread::available_parallelism().map_or(1, usize::from).min(work.chunks.len());
    let mut parts = thread::scope(|scope| {
        let help = |_| scope.spawn(|| work.run(Objects::open(repository)?));
        let helpers: Vec<_> = (1..threads).map(help).collect();
        let mut parts = work.run(objects);
        for helper in helpers {
            let more = helper.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
            parts = parts.and_then(|mut parts| {
                parts.extend(more?);
                Ok(parts)
            });
        }
        parts
    })?;
    parts.sort_by_key(|(chunk, _)| *chunk);
    Ok(parts.into_iter().flat_map(|(_, touches)| touches).collect())
}

/// The comparison of many commits with their parents, which several threads work on.
struct Comparison<'a> {
    folder: &'a str,
    news: &'a [New],
    chunks: Vec<&'a [u32]>,
    roots: &'a FxHashMap<ObjectId, ObjectId>,
    progress: &'a (dyn Fn(usize) + Sync),
    /// The next chunk that nobody has taken.
    next: AtomicUsize,
    /// Commits compared, and touches found in chunks that are done.
    commits: AtomicUsize,
    touches: AtomicUsize,
}

/// The number of a chunk and what its commits did.
type Part = (usize, Vec<Vec<RawTouch>>);

impl Comparison<'_> {
    /// Works on chunks until none is left.
    fn run(&self, objects: Objects) -> Result<Vec<Part>, Error> {
        let mut trees = Trees::new(objects);
        let mut parts = Vec::new();
        loop {
            // Asked before a chunk is taken, so that only touches of newer commits are counted: see `lay_out`.
            let newer = self.touches.load(Ordering::SeqCst);
            let number = self.next.fetch_add(1, Ordering::SeqCst);
            let Some(chunk) = self.chunks.get(number) else { return Ok(parts) };
            let touches = self.chunk(&mut trees, chunk, newer).inspect_err(|_| {
                self.next.store(self.chunks.len(), Ordering::SeqCst);
            })?;
            self.touches.fetch_add(touches.iter().map(Vec::len).sum(), Ordering::SeqCst);
            (self.progress)(self.commits.fetch_add(chunk.len(), Ordering::SeqCst) + chunk.len());
            parts.push((number, touches));
        }
    }

    fn chunk(&self, trees: &mut Trees, chunk: &[u32], newer: usize) -> Result<Vec<Vec<RawTouch>>, Error> {
        let mut touches: Vec<Vec<RawTouch>> = Vec::with_capacity(chunk.len());
        let mut count = newer;
        for &number in chunk {
            if count > TOUCHES {
                // They would be left out anyhow.
                touches.push(Vec::new());
                continue;
            }
            let New { id, commit, .. } = &self.news[number as usize];
            let new = self.content(trees, id)?;
            let parents = commit.parents.iter().take(PARENTS);
            let olds: Vec<_> = parents.map(|parent| self.content(trees, parent)).collect::<Result<_, _>>()?;
            let found = trees.touches(new, &olds)?;
            count += found.len();
            touches.push(found);
        }
        Ok(touches)
    }

    /// Returns the tree of the content folder in a commit.
    fn content(&self, trees: &mut Trees, commit: &ObjectId) -> Result<Option<ObjectId>, Error> {
        let missing = || Error::Object { id: *commit, reason: "it is missing".to_owned() };
        trees.folder(*self.roots.get(commit).ok_or_else(missing)?, self.folder)
    }
}

/// Puts new commits at the end of a history.
fn append(mut history: History, news: Vec<New>, order: &[u32], known: &Known<'_>) -> History {
    let mut numbers: FxHashMap<ObjectId, u32> = FxHashMap::default();
    let mut news: Vec<Option<New>> = news.into_iter().map(Some).collect();
    for number in order.iter().rev() {
        let Some(new) = news[*number as usize].take() else { continue };
        numbers.insert(new.id, history.commits.len() as u32);
        let number = |parent: &ObjectId| numbers.get(parent).copied().or_else(|| known.number(*parent));
        let parents: Vec<u32> = new.commit.parents.iter().filter_map(number).collect();
        history.push(as_commit(new.id, &new.commit), parents, new.touches);
    }
    history
}

/// Lays out the history up to `head` from new and known commits.
fn lay_out(blank: &History, head: ObjectId, mut news: Vec<New>, known: &Known<'_>) -> Result<History, Error> {
    let mut numbers: FxHashMap<ObjectId, u32> = (0..).zip(&news).map(|(number, new)| (new.id, number)).collect();
    let old = known.reachable(head, &news);
    let history = known.history.unwrap_or(blank);
    numbers.extend((news.len() as u32..).zip(&old).map(|(number, old)| (history.commit(*old).id, number)));
    let mut graph = Graph::default();
    for new in &news {
        graph.add(new.id, new.commit.at, new.commit.parents.iter().filter_map(|parent| numbers.get(parent).copied()));
    }
    for old in &old {
        let Commit { id, at, .. } = history.commit(*old);
        let parents = history.parents_of(*old).iter();
        graph.add(*id, *at, parents.filter_map(|parent| numbers.get(&history.commit(*parent).id).copied()));
    }
    let order = graph.newest_first();
    if order.len() < numbers.len() {
        return Err(Error::Object { id: head, reason: "its ancestors form a circle".to_owned() });
    }
    let touches_of = |node: u32| match (node as usize).checked_sub(news.len()) {
        None => news[node as usize].touches.len(),
        Some(position) => history.touches_of(old[position]).len(),
    };
    let mut sum = 0;
    let fitting = order.iter().take_while(|node| {
        sum += touches_of(**node);
        sum <= TOUCHES
    });
    let fitting = fitting.count();
    let mut laid = History { cut: fitting < order.len(), ..blank.clone() };
    let mut places = vec![0u32; order.len()];
    for (age, &node) in order.iter().enumerate().rev() {
        places[node as usize] = laid.commits.len() as u32;
        let is_kept = age < fitting;
        match (node as usize).checked_sub(news.len()) {
            None => {
                let New { id, commit, touches } = &mut news[node as usize];
                let touches = if is_kept { std::mem::take(touches) } else { Vec::new() };
                let number = |parent: &ObjectId| numbers.get(parent).map(|&node| places[node as usize]);
                let parents: Vec<u32> = commit.parents.iter().filter_map(number).collect();
                laid.push(as_commit(*id, commit), parents, touches);
            }
            Some(position) => {
                let number = |parent: &u32| numbers.get(&history.commit(*parent).id).map(|&node| places[node as usize]);
                let parents: Vec<u32> = history.parents_of(old[position]).iter().filter_map(number).collect();
                let touches = if is_kept { history.touches_of(old[position]) } else { &[] };
                laid.push(history.commit(old[position]).clone(), parents, touches.iter().map(RawTouch::from));
            }
        }
    }
    Ok(laid)
}

fn as_commit(id: ObjectId, commit: &RawCommit) -> Commit {
    Commit { id, author: commit.author.as_str().into(), at: commit.at, subject: commit.subject.as_str().into() }
}
