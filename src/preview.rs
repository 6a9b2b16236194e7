//! Previews: the base as it is at a branch or a commit that is not live, for those who may look at it before it counts.
//!
//! An address names a preview by what stands behind `/~`: the branch that the path begins with, else the commit of this id, of
//! 7 to 40 digits. Names of branches have slashes; since git has no branch below another (`a` and `a/b` exclude each other), at
//! most one branch begins a path, whatever follows. A branch goes before a commit of that name. Nothing else names a preview:
//! no tags, no `HEAD`, no `@{…}`, no ranges, and nothing here is ever given to the git program.
//!
//! Only commits that a branch leads to are shown: what was taken out of every branch is taken back. Their editions are made on
//! demand ([`publish::preview`]), kept by commit while somebody looks, and forgotten when nobody does.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use percent_encoding::percent_decode_str;

use crate::audience::{Access, AudienceSet};
use crate::edition::{Edition, encode_path};
use crate::git::{Named, Repository};
use crate::publish;
use crate::publish::preview::{Base, Bases};
use crate::revision::ObjectId;

/// What addresses of previews begin with.
pub const ROOT: &str = "/~";
/// Most editions that are kept.
const MOST: usize = 6;
/// Most articles that all of them may have besides those of the live edition; one edition is always kept.
const MOST_ARTICLES: usize = 30_000;
/// How long an edition is kept that nobody looks at.
const IDLE: Duration = Duration::from_secs(15 * 60);
/// How long the making of an edition may take; what took longer is not tried again for as long as editions are kept.
const MAKING: Duration = Duration::from_secs(60);
/// How often it is looked whether one is.
const SWEEP: Duration = Duration::from_secs(60);
/// How long a commit is looked for.
const SEARCH: Duration = Duration::from_secs(2);
/// Parts of a path that may belong to the name of a branch.
const PARTS: usize = 16;
/// Ids of which it is remembered what they name.
const REMEMBERED: usize = 1_000;

/// Who may look at previews, from `[previews] readers`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Readers {
    /// Nobody.
    Nobody,
    /// Staff: readers of any audience besides the public.
    Staff,
    /// Readers of one of these audiences.
    Of(AudienceSet),
}

impl Readers {
    /// Returns whether a reader is one of them. Editors always are, unless there are no previews.
    pub fn include(self, access: Access) -> bool {
        match self {
            Self::Nobody => false,
            Self::Staff => access.sees_notes(),
            Self::Of(audiences) => access.is_editor() || access.audiences().meets(audiences),
        }
    }
}

/// Why there is no preview.
#[derive(Debug)]
pub enum Fault {
    /// No branch and no commit of a branch is called so.
    Unknown(String),
    /// The commit was not found in the time there is, though it may exist.
    NotFound(String),
    /// Several commits have ids that begin so; some of them.
    Ambiguous(String, Vec<ObjectId>),
    /// There is no live edition yet, which previews go on from.
    NotReady,
    /// Its edition is not made within [`MAKING`].
    TooLong,
    /// It cannot be read or indexed.
    Failed(publish::Error),
}

impl From<crate::git::Error> for Fault {
    fn from(error: crate::git::Error) -> Self {
        Self::Failed(publish::Error::Source(error.into()))
    }
}

/// What a preview shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The branch that was asked for; none for a commit.
    pub branch: Option<String>,
    /// The commit.
    pub commit: ObjectId,
}

impl Place {
    /// Returns what the addresses of this preview begin with, without a slash at its end.
    pub fn root(&self) -> String {
        match &self.branch {
            Some(branch) => root_of(branch),
            None => format!("{ROOT}{}", self.commit),
        }
    }
}

/// Returns what the addresses of a branch's preview begin with, without a slash at its end.
pub fn root_of(branch: &str) -> String {
    format!("{ROOT}{}", encode_path(branch))
}

/// Finds, makes and keeps previews of one repository.
#[derive(Debug)]
pub struct Previews {
    repository: Repository,
    bases: Bases,
    /// Who may look.
    pub readers: Readers,
    /// How long the making of an edition may take.
    pub making: Duration,
    kept: Mutex<Vec<Kept>>,
    named: Mutex<Remembered>,
}

/// An edition, or that making it takes too long.
type Made = Option<Arc<Edition>>;

#[derive(Debug)]
struct Kept {
    commit: ObjectId,
    used: Instant,
    /// Whoever comes while it is made waits for it.
    edition: Arc<Mutex<Option<Made>>>,
    /// Articles that the live edition did not have.
    own: usize,
}

/// What ids named while the branches stood so.
#[derive(Debug, Default)]
struct Remembered {
    branches: Vec<(String, ObjectId)>,
    ids: HashMap<String, Named>,
}

