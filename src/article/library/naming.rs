//! How one reader names articles. Names are given out among what an access may see, as if nothing else existed: that is the
//! only way in which neither a slug nor a link can tell of an article that its reader must not know of.
//!
//! For almost all readers of almost all bases that comes to the same as giving them out once for everybody, since of two that
//! want one name the one for more readers goes first. Only where neither's readers are all among the other's (one article for
//! the stores, one for the operators, one slug) some reader sees one of them under another name than others do, and only these
//! articles are kept here.

use std::sync::{Arc, Mutex, PoisonError};

use rustc_hash::{FxHashMap, FxHashSet};

use super::Contents;
use super::names::{Counts, Names, may_fall_back_to, second_choice};
use crate::article::{Article, Slug};
use crate::audience::Access;

/// Namings of one library that are kept. There are as many accesses as sets of audiences that readers really have.
const MOST_KEPT: usize = 32;

/// What a reader may see, and how it is called.
#[derive(Debug, Clone)]
pub struct Naming {
    access: Access,
    own: Option<Arc<Own>>,
}

/// The articles that an access sees under another slug than somebody does who sees everything.
#[derive(Debug, Default)]
struct Own {
    articles: FxHashMap<u32, Arc<Article>>,
    slugs: FxHashMap<Slug, u32>,
}

impl Naming {
    /// Returns the naming of somebody who sees everything.
    pub const fn of_all() -> Self {
        Self { access: Access::editor(), own: None }
    }

    /// Returns for whom it is.
    pub const fn access(&self) -> Access {
        self.access
    }

    /// Returns whether every article has the slug that it has for somebody who sees everything.
    pub fn is_common(&self) -> bool {
        self.own.as_ref().is_none_or(|own| own.articles.is_empty())
    }

    /// Returns an article under the slug that this reader alone has it under.
    fn renames(&self, number: usize) -> Option<&Arc<Article>> {
        self.own.as_ref()?.articles.get(&u32::try_from(number).ok()?)
    }
}

/// Namings that were asked for, of a library where it matters.
#[derive(Debug, Default)]
pub(super) struct Namings(Mutex<Vec<(Access, Arc<Own>)>>);

impl Contents {
    /// Returns how a reader names the articles.
    pub(super) fn naming(&self, access: Access) -> Naming {
        if self.names.losers.is_empty() || access.is_editor() {
            return Naming { access, own: None };
        }
        let mut kept = self.namings.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, own)) = kept.iter().find(|(known, _)| *known == access) {
            return Naming { access, own: Some(own.clone()) };
        }
        let own = Arc::new(Own::new(&self.names, &self.articles, access));
        if kept.len() == MOST_KEPT {
            kept.remove(0);
        }
        kept.push((access, own.clone()));
        Naming { access, own: Some(own) }
    }

    /// Returns an article as a reader may see it; `None` when he may not.
    pub(super) fn seen<'a>(&'a self, number: usize, naming: &'a Naming) -> Option<&'a Arc<Article>> {
        let article = self.articles.get(number).filter(|article| article.visible_to(naming.access))?;
        Some(naming.renames(number).unwrap_or(article))
    }

    /// Returns the article that has a slug for this reader.
    pub(super) fn by_slug(&self, slug: &str, naming: &Naming) -> Option<usize> {
        let own = || naming.own.as_ref()?.slugs.get(slug).map(|&number| number as usize);
        let common = || {
            let number = *self.names.slugs.get(slug)? as usize;
            (self.is_seen(number, naming) && naming.renames(number).is_none()).then_some(number)
        };
        own().or_else(common)
    }

    pub(super) fn is_seen(&self, number: usize, naming: &Naming) -> bool {
        self.articles[number].visible_to(naming.access)
    }

    /// Returns all articles that have a slug for some reader, in no order, and some that only may have it.
    pub(super) fn with_slug<'a>(&'a self, slug: &'a str) -> impl Iterator<Item = usize> + use<'a> {
        let losers = self.names.losers.iter().map(|&number| number as usize);
        let wants = move |&number: &usize| {
            let article = &self.articles[number];
            article.wanted.as_str() == slug || may_fall_back_to(article, slug)
        };
        self.names.slugs.get(slug).map(|&number| number as usize).into_iter().chain(losers.filter(wants))
    }
}

impl Own {
    /// Gives names anew to those that lost theirs to an article that this access may not see.
    ///
    /// It is enough to look at the losers. Names are given in one order, and each takes the first it wants that is free; so
    /// when some are left out, those that come after them have the same choice or a better one, and who had the best has it
    /// still.
    fn new(names: &Names, articles: &[Arc<Article>], access: Access) -> Self {
        let (mut own, mut counts) = (Self::default(), Counts::default());
        let losers: FxHashSet<u32> = names.losers.iter().copied().collect();
        // Losers that keep their slug must be known, too, while names are given.
        let mut given: FxHashMap<Slug, u32> = FxHashMap::default();
        for &number in &names.losers {
            let article = &articles[number as usize];
            if !article.visible_to(access) {
                continue;
            }
            let is_free = |slug: &Slug| {
                let held = names.slugs.get(slug).copied();
                let is_held = held
                    .is_some_and(|holder| !losers.contains(&holder) && articles[holder as usize].visible_to(access));
                !is_held && !given.contains_key(slug)
            };
            let wanted = &article.wanted;
            let slug = if is_free(wanted) { wanted.clone() } else { second_choice(article, &mut counts, is_free) };
            given.insert(slug.clone(), number);
            if slug != article.slug {
                own.articles.insert(number, Arc::new(article.under(slug.clone())));
                own.slugs.insert(slug, number);
            }
        }
        own
    }
}
