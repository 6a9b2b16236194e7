//! The examples of the CommonMark Spec through our whole pipeline: every one gives the HTML of the specification, or is
//! listed here with the reason why it differs on purpose.
//!
//! What we only add (heading ids, `rel` of links outside, `loading` of images) and what is written otherwise but means
//! the same (`<br />`, `&quot;`) is taken away before comparing.

use std::collections::BTreeMap;

use otvet::article::Article;
use otvet::article::library::Rules;
use otvet::article::markdown::{Destination, Target};
use otvet::audience::{AudienceSet, Audiences};
use otvet::revision::ObjectId;

const EXAMPLES: &str = include_str!("data/commonmark.json");

/// Why examples differ.
const DIFFERENCES: [(&str, &[u32]); 6] = [
    (
        "of raw HTML only harmless tags and attributes stay",
        &[
            150, 151, 152, 153, 154, 156, 157, 158, 164, 165, 166, 170, 171, 172, 173, 174, 175, 178, 180, 182, 183,
            184, 203, 477, 493, 526, 538, 615, 616, 617, 618, 619, 625, 629, 630, 631,
        ],
    ),
    ("comments in raw HTML are for editors", &[179, 181, 185, 310, 311, 627, 628]),
    (
        "raw HTML is balanced, and its links are written like all others",
        &[21, 31, 148, 149, 155, 160, 162, 176, 177, 186, 189, 192, 193, 346, 478, 479, 496, 632, 633, 645, 646],
    ),
    ("bare addresses become links, as in GitHub Flavored Markdown", &[604, 610, 613]),
    ("`[[name]]` links to an article", &[550, 561, 592]),
    ("square brackets in addresses are left alone, for IPv6", &[528, 540, 605]),
];

struct Example {
    number: u32,
    section: String,
    markdown: String,
    html: String,
}

fn examples() -> Vec<Example> {
    let all: Vec<serde_json::Value> = serde_json::from_str(EXAMPLES).expect("JSON");
    let text = |value: &serde_json::Value| value.as_str().expect("a text").to_owned();
    let example = |value: serde_json::Value| Example {
        number: u32::try_from(value["example"].as_u64().expect("a number")).expect("small"),
        section: text(&value["section"]),
        markdown: text(&value["markdown"]),
        html: text(&value["html"]),
    };
    all.into_iter().map(example).collect()
}

/// Renders Markdown as part of an article; links lead where they say.
fn render(markdown: &str) -> String {
    let rules = Rules { audiences: Audiences::default(), default_audience: AudienceSet::PUBLIC };
    let file = format!("---\ntitle: Example\n---\n{markdown}");
    let article = Article::parse("example.md", ObjectId::default(), file.as_bytes(), &rules);
    article.body.render(true, &mut |link| {
        let link = article.links.get(link)?;
        let href = if let Target::Outside(address) = &link.target { address } else { &link.written };
        Some(Destination { href: href.clone(), title: None })
    })
}

/// Takes away what we add, and what is written otherwise but means the same.
fn normal(html: &str) -> String {
    let mut html = html
        .replace(" rel=\"nofollow noopener noreferrer\"", "")
        .replace(" loading=\"lazy\"", "")
        .replace(" />", ">")
        .replace("&quot;", "\"")
        .replace("&#39;", "'");
    for level in 1..=6 {
        let open = format!("<h{level} id=\"");
        while let Some(at) = html.find(&open) {
            let id = at + open.len() - " id=\"".len();
            let end = html[at + open.len()..].find('"').expect("a closed attribute") + at + open.len() + 1;
            html.replace_range(id..end, "");
        }
    }
    html.trim_end().to_owned()
}

#[test]
fn every_example_is_as_specified_or_differs_on_purpose() {
    let listed: BTreeMap<u32, &str> =
        DIFFERENCES.iter().flat_map(|(why, numbers)| numbers.iter().map(move |&number| (number, *why))).collect();
    let examples = examples();
    assert_eq!(examples.len(), 655);
    let mut wrong = Vec::new();
    for Example { number, section, markdown, html } in examples {
        let (ours, theirs) = (normal(&render(&markdown)), normal(&html));
        match listed.get(&number) {
            None if ours != theirs => wrong.push(format!(
                "{number} ({section}) differs and is not listed\n{markdown:?}\nspecified {theirs:?}\nours      {ours:?}"
            )),
            Some(why) if ours == theirs => {
                wrong.push(format!("{number} ({section}) is listed ({why}) and does not differ"))
            }
            _ => {}
        }
    }
    assert!(wrong.is_empty(), "{} examples:\n{}", wrong.len(), wrong.join("\n\n"));
}
