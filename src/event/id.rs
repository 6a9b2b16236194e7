//! Ids of events: numbers that grow with time and that a person can read out.

use std::fmt;
use std::str::FromStr;
use std::sync::atomic::{AtomicU64, Ordering};

use jiff::Timestamp;

/// Digits without letters that are taken for others (source: Crockford's base 32).
const DIGITS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Digits of an id; as many as milliseconds of 34 years need.
const LENGTH: u32 = 8;
/// The first moment of 2026 in milliseconds of Unix time, from which ids count.
const EPOCH: i64 = 1_767_225_600_000;

/// The id of an event: a number below 2⁴⁰, written as `0TF2-9K4M`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Id(u64);

impl Id {
    /// Returns the id of a number.
    pub fn of(number: u64) -> Option<Self> {
        (number < 1 << (5 * LENGTH)).then_some(Self(number))
    }

    /// Returns its number.
    pub const fn number(self) -> u64 {
        self.0
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for place in (0..LENGTH).rev() {
            let digit = DIGITS[(self.0 >> (5 * place) & 31) as usize];
            write!(f, "{}{}", char::from(digit), if place == LENGTH / 2 { "-" } else { "" })?;
        }
        Ok(())
    }
}

impl FromStr for Id {
    type Err = ();

    /// Reads an id as people write it: in small letters, without the hyphen, with letters for the digits they look like.
    fn from_str(text: &str) -> Result<Self, ()> {
        let mut number = 0;
        let mut length = 0;
        for c in text.bytes().filter(|c| *c != b'-').map(|c| c.to_ascii_uppercase()) {
            let c = match c {
                b'O' => b'0',
                b'I' | b'L' => b'1',
                c => c,
            };
            let digit = DIGITS.iter().position(|digit| *digit == c).ok_or(())?;
            number = number << 5 | digit as u64;
            length += 1;
            if length > LENGTH {
                return Err(());
            }
        }
        if length == LENGTH { Ok(Self(number)) } else { Err(()) }
    }
}

/// Gives out ids, none twice, each larger than the one before, whatever the clock does.
#[derive(Debug, Default)]
pub struct Ids(AtomicU64);

impl Ids {
    /// Returns an id for an event of this moment.
    pub fn next(&self, now: Timestamp) -> Id {
        let now = u64::try_from(now.as_millisecond() - EPOCH).unwrap_or_default();
        let after = |last: u64| now.max(last + 1);
        let last = self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |last| Some(after(last)));
        Id(after(last.unwrap_or_else(|last| last)))
    }

    /// Gives out no id up to this one from now on.
    pub fn beyond(&self, id: Id) {
        self.0.fetch_max(id.0, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn id_is_read_as_it_is_written_and_as_people_write_it() {
        let id = Ids::default().next("2026-11-26T12:00:00Z".parse().expect("a time"));
        assert_eq!(id.to_string(), "0TGD-YTG0");
        for written in ["0TGD-YTG0", "0tgdytg0", "OTGD-YTGO"] {
            assert_eq!(written.parse(), Ok(id), "{written}");
        }
        for wrong in ["", "0TGD-YTG", "0TGD-YTG00", "0TGD-YTGU", "привет"] {
            assert_eq!(wrong.parse::<Id>(), Err(()), "{wrong}");
        }
    }

    #[test]
    fn no_id_is_given_twice_though_the_clock_goes_back() {
        let ids = Ids::default();
        let (early, late): (Timestamp, Timestamp) =
            ("2026-11-26T12:00:00Z".parse().expect("a time"), "2026-11-26T12:00:01Z".parse().expect("a time"));
        let given = [late, late, early, Timestamp::MIN].map(|now| ids.next(now));
        assert!(given.is_sorted_by(|a, b| a < b), "{given:?}");
        ids.beyond(Id::of(given[3].number() + 10).expect("a number"));
        assert_eq!(ids.next(early).number(), given[3].number() + 11);
    }
}
