//! The language of a text, from its letters.
//!
//! Tells Russian from English, which is what the search analyses; any other language is named in the front matter.

/// Letters after which the answer will hardly change any more.
const ENOUGH: usize = 1000;

/// Returns `ru` or `en` by the share of Cyrillic and Latin letters; `ru` for a text without letters.
pub fn detect(text: &str) -> &'static str {
    detect_in([text])
}

/// Returns the language of several texts taken together.
pub(super) fn detect_in<'a>(texts: impl IntoIterator<Item = &'a str>) -> &'static str {
    let (mut cyrillic, mut latin) = (0, 0);
    for word in texts.into_iter().flat_map(str::split_ascii_whitespace) {
        let letters = Letters::of(word);
        cyrillic += letters.cyrillic;
        latin += letters.latin;
        if cyrillic + latin >= ENOUGH {
            break;
        }
    }
    // A Russian text often names products, commands and brands in Latin letters; an English one hardly ever has Cyrillic.
    if cyrillic * 3 >= latin { "ru" } else { "en" }
}

#[derive(Default)]
struct Letters {
    cyrillic: usize,
    latin: usize,
}

impl Letters {
    /// Counts the letters of a word; none in addresses, identifiers, paths and commands, which say nothing about the
    /// language of the text around them.
    fn of(word: &str) -> Self {
        let mut letters = Self::default();
        for byte in word.bytes() {
            match byte {
                b'a'..=b'z' | b'A'..=b'Z' => letters.latin += 1,
                // The first bytes of U+00C0 to U+024F and of U+0400 to U+053F in UTF-8.
                0xc3..=0xc9 => letters.latin += 1,
                0xd0..=0xd4 => letters.cyrillic += 1,
                b'/' | b'\\' | b'_' | b'=' | b'@' | b'{' | b'}' | b'<' | b'>' | b'$' | b'|' | b'&' | b'#' => {
                    return Self::default();
                }
                _ => {}
            }
        }
        letters
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn language_follows_the_words_not_the_code() {
        assert_eq!(detect("Возврат товара"), "ru");
        assert_eq!(detect("Returning a product"), "en");
        assert_eq!(
            detect("Откройте https://example.org/very/long/address/of/a/page и введите git_push_origin()"),
            "ru"
        );
        assert_eq!(detect("12 345"), "ru");
        assert_eq!(detect("The word «возврат» means a return of goods to the shop"), "en");
    }
}
