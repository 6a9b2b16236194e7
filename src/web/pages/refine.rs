//! The filters of the search page: those at work, each with the way out of it, and those worth a try, each with how many
//! results it leaves. Links, so that they need no script and can be passed on.
//!
//! Deliberately offers nothing that would change nothing: a value that all results have does not narrow them.

use super::Scene;
use super::results::Asked;
use crate::search::Facets;
use crate::web::filters::{Asked as Filters, Since};

/// Values of a property that are offered.
const CHOICES: usize = 12;
/// Fewest results that are worth narrowing.
const FEW: usize = 3;
/// Values offered at first sight, by property: folders, topics, kinds.
const AT_FIRST: [usize; 3] = [2, 2, 1];

/// What narrows the results, and what could.
#[derive(Debug, Default)]
pub(super) struct Refine {
    /// The filters at work.
    pub(super) active: Vec<Active>,
    /// A few good ones, for the first sight.
    pub(super) quick: Vec<Choice>,
    /// All that could narrow, by property.
    pub(super) groups: Vec<Group>,
}

/// A filter at work.
#[derive(Debug)]
pub(super) struct Active {
    /// What it is about.
    pub(super) name: &'static str,
    pub(super) value: String,
    /// The same search without it.
    pub(super) without: String,
}

/// The values of a property.
#[derive(Debug)]
pub(super) struct Group {
    pub(super) name: &'static str,
    pub(super) choices: Vec<Choice>,
    /// How many values there are besides; empty when these are all.
    pub(super) more: String,
}

/// A value that could narrow the results.
#[derive(Debug, Clone)]
pub(super) struct Choice {
    /// What it is about.
    pub(super) name: &'static str,
    pub(super) value: String,
    /// How many results it leaves.
    pub(super) count: String,
    /// The same search with it.
    pub(super) href: String,
}

impl Refine {
    /// Says what narrows `total` results and what could.
    pub(super) fn of(scene: Scene<'_>, asked: &Asked, facets: Option<&Facets>, total: usize) -> Self {
        let active = active(scene, asked);
        let Some(facets) = facets.filter(|_| total >= FEW) else { return Self { active, ..Self::default() } };
        let (quick, groups): (Vec<_>, Vec<_>) = groups(scene, asked, facets, total).into_iter().unzip();
        // The best of each property first: where there is room for two, they are of two.
        let mut quick: Vec<(usize, Choice)> = quick.into_iter().flat_map(|one| one.into_iter().enumerate()).collect();
        quick.sort_by_key(|&(place, _)| place);
        Self {
            active,
            quick: quick.into_iter().map(|(_, choice)| choice).collect(),
            groups: groups.into_iter().filter(|group| !group.choices.is_empty()).collect(),
        }
    }
}

fn active(scene: Scene<'_>, asked: &Asked) -> Vec<Active> {
    let (w, all) = (scene.words(), &asked.filters);
    let mut active = Vec::new();
    let mut add = |name, value: String, without: Filters| {
        active.push(Active { name, value, without: asked.with(without) });
    };
    if !all.plain.under.is_empty() {
        let mut without = all.clone();
        without.plain.under.clear();
        add(w.filter_under, scene.view().folder_name(&all.plain.under), without);
    }
    let kind = |kind: &str| w.kind_name(kind).to_owned();
    let lang = |lang: &str| w.lang_name(lang).to_owned();
    let status = |status: &str| w.status_name(status).to_owned();
    type List = fn(&mut Filters) -> &mut Vec<String>;
    type Naming<'a> = &'a dyn Fn(&str) -> String;
    let lists: [(&'static str, List, Naming<'_>); 5] = [
        (w.filter_type, |f| &mut f.plain.kinds, &kind),
        (w.filter_tag, |f| &mut f.plain.tags, &str::to_owned),
        (w.filter_lang, |f| &mut f.plain.langs, &lang),
        (w.filter_owner, |f| &mut f.plain.owners, &str::to_owned),
        (w.filter_status, |f| &mut f.plain.statuses, &status),
    ];
    for (name, list, shown) in lists {
        for value in list(&mut all.clone()).iter() {
            let mut without = all.clone();
            list(&mut without).retain(|other| other != value);
            add(name, shown(value), without);
        }
    }
    if let Some(since) = &all.since {
        let value = match since {
            Since::Time(time) => w.day_of(*time),
            Since::Commit(id) => id.chars().take(7).collect(),
        };
        add(w.filter_since, value, Filters { since: None, ..all.clone() });
    }
    active
}

