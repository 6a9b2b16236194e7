//! Masking: takes customers' data out of what people type, before it is kept or written anywhere. A pure function.
//!
//! Masked are e-mail addresses, telephone numbers in any grouping, card numbers, passports, SNILS, INN and accounts. Left as
//! they are: prices, dates, short numbers, and numbers that are called an order, an article or the like. Where a number
//! may be a customer's and may be none, it is masked: a query with a gap in it still says what was missing in the base, and a
//! telephone number in it helps nobody.
//!
//! 1. The text is read as [`signs`]: digits of any script, separators, letters; what is invisible counts as nothing.
//! 2. Addresses are found around an `@` (here), numbers by their groups of digits ([`numbers`]).
//! 3. What was found is replaced by what it was. That may lay bare another one, so this goes on until nothing is found.

mod numbers;
mod signs;

use std::fmt;

use signs::{Sign, What};

/// A text in which nothing of a customer is left that can be told.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Masked(String);

impl Masked {
    /// Masks a text.
    pub fn of(text: &str) -> Self {
        Self(masked(text))
    }

    /// Returns the text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Masked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What stands for an e-mail address.
const ADDRESS: &str = "[e-mail]";

/// Something found: bytes of the text, and what stands for them.
type Found = (std::ops::Range<usize>, &'static str);

/// Returns the text with customers' data replaced by what it was.
pub fn masked(text: &str) -> String {
    let mut text = text.to_owned();
    // Every round takes digits or an `@` away, so this ends; it hardly ever goes beyond the second.
    loop {
        let signs = signs::of(&text);
        let mut found = addresses(&signs);
        if found.is_empty() {
            found = numbers::find(&signs);
        }
        if found.is_empty() {
            return text;
        }
        for (bytes, name) in found.into_iter().rev() {
            text.replace_range(bytes, name);
        }
    }
}

/// Finds e-mail addresses, from the left.
fn addresses(signs: &[Sign]) -> Vec<Found> {
    let mut found: Vec<Found> = Vec::new();
    for (at, sign) in signs.iter().enumerate() {
        if sign.what != What::At {
            continue;
        }
        // People put a space around the sign; more of them are two words.
        let near = |sign: Option<&Sign>| sign.is_some_and(|sign| sign.what == What::Space);
        let left = at - usize::from(at > 0 && near(signs.get(at - 1)));
        let right = at + 1 + usize::from(near(signs.get(at + 1)));
        let is_local = |sign: &&Sign| sign.is_letter_or_digit() || sign.is_one_of("._%+-'");
        let first = left - signs[..left].iter().rev().take_while(is_local).count();
        let is_domain = |sign: &&Sign| sign.is_letter_or_digit() || sign.is_one_of(".-");
        let mut last = right + signs[right..].iter().take_while(is_domain).count();
        while last > right && !signs[last - 1].is_letter_or_digit() {
            last -= 1;
        }
        let domain = &signs[right..last];
        let has_name = signs[first..left].iter().any(Sign::is_letter_or_digit);
        let is_close = left == at && right == at + 1;
        let has_dot = domain.iter().any(|sign| sign.is_one_of("."));
        let has_letters = domain.iter().filter(|sign| matches!(sign.what, What::Letter(_))).count() >= 2;
        let is_behind = found.last().is_none_or(|(before, _)| before.end <= signs[first].start);
        if has_name && has_letters && (has_dot || is_close) && is_behind {
            found.push((signs[first].start..signs[last - 1].end, ADDRESS));
        }
    }
    found
}

#[cfg(test)]
mod tests;
