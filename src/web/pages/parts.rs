//! What several pages show alike: trust, breadcrumbs, answers, rows of lists. Plain values for the templates.

use std::sync::Arc;

use jiff::civil::Date;

use super::address::address;
use super::{Scene, prose};
use crate::article::Article;
use crate::edition::{Trust, TrustState, View, article_path, encode_path};
use crate::text::Words;

/// How far an article can be trusted, in a colour and in words.
#[derive(Debug)]
pub(super) struct Chip {
    /// The state's name, as a class.
    pub(super) state: &'static str,
    pub(super) text: String,
}

impl Chip {
    pub(super) fn of(w: &Words, trust: &Trust, today: Date) -> Self {
        let text = match trust.state {
            TrustState::Verified => w.verified_on(trust.verified_on),
            TrustState::Overdue => w.overdue_since(trust.review_due, today),
            TrustState::Changed => w.trust_changed.to_owned(),
            TrustState::Unverified => w.trust_unverified.to_owned(),
            TrustState::Superseded => w.trust_superseded.to_owned(),
            TrustState::Archived => w.trust_archived.to_owned(),
            TrustState::Draft => w.trust_draft.to_owned(),
        };
        Self { state: trust.state.name(), text }
    }
}

/// What to say to whoever copies an answer that should not be trusted blindly; empty when it may.
pub(super) fn copy_warning(w: &Words, state: TrustState) -> &'static str {
    match state {
        TrustState::Verified => "",
        TrustState::Overdue => w.warn_overdue,
        TrustState::Changed => w.warn_changed,
        TrustState::Unverified => w.warn_unverified,
        TrustState::Superseded => w.warn_superseded,
        TrustState::Archived => w.warn_archived,
        TrustState::Draft => w.warn_draft,
    }
}

/// A folder above an article or folder.
#[derive(Debug)]
pub(super) struct Crumb {
    pub(super) name: String,
    pub(super) href: String,
}

/// Returns the folders of a path, outermost first, each with its address.
pub(super) fn crumbs(view: &View, folder: &str) -> Vec<Crumb> {
    let ends = folder.match_indices('/').map(|(at, _)| at).chain((!folder.is_empty()).then_some(folder.len()));
    ends.map(|end| {
        let path = &folder[..end];
        Crumb { name: view.folder_name(path), href: folder_path(path) }
    })
    .collect()
}

/// Returns the folder of a file's path; empty at the top.
pub(super) fn folder_of(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// Returns the address of a folder's page.
pub(super) fn folder_path(folder: &str) -> String {
    if folder.is_empty() { "/browse".to_owned() } else { format!("/browse/{}", encode_path(folder)) }
}

/// Returns the address of the list of articles with a tag.
pub(super) fn tag_path(tag: &str) -> String {
    address("/browse", [("tag", tag)])
}

/// A tag and how many articles have it.
#[derive(Debug)]
pub(super) struct TagLink {
    pub(super) href: String,
    pub(super) name: String,
    pub(super) count: usize,
    /// Whether this is the list of the tag.
    pub(super) current: bool,
}

impl TagLink {
    /// Returns the tags that most articles have.
    pub(super) fn most_used(view: &View, limit: usize) -> Vec<Self> {
        let tags = view.tags().take(limit);
        tags.map(|(tag, count)| Self { href: tag_path(tag), name: tag.to_owned(), count, current: false }).collect()
    }

    /// Marks the tag if it is the one given in lower case.
    pub(super) fn current_if(self, wanted: &str) -> Self {
        Self { current: self.name.to_lowercase() == wanted, ..self }
    }
}

/// A variant of an answer.
#[derive(Debug)]
pub(super) struct Variant {
    /// The name of the channel, for people.
    pub(super) label: String,
    /// The name of the channel, for programs; empty for the answer that is for any.
    pub(super) channel: String,
    pub(super) html: String,
    pub(super) text: String,
    pub(super) markdown: String,
}

/// What may be said to the customer, with what copying needs to know.
#[derive(Debug)]
pub(super) struct AnswerCard {
    /// What the answer is for: said to the customer, or, of an article about work, the gist for a colleague.
    pub(super) label: &'static str,
    pub(super) variants: Vec<Variant>,
    pub(super) slug: String,
    /// The address of the article, for the link that can be copied.
    pub(super) href: String,
    /// Where the answer comes from, for quotations: title and revision.
    pub(super) source: String,
    /// The commit that changed the article last; of the edition, where there is no history.
    pub(super) revision: String,
    pub(super) lang: String,
    /// See [`copy_warning`].
    pub(super) warning: &'static str,
}

impl AnswerCard {
    pub(super) fn of(scene: Scene<'_>, article: &Article, trust: &Trust) -> Self {
        let variants = article.answers.iter().map(|answer| Variant {
            label: scene.words().channel_name(answer.channel.as_deref()),
            channel: answer.channel.clone().unwrap_or_default(),
            html: prose::gaps(&prose::named(&scene.view().render(article, &answer.html, true), scene.words())),
            text: scene.view().answer_text(article, answer).into_owned(),
            markdown: answer.markdown.to_string(),
        });
        let is_about_work = matches!(article.meta.kind.as_str(), "procedure" | "standard" | "overview");
        let w = scene.words();
        let edition = || scene.view().revision().commit.short();
        let revision = scene.view().dates(article).map_or_else(edition, |(_, last)| last.id.short());
        Self {
            slug: article.slug.to_string(),
            source: w.source_of(&article.title, &revision),
            revision,
            label: if is_about_work { w.gist } else { w.say_to_customer },
            variants: variants.collect(),
            href: article_path(article.slug.as_str()),
            lang: article.lang.clone(),
            warning: copy_warning(scene.words(), trust.state),
        }
    }
}

/// An article in a list.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) href: String,
    pub(super) title: String,
    pub(super) summary: String,
    /// Shown where it differs from the usual kind.
    pub(super) kind: Option<String>,
    pub(super) lang: String,
    pub(super) chip: Chip,
}

impl Row {
    pub(super) fn of(scene: Scene<'_>, article: &Arc<Article>) -> Self {
        Self {
            href: article_path(article.slug.as_str()),
            title: article.title.clone(),
            summary: article.meta.summary.clone().unwrap_or_default(),
            kind: kind_of(scene.words(), article),
            lang: article.lang.clone(),
            chip: Chip::of(scene.words(), &scene.view().trust(article, scene.day), scene.day),
        }
    }
}

/// Returns the name of an article's kind where it is worth a word: the usual kind is not.
pub(super) fn kind_of(w: &Words, article: &Article) -> Option<String> {
    (article.meta.kind != "answer").then(|| w.kind_name(&article.meta.kind).to_owned())
}
