//! An article as Markdown again, for readers who take it away.

use super::marks;
use crate::article::Article;
use crate::article::source::{self, Split};

/// Returns the Markdown of a file as a reader may have it: without `> [!INTERNAL]` blocks (and HTML comments, which
/// editors write to each other) unless `notes`, front matter reduced to title, summary, tags, lang and type.
pub fn for_reader(article: &Article, notes: bool) -> String {
    let source = article.source.text();
    let body = match source::split(&source) {
        Split::FrontMatter { body, .. } => body,
        Split::Plain => &source,
        Split::Misplaced { .. } | Split::Unclosed | Split::TooLarge => "",
    };
    let mut out = front_matter(article);
    if notes {
        out.push_str(body);
        return out;
    }
    if article.readable && super::limits::check(body).is_ok() {
        let hidden = super::parse(body, "", 1).hidden;
        out.push_str(&marks::without(body, 0..body.len(), &hidden));
    }
    out
}

fn front_matter(article: &Article) -> String {
    // A JSON text is a YAML text.
    let quoted = |text: &str| serde_json::Value::from(text).to_string();
    let mut out = format!("---\ntitle: {}\n", quoted(&article.title));
    if let Some(summary) = &article.meta.summary {
        out.push_str(&format!("summary: {}\n", quoted(summary)));
    }
    if !article.meta.tags.is_empty() {
        let tags: Vec<_> = article.meta.tags.iter().map(|tag| quoted(tag)).collect();
        out.push_str(&format!("tags: [{}]\n", tags.join(", ")));
    }
    out.push_str(&format!("lang: {}\ntype: {}\n---\n", article.lang, quoted(&article.meta.kind)));
    out
}
