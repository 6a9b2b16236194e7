//! Not only the right article: the right section of it, and the right words marked.

use otvet::edition::View;
use otvet::publish::source::Source;
use otvet::search::SearchQuery;

/// What is typed, and of the first article: its slug, the heading of the section, and words that must be marked in title or snippet.
const EXPECTED: &[(&str, &str, &str, &str)] = &[
    ("лимит компенсации", "kompensacii", "Лимиты", "компенсации лимит"),
    ("opening hours on 1 january", "en-contact", "Stores", "opening hours january"),
    ("wi fi", "prilozhenie-ne-rabotaet", "По порядку", "wi-fi"),
];

#[test]
fn first_result_points_to_the_section_and_marks_the_words() {
    let (edition, _) = super::edition(Source::folder(super::root().join("kb")));
    let access = otvet::audience::Access::reader(edition.audiences.all());
    let view = View::new(edition, access);
    for (query, slug, section, marked) in EXPECTED {
        let results = view.search(&SearchQuery::new(query));
        let hit = results.hits.first().unwrap_or_else(|| panic!("{query} finds nothing"));
        let heading = hit.section.map_or("", |section| hit.article.sections[section].title.as_str());
        let words = format!("{} {}", hit.title_html, hit.snippet_html);
        let marks = words.split("<mark>").skip(1).filter_map(|rest| rest.split("</mark>").next());
        let seen: Vec<String> = marks.map(str::to_lowercase).collect();
        assert_eq!((hit.article.slug.as_str(), heading), (*slug, *section), "{query}");
        for word in marked.split(' ') {
            assert!(seen.iter().any(|seen| seen == word), "{query}: `{word}` is not marked: {words}");
        }
    }
}
