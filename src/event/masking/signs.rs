//! A text as somebody sees it who looks for numbers: digits whatever script they are written in, separators whatever
//! their shape, and nothing of what is invisible.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// A character that counts, and the bytes it stands at, with what is invisible behind it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Sign {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) what: What,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum What {
    /// A digit, or a letter that stands for one.
    Digit(u8),
    /// A space that ends no line.
    Space,
    /// A hyphen or a dash of any length.
    Dash,
    Plus,
    At,
    /// A letter, in lower case.
    Letter(char),
    /// Anything else.
    Other(char),
}

impl Sign {
    pub(super) fn is_letter_or_digit(&self) -> bool {
        matches!(self.what, What::Letter(_) | What::Digit(_))
    }

    pub(super) fn is_one_of(&self, signs: &str) -> bool {
        match self.what {
            What::Other(c) => signs.contains(c),
            What::Dash => signs.contains('-'),
            What::Plus => signs.contains('+'),
            _ => false,
        }
    }
}

/// Reads a text.
pub(super) fn of(text: &str) -> Vec<Sign> {
    let visible = text.char_indices().filter(|(_, c)| !is_invisible(*c));
    let mut signs: Vec<Sign> = visible.map(|(start, c)| Sign { start, end: text.len(), what: what(c) }).collect();
    for at in 1..signs.len() {
        signs[at - 1].end = signs[at].start;
    }
    let alike: Vec<(usize, u8)> = (0..signs.len()).filter_map(|at| Some((at, stands_for(&signs, at)?))).collect();
    for (at, digit) in alike {
        signs[at].what = What::Digit(digit);
    }
    signs
}

fn what(c: char) -> What {
    if let Some(digit) = digit(c) {
        return What::Digit(digit);
    }
    match c {
        // Letters of most scripts are what they are; what comes later may be one in another dress.
        c if c < '\u{2000}' && c.is_alphabetic() => What::Letter(c.to_lowercase().next().unwrap_or(c)),
        '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => What::Other('\n'),
        c if c.is_whitespace() || matches!(c, '\u{2800}' | '\u{3164}' | '\u{ffa0}') => What::Space,
        '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{2043}' | '\u{fe58}' | '\u{fe63}' | '\u{ff0d}' | '\u{30fc}' => {
            What::Dash
        }
        '№' => What::Other(c),
        // The same signs in other widths and heights.
        c => match [c].into_iter().nfkc().next().unwrap_or(c) {
            '+' => What::Plus,
            '@' => What::At,
            '\u{b7}' | '\u{2022}' | '\u{2024}' | '\u{2219}' | '\u{22c5}' | '\u{3002}' => What::Other('.'),
            plain if plain.is_alphabetic() => What::Letter(plain.to_lowercase().next().unwrap_or(plain)),
            plain => What::Other(plain),
        },
    }
}

/// Returns the value of a decimal digit of any script.
fn digit(c: char) -> Option<u8> {
    if let Some(digit) = c.to_digit(10) {
        return u8::try_from(digit).ok();
    }
    if c.is_ascii() || !c.is_numeric() {
        return None;
    }
    // Full-width, raised, circled and mathematical digits are ordinary ones in another dress.
    let mut plain = [c].into_iter().nfkc();
    if let (Some(first), second) = (plain.next(), plain.next())
        && let Some(digit) = first.to_digit(10)
        && second.is_none_or(|second| second == '.')
    {
        return u8::try_from(digit).ok();
    }
    // Every other script has its digits in a row, beginning at one of these (source: UnicodeData.txt, Nd).
    const ZEROES: [u32; 32] = [
        0x660, 0x6f0, 0x7c0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66, 0xde6, 0xe50, 0xed0, 0xf20,
        0x1040, 0x1090, 0x17e0, 0x1810, 0x1946, 0x19d0, 0x1a80, 0x1a90, 0x1b50, 0x1bb0, 0x1c40, 0x1c50, 0xa620, 0xa8d0,
        0xa9d0, 0xabf0,
    ];
    let zero = ZEROES.iter().find(|zero| (**zero..**zero + 10).contains(&u32::from(c)))?;
    u8::try_from(u32::from(c) - zero).ok()
}

/// Returns the digit that a letter stands for: it looks like one, and has digits beside it and no other letter.
fn stands_for(signs: &[Sign], at: usize) -> Option<u8> {
    let looks_like = |sign: &Sign| match sign.what {
        What::Letter('o' | 'о' | 'ο' | 'օ') => Some(0),
        What::Letter('l' | 'i' | 'і' | 'ӏ' | 'ι') | What::Other('|') => Some(1),
        What::Letter('з') => Some(3),
        What::Letter('б') => Some(6),
        _ => None,
    };
    let digit = looks_like(&signs[at])?;
    let is_other = |sign: &&Sign| looks_like(sign).is_none();
    let before = signs[..at].iter().rev().find(is_other);
    let behind = signs[at..].iter().find(is_other);
    let is_digit = |sign: Option<&Sign>| sign.is_some_and(|sign| matches!(sign.what, What::Digit(_)));
    let is_letter = |sign: Option<&Sign>| sign.is_some_and(|sign| matches!(sign.what, What::Letter(_)));
    ((is_digit(before) || is_digit(behind)) && !is_letter(before) && !is_letter(behind)).then_some(digit)
}

/// Returns whether a character shows nothing: joiners, marks of direction, selectors, accents, frames.
fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{61c}' | '\u{180b}'..='\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{20dd}'..='\u{20e3}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}'
        | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
        || (c.is_control() && !c.is_whitespace())
        || is_combining_mark(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn digits(text: &str) -> String {
        let digit = |sign: Sign| match sign.what {
            What::Digit(digit) => char::from(b'0' + digit),
            _ => '_',
        };
        of(text).into_iter().map(digit).collect()
    }

    #[test]
    fn digits_of_every_script_and_dress_are_digits() {
        for nine in ["9", "９", "٩", "۹", "९", "๙", "⁹", "₉", "⑨", "𝟗", "𝟿", "9\u{fe0f}\u{20e3}", "9\u{336}", "⒐"]
        {
            assert_eq!(digits(nine), "9", "{nine}");
        }
        assert_eq!(digits("½ Ⅻ ㉈ 百"), "_______");
    }

    #[test]
    fn letters_that_look_like_digits_are_digits_among_digits_only() {
        assert_eq!(digits("8 9О5 lI8 ЗЗ 7О"), "8 905 118 __ 70".replace(' ', "_"));
        assert_eq!(digits("iPhone 15 и 3o"), "_______15___30");
        assert_eq!(digits("15лет о б"), "15_______");
    }
}
