//! What a bundle holds, as it stands on the wire.

use std::borrow::Cow;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;
use utoipa::ToSchema;

use super::super::wire::{Answer, Reference, last_change, maybe_text, text};
use super::parts::{Parts, signs};
use crate::article::{Article, Status};
use crate::edition::View;
use crate::revision::ObjectId;
use crate::search::portable::{endings, keys, latin};
use crate::web::pages::without_answers;

/// What a device needs to answer by itself.
///
/// Texts that are said to be rows of parts are written as numbers into `parts`, a sign each: the UTF-16 unit less 35; where that is 32768
/// or more, 32768 less is to be multiplied by 32768 and the number of the next sign added. The text is the parts one after the other, with
/// a space between any two that both begin with a digit or a letter of Latin, Greek or Cyrillic (U+00C0 to U+04FF, A to Z, a to z).
#[derive(Serialize, ToSchema)]
#[schema(as = OfflineBundle)]
pub(super) struct Bundle<'a> {
    #[serde(flatten)]
    pub(super) head: Head<'a>,
    /// Articles that are new or different, by path; in a full bundle all.
    pub(super) articles: Vec<Record<'a>>,
    #[serde(flatten)]
    pub(super) tail: Tail,
}

/// What a bundle begins with.
#[derive(Serialize, ToSchema)]
pub(super) struct Head<'a> {
    /// The edition: a commit id.
    #[schema(value_type = String)]
    #[serde(serialize_with = "text")]
    pub(super) edition: ObjectId,
    /// What a device has that holds this: to be sent as `since` the next time. It names the edition, what of it the reader may
    /// see, and the program, so that a device never mixes what does not belong together.
    pub(super) state: &'a str,
    /// The state from which the difference was made; null in a full bundle, which takes the place of all that the device had.
    #[schema(required = true)]
    pub(super) since: Option<&'a str>,
    /// The version of the form of bundles. A device that does not know it asks for the network.
    pub(super) format: u32,
    /// Hours after which a device asks for the network instead of answering from this.
    pub(super) hours: u32,
    /// The time of the commit; the same on every server.
    #[schema(value_type = String, format = DateTime)]
    pub(super) committed_at: Timestamp,
}

/// What a bundle ends with.
#[derive(Serialize, ToSchema)]
pub(super) struct Tail {
    /// The slugs of articles that are no longer there for this reader.
    pub(super) removed: Vec<String>,
    /// What texts are made of, by number: words, and what stands between words.
    #[schema(value_type = Vec<String>)]
    pub(super) parts: Vec<Box<str>>,
    /// The words of the articles.
    pub(super) search: SearchTable,
}

/// What the articles of a bundle are found by.
#[derive(Serialize, ToSchema)]
#[schema(as = OfflineSearchTable)]
pub(super) struct SearchTable {
    /// By number (see `terms` of an article): the stem, and behind it, divided by spaces, the words that have it; one that begins
    /// with the stem is written as `-` and what follows. Numbers mean something within one bundle only.
    pub(super) words: Vec<String>,
    /// Words that say too little to be searched for, divided by spaces; null in a difference, where they are as before.
    #[schema(required = true)]
    pub(super) stop: Option<&'static str>,
    /// How words are read, so that a device reads them as the server does; null in a difference, where it is as before.
    #[schema(required = true)]
    pub(super) rules: Option<Rules>,
    /// What the editors' lexicon says, as hashes (FNV-1a, 32 bits): of the words of a phrase without their endings, then of the stems
    /// of what it also means; null where it is as before.
    #[schema(required = true)]
    pub(super) synonyms: Option<Vec<Vec<u32>>>,
}

/// How a device reads words.
#[derive(Serialize, ToSchema)]
#[schema(as = OfflineRules)]
pub(super) struct Rules {
    /// Endings, in the order in which the first that leaves three letters is cut off.
    endings: &'static [&'static str],
    /// The keys of the English and of the Russian layout: what is typed on the wrong one stands at the same place of the other.
    keys: [String; 2],
    /// Russian in Latin letters: the spelling and what it stands for, longest first. `y` depends on what stands before it.
    latin: Vec<[&'static str; 2]>,
}

impl Rules {
    /// Returns the rules of this program.
    pub(super) fn current() -> Self {
        Self { endings: endings(), keys: keys(), latin: latin() }
    }
}