/// Returns the properties that could narrow the results, each with what of it is offered at first sight.
fn groups(scene: Scene<'_>, asked: &Asked, facets: &Facets, total: usize) -> Vec<(Vec<Choice>, Group)> {
    let (w, all) = (scene.words(), &asked.filters);
    let group = |name: &'static str,
                 counts: &[(String, usize)],
                 at_first: usize,
                 shown: &dyn Fn(&str) -> String,
                 with: &dyn Fn(&mut Filters, &str)| {
        let choices: Vec<_> = counts.iter().filter(|(_, count)| *count < total).collect();
        let choice = |(value, count): &(String, usize)| {
            let mut filters = all.clone();
            with(&mut filters, value);
            Choice { name, value: shown(value), count: w.number(*count), href: asked.with(filters) }
        };
        // What most results have is hardly a choice.
        let telling = choices.iter().filter(|(_, count)| count * 2 <= total).take(at_first);
        let quick = telling.map(|counted| choice(counted)).collect();
        let more = choices.len().saturating_sub(CHOICES);
        let more = if more > 0 { w.and_more(more) } else { String::new() };
        (quick, Group { name, choices: choices.iter().take(CHOICES).map(|counted| choice(counted)).collect(), more })
    };
    let folders = next_folders(&facets.folders, &all.plain.under, total);
    let [folders_at_first, tags_at_first, kinds_at_first] = AT_FIRST;
    let mut groups = vec![
        group(w.filter_under, &folders, folders_at_first, &|path| scene.view().folder_name(path), &|filters, path| {
            path.clone_into(&mut filters.plain.under);
        }),
        group(w.filter_tag, &facets.tags, tags_at_first, &str::to_owned, &|filters, tag| {
            filters.plain.tags = vec![tag.to_owned()];
        }),
        group(w.filter_type, &facets.kinds, kinds_at_first, &|kind| w.kind_name(kind).to_owned(), &|filters, kind| {
            filters.plain.kinds = vec![kind.to_owned()];
        }),
        group(w.filter_lang, &facets.langs, 0, &|lang| w.lang_name(lang).to_owned(), &|filters, lang| {
            filters.plain.langs = vec![lang.to_owned()];
        }),
        group(w.filter_status, &facets.statuses, 0, &|status| w.status_name(status).to_owned(), &|filters, status| {
            filters.plain.statuses = vec![status.to_owned()];
        }),
    ];
    // Who answers for an article is for colleagues, as on its page.
    if scene.view().access().sees_notes() {
        groups.push(group(w.filter_owner, &facets.owners, 0, &str::to_owned, &|filters, owner| {
            filters.plain.owners = vec![owner.to_owned()];
        }));
    }
    groups
}

/// Returns the folders of the first level at which the results part: below `under`, and below folders that have them all.
fn next_folders(counts: &[(String, usize)], under: &str, total: usize) -> Vec<(String, usize)> {
    let has_all = |folder: &str| counts.iter().any(|(path, count)| path == folder && *count == total);
    let parts = |path: &str| {
        let above = path.rsplit_once('/').map_or("", |(above, _)| above);
        above == under || above.is_empty() || has_all(above)
    };
    let inside = |path: &str| under.is_empty() || path.strip_prefix(under).is_some_and(|rest| rest.starts_with('/'));
    counts.iter().filter(|(path, _)| inside(path) && parts(path)).cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_are_offered_where_the_results_part() {
        let counts = [("a", 9), ("a/b", 6), ("a/c", 3), ("a/b/d", 2)].map(|(path, count)| (path.to_owned(), count));
        let offered = |under: &str, total| {
            let folders = next_folders(&counts, under, total);
            folders.iter().map(|(path, _)| path.clone()).filter(|path| path != "a").collect::<Vec<_>>().join(" ")
        };
        assert_eq!(offered("", 9), "a/b a/c", "all are in one folder: those below it");
        assert_eq!(offered("", 10), "", "some are outside");
        assert_eq!(offered("a", 9), "a/b a/c");
        assert_eq!(offered("a/b", 6), "a/b/d");
    }
}
