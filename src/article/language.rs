//! The language of a text, from its letters.
//!
//! Tells Russian from English, which is what the search analyses; any other language is named in the front matter.

/// Letters after which the answer will not change any more.
const ENOUGH: usize = 4096;

/// Returns `ru` or `en` by the share of Cyrillic and Latin letters; `ru` for a text without letters.
pub fn detect(text: &str) -> &'static str {
    detect_in([text])
}

/// Returns the language of several texts taken together.
pub(super) fn detect_in<'a>(texts: impl IntoIterator<Item = &'a str>) -> &'static str {
    let (mut cyrillic, mut latin) = (0, 0);
    for word in texts.into_iter().flat_map(str::split_ascii_whitespace) {
        if is_code(word) {
            continue;
        }
        for c in word.chars() {
            match c {
                'A'..='Z' | 'a'..='z' | '\u{c0}'..='\u{24f}' => latin += 1,
                '\u{400}'..='\u{52f}' => cyrillic += 1,
                _ => {}
            }
        }
        if cyrillic + latin >= ENOUGH {
            break;
        }
    }
    // A Russian text often names products, commands and brands in Latin letters; an English one hardly ever has Cyrillic.
    if cyrillic * 3 >= latin { "ru" } else { "en" }
}

/// Addresses, identifiers, paths and commands say nothing about the language of the text around them.
fn is_code(word: &str) -> bool {
    let inner = word.trim_matches(|c: char| c.is_ascii_punctuation());
    inner.bytes().any(|b| b"/\\_=@{}()<>$|&#".contains(&b)) || inner.contains("::")
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
