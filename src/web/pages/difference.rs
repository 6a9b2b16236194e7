//! What differs between two texts of an article, for people: who changed it and why, the text with its changes marked, or
//! the source line by line.

use std::time::Instant;

use askama::Template;

use super::Scene;
use super::address::address;
use super::diff::{self, Hunk};
use super::prose::named;
use crate::difference::{Counts, Difference, Fate, Labels, Shown, compare_lines};
use crate::edition::{View, article_path};
use crate::git::history::Commit;
use crate::text::Words;
use crate::web::former::{Former, Pair, Property, THOROUGHNESS};

/// Commits that are named as the reason for a change.
const REASONS: usize = 10;
/// Unchanged blocks that are folded away when there are more of them side by side.
const FOLDED: usize = 4;

/// A difference, ready to be shown.
#[derive(Debug, Template)]
#[template(path = "difference.html")]
pub(super) struct Change {
    pub(super) w: &'static Words,
    pub(super) lang: String,
    /// The revision that is told of: the newer one.
    pub(super) revision: String,
    pub(super) from: Option<Side>,
    pub(super) to: Side,
    /// The commits between, newest first.
    pub(super) reasons: Vec<Reason>,
    pub(super) more_reasons: bool,
    /// "изменено: 2, добавлено: 1".
    pub(super) counts: String,
    pub(super) properties: Vec<(&'static str, String)>,
    pub(super) groups: Vec<Group>,
    /// The source line by line, when that was asked for.
    pub(super) hunks: Option<Vec<Hunk>>,
    /// Where the same is shown the other way.
    pub(super) rendered_href: String,
    pub(super) raw_href: String,
    /// The source's difference as programs take it.
    pub(super) patch_href: String,
    /// The commands that bring the older text back.
    pub(super) restore: Option<String>,
}

/// One of the texts.
#[derive(Debug)]
pub(super) struct Side {
    pub(super) revision: String,
    pub(super) moment: String,
    /// The page of the article as it was; none when it was not there.
    pub(super) href: Option<String>,
}

/// A commit as the reason for a change.
#[derive(Debug)]
pub(super) struct Reason {
    pub(super) subject: String,
    pub(super) author: String,
    pub(super) moment: String,
    pub(super) machine_moment: String,
    /// The day, where there is little room.
    pub(super) day: String,
    pub(super) revision: String,
    /// What the message says behind its first line.
    pub(super) message: String,
}

impl Reason {
    pub(super) fn of(w: &Words, commit: &Commit) -> Self {
        Self {
            subject: commit.subject.to_string(),
            author: commit.author.to_string(),
            moment: w.moment(commit.at),
            machine_moment: commit.at.to_string(),
            day: w.day_of(commit.at),
            revision: commit.id.short(),
            message: String::new(),
        }
    }
}

/// Blocks that are shown together.
#[derive(Debug)]
pub(super) struct Group {
    /// What is said of unchanged blocks that are folded away; empty for others.
    pub(super) folded: String,
    pub(super) html: String,
}

/// How a difference is to be shown.
#[derive(Debug, Clone)]
pub(super) struct Manner {
    pub(super) w: &'static Words,
    /// Whether the source is wanted.
    pub(super) raw: bool,
    /// The address of the history.
    pub(super) history: String,
}

impl Manner {
    pub(super) fn of(scene: Scene<'_>, history: String, raw: bool) -> Self {
        Self { w: scene.words(), raw, history }
    }
}

impl Change {
    /// Compares a pair. Long work: not for the async threads.
    pub(super) fn of(view: &View, pair: &Pair, slug: &str, manner: Manner) -> Self {
        let Manner { w, raw, history } = manner;
        let article = pair.to.article().or(pair.from.as_ref().and_then(Former::article));
        let path = article.map(|article| article.path.clone()).unwrap_or_default();
        let known = pair.from.as_ref().map(|from| from.commit);
        let mut between = view.edition().history.between(&path, known, pair.to.commit, REASONS + 1);
        let more_reasons = between.len() > REASONS;
        between.truncate(REASONS);
        let (from, to) = (pair.from.as_ref().map(|from| from.id.to_string()), pair.to.id.to_string());
        let link = |view: &str| {
            let from = from.as_deref().unwrap_or_default();
            let href = address(&history, [("from", from), ("to", to.as_str()), ("view", view)]);
            format!("{href}#diff")
        };
        let difference =
            if raw { Difference::default() } else { pair.rendered(view, &Labels::of(w), &|html| named(&html, w)) };
        let side = |former: &Former| Side::of(view, w, slug, former);
        Self {
            lang: article.map(|article| article.lang.clone()).unwrap_or_default(),
            revision: pair.to.id.short(),
            from: pair.from.as_ref().map(side),
            to: side(&pair.to),
            reasons: between.into_iter().map(|commit| Reason::of(w, commit)).collect(),
            more_reasons,
            counts: told(w, difference.counts),
            properties: if raw { Vec::new() } else { properties(view, pair, w) },
            groups: if difference.counts.is_empty() { Vec::new() } else { groups(difference.blocks, w) },
            hunks: raw.then(|| {
                let (old, new) = pair.sources(view);
                diff::hunks(&old, &new)
            }),
            rendered_href: link(""),
            raw_href: link("raw"),
            patch_href: link("patch"),
            restore: None,
            w,
        }
    }
}

impl Side {
    fn of(view: &View, w: &Words, slug: &str, former: &Former) -> Self {
        let id = former.id.to_string();
        let there = former.found.is_some();
        Self {
            revision: former.id.short(),
            moment: w.moment(view.commit(former.commit).at),
            href: there.then(|| address(&article_path(slug), [("revision", id.as_str())])),
        }
    }
}

/// Returns "изменено: 2, добавлено: 1"; empty when nothing differs.
pub(super) fn told(w: &Words, counts: Counts) -> String {
    let each = [
        (w.label_changed, counts.changed),
        (w.diff_added_line, counts.added),
        (w.diff_removed_line, counts.removed),
        (w.count_moved, counts.moved),
    ];
    let told = each.into_iter().filter(|&(_, count)| count > 0);
    told.map(|(name, count)| format!("{name}: {}", w.number(count))).collect::<Vec<_>>().join(", ")
}

fn properties(view: &View, pair: &Pair, w: &'static Words) -> Vec<(&'static str, String)> {
    let until = Instant::now() + THOROUGHNESS;
    let changed = pair.properties(view).into_iter();
    changed.map(|(name, old, new)| (property_name(w, name), compare_lines(&old, &new, &Labels::of(w), until))).collect()
}

pub(super) const fn property_name(w: &Words, property: Property) -> &'static str {
    match property {
        Property::Title => w.property_title,
        Property::Summary => w.property_summary,
        Property::Questions => w.property_questions,
        Property::Keywords => w.property_keywords,
        Property::Tags => w.property_tags,
        Property::Kind => w.property_kind,
        Property::Status => w.property_status,
        Property::Audience => w.property_audience,
        Property::Owner => w.property_owner,
        Property::Verified => w.property_verified,
        Property::Review => w.property_review,
        Property::Instead => w.property_instead,
        Property::Related => w.property_related,
    }
}