impl Previews {
    /// Makes previews of a repository, going on from what is live.
    pub fn new(repository: Repository, bases: Bases, readers: Readers) -> Self {
        Self { repository, bases, readers, making: MAKING, kept: Mutex::default(), named: Mutex::default() }
    }

    /// Finds what a path behind [`ROOT`] is about, and the rest of the path, with its slash, as it was given. Reads refs and
    /// perhaps commits: not for the async threads.
    ///
    /// # Errors
    /// When it names nothing, or several commits.
    pub fn find(&self, path: &str) -> Result<(Place, String), Fault> {
        let parts: Vec<&str> = path.split('/').collect();
        let rest = |count: usize| parts[count..].iter().map(|part| format!("/{part}")).collect::<String>();
        let mut name = String::new();
        for (number, part) in parts.iter().enumerate().take(PARTS) {
            let part = percent_decode_str(part).decode_utf8_lossy();
            name = if number == 0 { part.into_owned() } else { format!("{name}/{part}") };
            if let Some(commit) = self.repository.branch_tip(&name)? {
                return Ok((Place { branch: Some(name), commit }, rest(number + 1)));
            }
        }
        let id = parts.first().copied().unwrap_or_default();
        let commit = self.commit(id)?;
        Ok((Place { branch: None, commit }, rest(1)))
    }

