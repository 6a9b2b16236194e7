//! Numbers that are written in groups: telephone numbers and thousands. Whoever types them without the spaces, or with
//! others, means the same number.

/// Longest number in characters; nothing longer is one number.
const LENGTH: usize = 32;
/// Digits of a telephone number without the code of the town.
const LOCAL: usize = 7;
/// Digits of a telephone number without the code of the country.
const NATIONAL: usize = 10;

/// A number and the words it is also found by.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Number {
    /// The byte of the first digit.
    pub(super) start: usize,
    /// The byte behind the last digit.
    pub(super) end: usize,
    /// The words, the shortest first.
    pub(super) words: Vec<String>,
}

impl Number {
    /// Reads the number whose first digit is at `start`; none when it is nothing but its digits.
    pub(super) fn read(text: &str, start: usize) -> Option<Self> {
        let mut digits = String::new();
        let mut groups: Vec<usize> = Vec::new();
        // Whether there was nothing but single spaces between groups.
        let mut spaced = true;
        let mut end = start;
        let mut between = String::new();
        for (i, c) in text[start..].char_indices().take(LENGTH) {
            match c {
                '0'..='9' => {
                    if groups.is_empty() || !between.is_empty() {
                        spaced &= groups.is_empty() || between == " ";
                        groups.push(0);
                        between.clear();
                    }
                    *groups.last_mut()? += 1;
                    digits.push(c);
                    end = start + i + 1;
                }
                ' ' | '\u{A0}' | '\u{2009}' | '\u{202F}' if between.len() < 2 => between.push(' '),
                '-' | '\u{2011}' | '(' | ')' if between.len() < 2 => between.push('-'),
                _ => break,
            }
        }
        let follows = text[end..].chars().next();
        let goes_on = follows.is_some_and(|c| c.is_alphanumeric() || matches!(c, '-' | '_'))
            || (follows.is_some_and(|c| matches!(c, '.' | ',' | '/' | ':'))
                && text[end + 1..].starts_with(char::is_alphanumeric));
        if goes_on {
            return None;
        }
        let plus = text[..start].ends_with('+');
        let words = telephone(&digits, &groups, plus).or_else(|| spaced.then(|| thousands(&digits, &groups))?)?;
        Some(Self { start, end, words })
    }
}

/// Returns how a telephone number is found: without the code of the town, of the country, and whole. A leading 8 is the
/// Russian 7.
fn telephone(digits: &str, groups: &[usize], plus: bool) -> Option<Vec<String>> {
    let tail = |length: usize| digits[digits.len() - length..].to_owned();
    match digits.len() {
        LOCAL if matches!(groups, [3, 2, 2] | [3, 4]) => Some(vec![tail(LOCAL)]),
        NATIONAL if groups.len() >= 3 && groups[0] == 3 => Some(vec![tail(LOCAL), tail(NATIONAL)]),
        11 if digits.starts_with(['7', '8']) => Some(vec![tail(LOCAL), tail(NATIONAL), format!("7{}", tail(NATIONAL))]),
        NATIONAL..=15 if plus => Some(vec![tail(LOCAL), digits.to_owned()]),
        _ => None,
    }
}

/// Returns a number in groups of three digits as one.
fn thousands(digits: &str, groups: &[usize]) -> Option<Vec<String>> {
    let (first, others) = groups.split_first()?;
    let fits = *first <= 3 && (1..=3).contains(&others.len()) && others.iter().all(|&length| length == 3);
    (fits && !digits.starts_with('0')).then(|| vec![digits.to_owned()])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        let start = text.find(|c: char| c.is_ascii_digit()).expect("a digit");
        Number::read(text, start).map(|number| number.words).unwrap_or_default()
    }

    #[test]
    fn groups_of_three_are_thousands() {
        assert_eq!(words("4 000"), ["4000"]);
        assert_eq!(words("4 000,5"), [""; 0]);
        assert_eq!(words("4-000"), [""; 0]);
        assert_eq!(words("0 800"), [""; 0]);
        assert_eq!(words("4  000 000"), [""; 0]);
    }

    #[test]
    fn other_digits_are_left_alone() {
        for text in ["2024-05-01", "5", "12 34", "10.0.31", "8 495 123-45-67-8", "12345678901", "+12"] {
            assert_eq!(words(text), [""; 0], "{text}");
        }
    }
}