/// Folds unchanged blocks away, but for those right beside a change.
pub(super) fn groups(blocks: Vec<Shown>, w: &Words) -> Vec<Group> {
    let shown = |blocks: &[Shown]| blocks.iter().map(|block| block.html.as_str()).collect::<String>();
    let mut groups: Vec<Group> = Vec::new();
    let mut rest = blocks.as_slice();
    let all = rest.len();
    while !rest.is_empty() {
        let same = rest.iter().take_while(|block| block.fate == Fate::Same).count();
        let (before, behind) = rest.split_at(same);
        let differ = behind.iter().take_while(|block| block.fate != Fate::Same).count();
        // The block before a change tells where it stands, and so does the one behind it.
        let (first, last) = (usize::from(rest.len() < all), usize::from(!behind.is_empty()));
        if same > FOLDED {
            groups.push(Group { folded: String::new(), html: shown(&before[..first]) });
            let folded = &before[first..same - last];
            groups.push(Group { folded: w.unchanged(folded.len()), html: shown(folded) });
            groups.push(Group { folded: String::new(), html: shown(&before[same - last..]) });
        } else {
            groups.push(Group { folded: String::new(), html: shown(before) });
        }
        groups.push(Group { folded: String::new(), html: shown(&behind[..differ]) });
        rest = &behind[differ..];
    }
    groups.retain(|group| !group.html.is_empty());
    groups
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Lang;

    #[test]
    fn unchanged_blocks_are_folded_but_for_those_beside_a_change() {
        let block = |fate, html: &str| Shown { fate, html: html.to_owned() };
        let mut blocks: Vec<Shown> = (1..=8).map(|n| block(Fate::Same, &n.to_string())).collect();
        blocks.insert(6, block(Fate::Changed, "C"));
        let groups = groups(blocks, Lang::Ru.words());
        let told: Vec<_> =
            groups.iter().map(|group| (group.folded.replace('\u{a0}', " "), group.html.as_str())).collect();
        let bare = |html| (String::new(), html);
        assert_eq!(told, [("Без изменений: 5 фрагментов".to_owned(), "12345"), bare("6"), bare("C"), bare("78")]);
    }

    #[test]
    fn counts_are_told_in_words() {
        let counts = Counts { added: 1, changed: 2, ..Counts::default() };
        assert_eq!(told(Lang::Ru.words(), counts), "изменено: 2, добавлено: 1");
        assert_eq!(told(Lang::En.words(), Counts::default()), "");
    }
}
