//! Keeping the texts of an article for the next start: the pool once, and where in it each text stands.
//!
//! Reading trusts nothing: a place that is not in the pool, or within a letter, is no text.

use std::sync::Arc;

use super::places::Placed;
use super::{Pieces, Pool, Text, fit};
use crate::record::{Reader, Writer};

/// Writes texts that share one pool.
pub(in crate::article) struct Keeper<'a> {
    /// What is written to.
    pub(in crate::article) out: &'a mut Writer,
    pool: Option<Arc<Pool>>,
    /// Whether a text was not from the pool, so that what is written cannot be used.
    is_torn: bool,
}

impl<'a> Keeper<'a> {
    /// Begins with the pool of a text that all others share.
    pub(in crate::article) fn new(out: &'a mut Writer, one: &Pieces) -> Self {
        let pool = one.pool.clone();
        out.text(pool.as_ref().map_or("", |pool| &pool.0));
        Self { out, pool, is_torn: false }
    }

    pub(in crate::article) fn text(&mut self, text: &Text) {
        self.same(text.length, &text.pool);
        self.out.number(u64::from(text.start));
        self.out.number(u64::from(text.length));
    }

    pub(in crate::article) fn pieces(&mut self, pieces: &Pieces) {
        self.same(pieces.length, &pieces.pool);
        self.out.number(u64::from(pieces.length));
        self.out.bytes(&pieces.places);
    }

    /// Returns whether everything written can be read again.
    pub(in crate::article) fn is_whole(&self) -> bool {
        !self.is_torn
    }

    fn same(&mut self, length: u32, pool: &Option<Arc<Pool>>) {
        let same = match (pool, &self.pool) {
            (Some(one), Some(other)) => Arc::ptr_eq(one, other),
            (None, _) => length == 0,
            (Some(_), None) => false,
        };
        self.is_torn |= !same;
    }
}

/// Reads what a [`Keeper`] wrote.
pub(in crate::article) struct Unpacker<'a> {
    /// What is read from.
    pub(in crate::article) from: Reader<'a>,
    pool: Option<Arc<Pool>>,
}

impl<'a> Unpacker<'a> {
    /// Begins with the pool.
    pub(in crate::article) fn new(mut from: Reader<'a>) -> Option<Self> {
        let pool = from.text()?;
        let pool = (!pool.is_empty()).then(|| Arc::new(Pool(pool.into())));
        Some(Self { from, pool })
    }

    pub(in crate::article) fn text(&mut self) -> Option<Text> {
        let (start, length) = (self.from.size()?, self.from.size()?);
        if length == 0 {
            return (start == 0).then(Text::default);
        }
        let pool = self.pool.as_ref()?;
        pool.0.get(start..start.checked_add(length)?)?;
        Some(Text { pool: Some(Arc::clone(pool)), start: fit(start), length: fit(length) })
    }

    pub(in crate::article) fn pieces(&mut self) -> Option<Pieces> {
        let length = self.from.size()?;
        let places = self.from.bytes()?;
        let pool = self.pool.as_ref().map_or("", |pool| &pool.0);
        let (mut placed, mut found) = (Placed::new(places), 0);
        for (start, length) in &mut placed {
            found += pool.get(start..start.checked_add(length)?)?.len();
        }
        let pool = self.pool.as_ref().filter(|_| length > 0).map(Arc::clone);
        let is_whole = placed.is_done() && found == length;
        is_whole.then(|| Pieces { pool, places: places.into(), length: fit(length) })
    }
}
