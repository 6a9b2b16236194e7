//! The JSON Schema of front matter, for the tools of editors. It describes what [`super::read`] reads by hand; a test keeps both in
//! step.

use schemars::{JsonSchema, Schema};
use serde_json::json;

/// The front matter of an article, as written. Every key may be left out.
#[derive(JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(title = "Otvet front matter", deny_unknown_fields)]
#[expect(dead_code, reason = "describes what is read by hand below, for editors' tools; a test keeps both in step")]
struct FrontMatter {
    /// The title. Default: the first heading, else the file name.
    title: Option<Scalar>,
    /// The stable name in addresses. Default: the path without `.md`.
    slug: Option<Scalar>,
    /// The kind of article: answer (default), procedure, reply, refusal, example, playbook, standard, or your own word.
    #[schemars(regex(pattern = r"^[a-zа-яё0-9-]+$"))]
    r#type: Option<String>,
    /// One line for lists.
    summary: Option<Scalar>,
    /// How customers ask; searched with high weight.
    questions: Option<Texts>,
    /// Slang and synonyms; searched, never shown.
    keywords: Option<Texts>,
    /// Tags.
    tags: Option<Texts>,
    /// Who may see the article; `public` means anyone. Default: as configured.
    audience: Option<Texts>,
    /// Who answers for it.
    owner: Option<Scalar>,
    /// When it must be looked at again.
    review: Option<ReviewText>,
    /// Who said last that it is right, and when.
    verified: Option<VerifiedText>,
    /// Whether it is shown (`current`, the default), not yet (`draft`) or no longer in force (`archived`).
    status: Option<StatusText>,
    /// The slug of the article to read instead.
    superseded_by: Option<Scalar>,
    /// Former addresses, which lead here.
    redirect_from: Option<Texts>,
    /// Slugs of related articles.
    related: Option<Texts>,
    /// The language, such as `ru` or `en`. Default: detected from the text.
    #[schemars(regex(pattern = r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$"))]
    lang: Option<String>,
}

/// One text or a list of texts.
#[derive(JsonSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "schema only, see FrontMatter")]
enum Texts {
    One(Scalar),
    Several(Vec<Scalar>),
}

/// A text. What YAML takes for a number or for yes and no is one, too.
#[derive(JsonSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "schema only, see FrontMatter")]
enum Scalar {
    Text(String),
    Number(f64),
    Flag(bool),
}

#[derive(JsonSchema)]
#[serde(rename_all = "lowercase")]
#[expect(dead_code, reason = "schema only, see FrontMatter")]
enum ReviewText {
    /// So long after it was verified: `90d`, `12w`, `3m` (of 30 days) or `1y` (of 365 days).
    Every(#[schemars(regex(pattern = r"^[1-9][0-9]*[dwmy]$"))] String),
    /// On this day, such as `2027-02-01`.
    By(#[schemars(extend("format" = "date"))] String),
}

#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
#[expect(dead_code, reason = "schema only, see FrontMatter")]
struct VerifiedText {
    /// Who.
    by: String,
    /// When, such as `2026-11-12`.
    #[schemars(extend("format" = "date"))]
    on: String,
    /// What the article said then; written by `otvet verify`, so that a later change is seen.
    #[schemars(regex(pattern = r"^[0-9a-f]{16}$"))]
    digest: Option<String>,
}

#[derive(JsonSchema)]
#[serde(rename_all = "lowercase")]
#[expect(dead_code, reason = "schema only, see FrontMatter")]
enum StatusText {
    Current,
    Draft,
    Archived,
}

/// Returns the JSON Schema of front matter, for editors' tools; with the names of the audiences, of which one is right.
pub fn schema(audiences: &[String]) -> Schema {
    let mut schema = schemars::schema_for!(FrontMatter);
    if let Some(known) = schema.pointer_mut("/properties/audience").and_then(|known| known.as_object_mut()) {
        let one = json!({ "type": "string", "enum": audiences });
        known.insert(
            "anyOf".to_owned(),
            json!([one, { "type": "array", "items": one, "minItems": 1 }, { "type": "null" }]),
        );
    }
    schema
}
