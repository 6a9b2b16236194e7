//! The texts of one article, each word kept once.
//!
//! What an article is as plain text, as HTML and as Markdown is mostly the same words, and a large base is held in memory
//! whole. So all texts of an article share one pool: a [`Text`] is a part of it, and [`Pieces`] are a text that is put
//! together from parts of it when somebody asks: HTML is the plain text with tags between its parts.
//!
//! Pools are woven once, when an article is parsed; see [`weaver`]. Equal texts in equal order give equal pools.
//!
//! Deliberately knows nothing of HTML or Markdown, and shares nothing between articles: one that is gone leaves nothing
//! behind.

mod kept;
mod places;
mod weaver;

use std::fmt;
use std::hash::{Hash, Hasher};
use std::ops::Deref;
use std::sync::Arc;

pub(super) use kept::{Keeper, Unpacker};
use places::{Placed, Places};
pub(super) use weaver::Weaver;

/// What texts are parts of.
struct Pool(Box<str>);

/// A text of an article: a part of the pool that its texts share.
#[derive(Clone, Default)]
pub struct Text {
    /// None for an empty text.
    pool: Option<Arc<Pool>>,
    start: u32,
    length: u32,
}

impl Text {
    /// Returns the text.
    pub fn as_str(&self) -> &str {
        let (start, end) = (self.start as usize, self.start as usize + self.length as usize);
        self.pool.as_ref().map_or("", |pool| &pool.0[start..end])
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        if text.is_empty() {
            return Self::default();
        }
        let length = fit(text.len());
        Self { pool: Some(Arc::new(Pool(text.into()))), start: 0, length }
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        text.to_owned().into()
    }
}

impl Deref for Text {
    type Target = str;

    fn deref(&self) -> &str {
        self.as_str()
    }
}

impl AsRef<str> for Text {
    fn as_ref(&self) -> &str {
        self
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self)
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}

impl PartialEq for Text {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

impl Eq for Text {}

impl PartialEq<str> for Text {
    fn eq(&self, other: &str) -> bool {
        self.as_str() == other
    }
}

impl PartialEq<&str> for Text {
    fn eq(&self, other: &&str) -> bool {
        self.as_str() == *other
    }
}

impl Hash for Text {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_str().hash(state);
    }
}

/// A text that is put together from parts of a pool when somebody asks for it.
#[derive(Clone, Default)]
pub struct Pieces {
    pool: Option<Arc<Pool>>,
    /// Where the pieces stand, as [`Places`] writes it.
    places: Box<[u8]>,
    /// The bytes of the whole text.
    length: u32,
}

impl Pieces {
    /// Returns the text, put together.
    pub fn text(&self) -> String {
        let mut text = String::with_capacity(self.len());
        text.extend(self.iter());
        text
    }

    /// Returns the pieces in order.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        let pool = self.pool.as_ref().map_or("", |pool| &pool.0);
        Placed::new(&self.places).map(|(start, length)| &pool[start..start + length])
    }

    /// Returns the bytes of the text.
    pub fn len(&self) -> usize {
        self.length as usize
    }

    /// Returns whether there is no text.
    pub fn is_empty(&self) -> bool {
        self.length == 0
    }
}

impl From<String> for Pieces {
    fn from(text: String) -> Self {
        let mut places = Places::default();
        places.push(0, text.len());
        let Text { pool, length, .. } = text.into();
        Self { pool, places: places.finish(), length }
    }
}

impl fmt::Display for Pieces {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.iter().try_for_each(|piece| f.write_str(piece))
    }
}

impl fmt::Debug for Pieces {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.text(), f)
    }
}

/// Returns a length or a place as texts keep it.
fn fit(number: usize) -> u32 {
    u32::try_from(number).expect("texts of articles are bounded by a few megabytes")
}
