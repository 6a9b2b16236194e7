//! All words that people read, in Russian and English, from one place: pages, problems, findings, the command line's
//! messages about content. Typed, so that a missing translation does not compile.

pub mod check;
pub mod eval;
pub mod findings;
pub mod import;
pub mod init;
pub mod new;
pub mod preview;
pub mod push;
pub mod templates;
mod words;

use std::str::FromStr;

pub use words::Words;

/// Returns a text for a terminal: what others wrote in it must not move the cursor or change its title.
pub fn printable(text: &str) -> String {
    let shown = |c: char| if c.is_control() && !matches!(c, '\n' | '\t') { char::REPLACEMENT_CHARACTER } else { c };
    text.chars().map(shown).collect()
}

/// A language of the interface.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum Lang {
    /// Russian.
    #[default]
    Ru,
    /// English.
    En,
}

impl Lang {
    /// The languages of the interface, in the order in which they are offered.
    pub const ALL: [Self; 2] = [Self::Ru, Self::En];

    /// Returns `ru` or `en`.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Ru => "ru",
            Self::En => "en",
        }
    }

    /// Returns the language's name in itself.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ru => "Русский",
            Self::En => "English",
        }
    }

    /// Returns the words of the pages in this language.
    pub const fn words(self) -> &'static Words {
        match self {
            Self::Ru => &words::RU,
            Self::En => &words::EN,
        }
    }
}

impl FromStr for Lang {
    type Err = ();
    fn from_str(text: &str) -> Result<Self, ()> {
        match text {
            "ru" => Ok(Self::Ru),
            "en" => Ok(Self::En),
            _ => Err(()),
        }
    }
}
