//! Addresses of pages, written; [`crate::web::extract::Params`] reads them.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

const KEPT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// Builds an address from a path and parameters; empty values are left out.
pub(super) fn address<'a>(path: &str, parameters: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    let mut address = path.to_owned();
    for (name, value) in parameters.into_iter().filter(|(_, value)| !value.is_empty()) {
        address.push(if address.len() == path.len() { '?' } else { '&' });
        address.push_str(name);
        address.push('=');
        address.push_str(&encode(value));
    }
    address
}

/// Percent-encodes a value.
pub(super) fn encode(value: &str) -> String {
    utf8_percent_encode(value, KEPT).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::extract::Params;

    #[test]
    fn parameters_are_read_as_they_were_written() {
        let written = address("/search", [("q", "возврат & обмен"), ("tag", "a+b"), ("under", "")]);
        let read = Params::parse(written.split_once('?').expect("a query").1);
        assert_eq!(read.one("q").expect("once"), Some("возврат & обмен"));
        assert_eq!(read.all("tag"), ["a+b"]);
        assert!(written.is_ascii() && !written.contains("under"));
    }
}