/// An article on a device.
#[derive(Serialize, ToSchema)]
#[schema(as = OfflineArticle)]
pub(super) struct Record<'a> {
    /// Its slug.
    slug: &'a str,
    /// The file's path inside the content folder.
    path: &'a str,
    /// Its title.
    title: &'a str,
    /// The kind of article, such as `answer`.
    r#type: &'a str,
    /// One line about it; a row of parts.
    #[schema(value_type = Option<String>)]
    #[serde(skip_serializing_if = "Option::is_none")]
    summary: Option<Cow<'a, str>>,
    /// Its language, such as `ru`.
    lang: &'a str,
    /// Its tags.
    tags: &'a [String],
    /// How customers ask; rows of parts.
    #[schema(value_type = Vec<String>)]
    questions: Vec<Cow<'a, str>>,
    /// The names of the folders above it, outermost first.
    breadcrumbs: Vec<String>,
    /// What may be said to a customer as it stands, the general answer first.
    answers: Vec<Said<'a>>,
    /// The text as HTML, sanitised, without internal notes, and without the answers if `answers_apart`; a row of parts.
    html: String,
    /// Whether the answers were taken out of `html`.
    answers_apart: bool,
    /// When somebody said that it is right.
    #[schema(value_type = Option<String>, format = Date)]
    #[serde(skip_serializing_if = "Option::is_none")]
    verified_on: Option<Date>,
    /// Who said so; for staff alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    verified_by: Option<&'a str>,
    /// When it must be looked at again. From the day behind it on, it is overdue.
    #[schema(value_type = Option<String>, format = Date)]
    #[serde(skip_serializing_if = "Option::is_none")]
    review_due: Option<Date>,
    /// Who answers for it; for staff alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    owner: Option<&'a str>,
    /// Whether another article takes its place.
    superseded: bool,
    /// The article to read instead.
    #[serde(skip_serializing_if = "Option::is_none")]
    superseded_by: Option<Reference<'a>>,
    /// When it last changed; null in a preview.
    #[schema(value_type = Option<String>, format = DateTime, required = true)]
    changed_at: Option<Timestamp>,
    /// The commit that last changed it; null in a preview.
    #[schema(value_type = Option<String>, required = true)]
    #[serde(serialize_with = "maybe_text")]
    revision: Option<ObjectId>,
    /// The articles its editor named as related.
    related: Vec<Reference<'a>>,
    /// Its former addresses.
    redirected_from: &'a [String],
    /// Its words: numbers of `search.words`, ascending, each as the distance from the one before times eight plus what the word says
    /// about the article, 0 to 7; as signs, like the numbers of parts.
    terms: String,
}

/// What may be said to a customer as it stands, on a device.
#[derive(Serialize, ToSchema)]
#[schema(as = OfflineAnswer)]
struct Said<'a> {
    /// The channel it is for, such as `email`; null for the general answer.
    #[schema(required = true)]
    channel: Option<&'a str>,
    /// Plain text, with blank lines between paragraphs; a row of parts.
    #[schema(value_type = String)]
    text: Cow<'a, str>,
    /// HTML, sanitised; a row of parts.
    html: String,
    /// Markdown as written; a row of parts.
    #[schema(value_type = String)]
    markdown: Cow<'a, str>,
}

impl<'a> From<Answer<'a>> for Said<'a> {
    fn from(Answer { channel, text, html, markdown }: Answer<'a>) -> Self {
        Self { channel, text, html, markdown: markdown.into() }
    }
}

/// Returns whether an article that a reader may see belongs on a device: what is current does.
pub(super) fn belongs(article: &Article) -> bool {
    article.readable && article.meta.status == Status::Current
}

impl<'a> Record<'a> {
    /// Returns an article with its texts as they are, and without its words.
    pub(super) fn of(view: &'a View, article: &'a Article) -> Self {
        let body = view.render(article, &article.body, true);
        let answers = Answer::all(view, article);
        let lead = match article.answers.as_slice() {
            [only] if only.channel.is_none() => view.render(article, &only.html, true),
            _ => String::new(),
        };
        let rest = without_answers(&body, answers.len(), &lead);
        let answers_apart = rest.is_some();
        let html = rest.unwrap_or(body);
        let staff = view.access().sees_notes();
        let (changed_at, revision) = last_change(view, article);
        let verified = article.meta.verified.as_ref();
        Self {
            slug: article.slug.as_str(),
            path: &article.path,
            title: &article.title,
            r#type: &article.meta.kind,
            summary: article.meta.summary.as_deref().map(Cow::from),
            lang: &article.lang,
            tags: &article.meta.tags,
            questions: article.meta.questions.iter().map(Cow::from).collect(),
            breadcrumbs: view.breadcrumbs(article),
            answers: answers.into_iter().map(Said::from).collect(),
            html,
            answers_apart,
            verified_on: verified.map(|verified| verified.on),
            verified_by: verified.map(|verified| verified.by.as_str()).filter(|_| staff),
            review_due: article.review_due(),
            owner: article.owner().filter(|_| staff),
            superseded: article.meta.superseded_by.is_some(),
            superseded_by: view.successor(article).map(|successor| Reference::to(view, successor)),
            changed_at,
            revision,
            related: view.related(article).into_iter().map(|one| Reference::to(view, one)).collect(),
            redirected_from: &article.meta.redirect_from,
            terms: String::new(),
        }
    }

    /// Returns it as a device gets it: with its words, and its texts as rows of parts.
    pub(super) fn coded(mut self, parts: &mut Parts, terms: &[u32]) -> Self {
        self.summary = self.summary.map(|summary| parts.code(&summary).into());
        self.questions = self.questions.iter().map(|question| parts.code(question).into()).collect();
        for Said { text, html, markdown, .. } in &mut self.answers {
            *markdown = parts.code(markdown).into();
            *text = parts.code(text).into();
            *html = parts.code(html);
        }
        self.html = parts.code(&self.html);
        self.terms = signs(terms);
        self
    }
}
