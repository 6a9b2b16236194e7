//! Escaping for HTML. Every text of an author passes through here before it becomes part of a page.

/// Appends text for use between tags: `&`, `<` and `>` escaped.
pub(crate) fn push_text(html: &mut String, text: &str) {
    push(html, text, |byte| match byte {
        b'&' => Some("&amp;"),
        b'<' => Some("&lt;"),
        b'>' => Some("&gt;"),
        _ => None,
    });
}

/// Appends text for use in an attribute within double quotes.
pub(crate) fn push_attribute(html: &mut String, text: &str) {
    push(html, text, |byte| match byte {
        b'&' => Some("&amp;"),
        b'<' => Some("&lt;"),
        b'>' => Some("&gt;"),
        b'"' => Some("&quot;"),
        b'\'' => Some("&#39;"),
        _ => None,
    });
}

fn push(html: &mut String, text: &str, escaped: impl Fn(u8) -> Option<&'static str>) {
    let mut written = 0;
    for (at, byte) in text.bytes().enumerate() {
        if let Some(entity) = escaped(byte) {
            html.push_str(&text[written..at]);
            html.push_str(entity);
            written = at + 1;
        }
    }
    html.push_str(&text[written..]);
}

/// Appends an address for use in an attribute: what an address cannot hold is percent-encoded, and what is encoded stays.
pub(crate) fn push_address(html: &mut String, address: &str) {
    use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
    const ENCODED: &AsciiSet =
        &CONTROLS.add(b' ').add(b'"').add(b'<').add(b'>').add(b'\\').add(b'^').add(b'`').add(b'{').add(b'|').add(b'}');
    for part in utf8_percent_encode(address, ENCODED) {
        push_attribute(html, part);
    }
}