    fn commit(&self, id: &str) -> Result<ObjectId, Fault> {
        let shown =
            || percent_decode_str(id).decode_utf8_lossy().chars().filter(|c| !c.is_control()).take(60).collect();
        if !(7..=40).contains(&id.len()) || !id.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            return Err(Fault::Unknown(shown()));
        }
        let base = self.bases.newest().ok_or(Fault::NotReady)?;
        match self.named(&id.to_ascii_lowercase(), &base)? {
            Named::One(commit) => Ok(commit),
            Named::Several(commits) => Err(Fault::Ambiguous(shown(), commits)),
            Named::Nothing => Err(Fault::Unknown(shown())),
            Named::Unknown => Err(Fault::NotFound(shown())),
        }
    }

    /// Returns what an id names, remembered as long as no branch moves.
    fn named(&self, id: &str, base: &Base) -> Result<Named, Fault> {
        let branches = self.repository.branches()?;
        {
            let mut remembered = self.named.lock().unwrap_or_else(PoisonError::into_inner);
            if remembered.branches != branches || remembered.ids.len() >= REMEMBERED {
                *remembered = Remembered { branches: branches.clone(), ids: HashMap::new() };
            }
            if let Some(named) = remembered.ids.get(id) {
                return Ok(named.clone());
            }
        }
        // What is live may be a commit that its branch lost a moment ago; that is found out with the next edition.
        let named = self.repository.find_commit(id, &base.edition.history, Instant::now() + SEARCH)?;
        if named != Named::Unknown {
            let mut remembered = self.named.lock().unwrap_or_else(PoisonError::into_inner);
            if remembered.branches == branches {
                remembered.ids.insert(id.to_owned(), named.clone());
            }
        }
        Ok(named)
    }

    /// Returns the edition that is live now, which previews are compared with.
    pub fn live(&self) -> Option<Arc<Edition>> {
        self.bases.newest().map(|base| base.edition.clone())
    }

    /// Returns the edition of a commit if it is there. Never long.
    pub fn kept(&self, commit: ObjectId) -> Option<Arc<Edition>> {
        let live = self.bases.newest().map(|base| base.edition.clone());
        if let Some(live) = live.filter(|live| live.revision.commit == commit) {
            return Some(live);
        }
        let mut all = self.lock();
        let kept = all.iter_mut().find(|kept| kept.commit == commit)?;
        // Whoever makes it holds it.
        let edition = kept.edition.try_lock().ok()?.clone()??;
        kept.used = Instant::now();
        Some(edition)
    }

    /// Returns the commits of which the editions are there, the one used last first.
    pub fn all_kept(&self) -> Vec<ObjectId> {
        let given_up = |kept: &&Kept| matches!(kept.edition.try_lock().as_deref(), Ok(Some(None)));
        let all = self.lock();
        let there = all.iter().filter(|kept| !given_up(kept));
        let mut all: Vec<(Instant, ObjectId)> = there.map(|kept| (kept.used, kept.commit)).collect();
        all.sort_unstable_by(|a, b| b.cmp(a));
        all.into_iter().map(|(_, commit)| commit).collect()
    }

    /// Returns the edition of a commit, making it unless it is there. Long work: not for the async threads.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn open(&self, commit: ObjectId) -> Result<Arc<Edition>, Fault> {
        if let Some(edition) = self.kept(commit) {
            return Ok(edition);
        }
        let base = self.bases.newest().ok_or(Fault::NotReady)?;
        let slot = {
            let mut all = self.lock();
            match all.iter().find(|kept| kept.commit == commit) {
                Some(kept) => kept.edition.clone(),
                None => {
                    let edition = Arc::<Mutex<Option<Made>>>::default();
                    all.push(Kept { commit, used: Instant::now(), edition: edition.clone(), own: 0 });
                    edition
                }
            }
        };
        let mut place = slot.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(made) = &*place {
            return made.clone().ok_or(Fault::TooLong);
        }
        let start = Instant::now();
        let made = publish::preview::edition(&base, &self.repository, commit, start + self.making);
        let is_late = made.is_err() && start.elapsed() >= self.making;
        let mut all = self.lock();
        match made {
            Ok(edition) => {
                let edition = Arc::new(edition);
                *place = Some(Some(edition.clone()));
                let own = own(&edition, &base.edition);
                tracing::info!(commit = %commit.short(), own, ms = start.elapsed().as_millis() as u64, "opened a preview");
                if let Some(kept) = all.iter_mut().find(|kept| kept.commit == commit) {
                    (kept.own, kept.used) = (own, Instant::now());
                }
                forget(&mut all, Instant::now());
                Ok(edition)
            }
            Err(_) if is_late => {
                tracing::warn!(commit = %commit.short(), after = ?self.making, "gave up making a preview");
                *place = Some(None);
                Err(Fault::TooLong)
            }
            Err(error) => {
                all.retain(|kept| kept.commit != commit);
                Err(Fault::Failed(error))
            }
        }
    }

    /// Forgets editions that nobody looks at, for ever.
    pub async fn keep_tidy(self: Arc<Self>) {
        loop {
            tokio::time::sleep(SWEEP).await;
            forget(&mut self.lock(), Instant::now());
        }
    }

    /// Returns the repository that is previewed.
    pub fn repository(&self) -> &Repository {
        &self.repository
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Kept>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Returns how many articles an edition has that another has not.
fn own(edition: &Edition, live: &Edition) -> usize {
    let is_live = |article: &Arc<crate::article::Article>| {
        let there = live.library.by_path(&article.path).map(|number| &live.library.articles()[number]);
        there.is_some_and(|there| Arc::ptr_eq(there, article))
    };
    edition.library.articles().iter().filter(|article| !is_live(article)).count()
}

/// Forgets what nobody used for long, then the least lately used beyond what may be kept.
fn forget(all: &mut Vec<Kept>, now: Instant) {
    all.sort_unstable_by_key(|kept| std::cmp::Reverse(kept.used));
    let mut articles = 0;
    let mut number = 0;
    all.retain(|kept| {
        // One that is being made is used.
        let is_idle = now.saturating_duration_since(kept.used) > IDLE && kept.edition.try_lock().is_ok();
        if is_idle {
            return false;
        }
        number += 1;
        articles += kept.own;
        number == 1 || (number <= MOST && articles <= MOST_ARTICLES)
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(number: u8, ago: u64, own: usize, now: Instant) -> Kept {
        let used = now.checked_sub(Duration::from_secs(ago)).expect("a clock that runs for a while");
        Kept { commit: ObjectId::from_bytes([number; 20]), used, edition: Arc::default(), own }
    }

    fn left(all: Vec<Kept>, now: Instant) -> Vec<String> {
        let mut all = all;
        forget(&mut all, now);
        all.iter().map(|kept| kept.commit.to_string()[..2].to_owned()).collect()
    }

    #[test]
    fn what_nobody_looks_at_is_forgotten_and_never_the_last_one_used() {
        let now = Instant::now() + Duration::from_secs(10_000);
        let few = vec![kept(1, 901, 5, now), kept(2, 899, 5, now), kept(3, 0, 5, now)];
        assert_eq!(left(few, now), ["03", "02"]);
        let many = (0..9).map(|number| kept(number, u64::from(number), 5, now)).collect();
        assert_eq!(left(many, now), ["00", "01", "02", "03", "04", "05"]);
        let large = vec![kept(1, 2, 20_000, now), kept(2, 1, 20_000, now)];
        assert_eq!(left(large, now), ["02"]);
        assert_eq!(left(vec![kept(1, 0, 100_000, now)], now), ["01"]);
    }

    #[test]
    fn previews_are_for_staff_unless_told_otherwise() {
        let audiences = crate::audience::Audiences::default();
        let [stores, internal] = ["stores", "internal"].map(|name| audiences.get(name).expect("known"));
        let public = Access::reader(AudienceSet::PUBLIC);
        assert!(!Readers::Staff.include(public) && Readers::Staff.include(Access::reader(stores)));
        assert!(!Readers::Of(internal).include(Access::reader(stores)));
        assert!(Readers::Of(internal).include(Access::reader(stores.with(internal))));
        assert!(Readers::Of(internal).include(Access::editor()) && !Readers::Nobody.include(Access::editor()));
    }
}
