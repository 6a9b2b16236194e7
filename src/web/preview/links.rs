//! Addresses of a preview in what was made without knowing of it: pages and headers.
//!
//! Only what the preview itself answers gets its root: assets, the choice of a language and addresses elsewhere stay as they
//! are, and so does what a tag marks as leading to the live base (`data-live`). In pages only attributes that hold addresses are
//! looked at, inside of tags, so that a text that shows such an attribute stays as it was written.

/// What a preview answers: each address itself, and what is below it or behind `?` and `#`.
const INSIDE: [&str; 11] = [
    "/search",
    "/a",
    "/browse",
    "/changes",
    "/history",
    "/reviews",
    "/status",
    "/files",
    "/recent",
    "/difference",
    "/api/v1",
];
/// Attributes that hold addresses.
const ATTRIBUTES: [&str; 5] = ["href", "action", "src", "data-href", "data-article"];
/// A tag with this leads out of the preview.
const LIVE: &str = "data-live";

/// Returns an address below a root, if it is one that the preview answers.
pub(super) fn below(address: &str, root: &str) -> Option<String> {
    let is_at = |place: &str| {
        address.strip_prefix(place).is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?', '#']))
    };
    let is_top = address == "/" || address.starts_with("/?") || address.starts_with("/#");
    (is_top || INSIDE.into_iter().any(is_at)).then(|| format!("{root}{address}"))
}

/// Returns the value of a header that names one address, alone or in angle brackets.
pub(super) fn in_header(value: &str, root: &str) -> Option<String> {
    match value.strip_prefix('<').and_then(|rest| rest.split_once('>')) {
        Some((address, rest)) => below(address, root).map(|address| format!("<{address}>{rest}")),
        None => below(value, root),
    }
}

/// Returns a page with the addresses in it below a root.
pub(super) fn in_page(page: &str, root: &str) -> String {
    let mut made = String::with_capacity(page.len() + page.len() / 8);
    let mut rest = page;
    while let Some(start) = rest.find('<') {
        let end = end_of_tag(&rest[start..]).map_or(rest.len(), |end| start + end);
        made.push_str(&rest[..start]);
        tag(&rest[start..end], root, &mut made);
        rest = &rest[end..];
    }
    made.push_str(rest);
    made
}

/// Returns the length of the tag that a text begins with: up to the `>` that stands in no value.
fn end_of_tag(text: &str) -> Option<usize> {
    let mut quote = None;
    for (at, byte) in text.bytes().enumerate() {
        match (quote, byte) {
            (None, b'"' | b'\'') => quote = Some(byte),
            (Some(open), byte) if open == byte => quote = None,
            (None, b'>') => return Some(at + 1),
            _ => {}
        }
    }
    None
}

fn tag(tag: &str, root: &str, made: &mut String) {
    let is_opening = tag.as_bytes().get(1).is_some_and(u8::is_ascii_alphabetic);
    if !is_opening || tag.contains(LIVE) {
        return made.push_str(tag);
    }
    let mut rest = tag;
    // Templates and the sanitiser write values in double quotes.
    while let Some(equals) = rest.find("=\"") {
        let (name, behind) = (&rest[..equals], &rest[equals + 2..]);
        let Some(end) = behind.find('"') else { break };
        let name = name.rsplit([' ', '\n', '\t']).next().unwrap_or_default();
        let value = &behind[..end];
        made.push_str(&rest[..equals + 2]);
        match below(value, root).filter(|_| ATTRIBUTES.contains(&name)) {
            Some(led) => made.push_str(&led),
            None => made.push_str(value),
        }
        made.push('"');
        rest = &behind[end + 1..];
    }
    made.push_str(rest);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_the_base_get_the_root_and_no_others() {
        let page = "<a class=\"x\" href=\"/a/slug?q=1#s\">«href=\"/a/x\"»</a><form action=\"/search\"><li data-href='/a/y' data-article=\"/a/y\">\
                    <a href=\"/\">1 < 2</a><a href=\"/assets/x.css\"><a href=\"//evil/a/\"><a href=\"/changes.atom\"><a data-live href=\"/a/slug\">\
                    <p title=\"/a/x > y\" data-x=\"/a/x\"><img src=\"/files/a.png\"><a href=\"/apiary\"></a><a href=\"/~b/a/x\">";
        insta::assert_snapshot!(in_page(page, "/~b"), @r#"<a class="x" href="/~b/a/slug?q=1#s">«href="/a/x"»</a><form action="/~b/search"><li data-href='/a/y' data-article="/~b/a/y"><a href="/~b/">1 < 2</a><a href="/assets/x.css"><a href="//evil/a/"><a href="/changes.atom"><a data-live href="/a/slug"><p title="/a/x > y" data-x="/a/x"><img src="/~b/files/a.png"><a href="/apiary"></a><a href="/~b/a/x">"#);
    }

    #[test]
    fn headers_lead_into_the_preview() {
        assert_eq!(in_header("/a/new?x=1", "/~b").as_deref(), Some("/~b/a/new?x=1"));
        let link = "</api/v1/articles?cursor=6b>; rel=\"next\"";
        assert_eq!(in_header(link, "/~b").as_deref(), Some("</~b/api/v1/articles?cursor=6b>; rel=\"next\""));
        assert_eq!(in_header("https://elsewhere.example/a/x", "/~b"), None);
    }

    proptest::proptest! {
        #[test]
        fn whatever_a_page_holds_nothing_is_lost(page in "[<>\"'=a-c /!~-]{0,60}") {
            let made = in_page(&page, "/~b");
            proptest::prop_assert_eq!(made.replace("/~b", ""), page.replace("/~b", ""));
        }
    }
}
