//! Since when each paragraph of a text is as it is, told from its former texts.

use std::time::Instant;

use rustc_hash::FxHashMap;
use similar::{Algorithm, DiffTag, capture_diff_slices_deadline};

use super::tree::{Block, Common, Content};
use super::writer::write_words;

/// Since when a paragraph is as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// Since the text with this number, the newest being 0.
    Text(usize),
    /// Since before the oldest text that was looked at.
    Before,
}

/// The paragraphs of a text (items of lists and rows of tables are such too), and which of its former texts has them.
#[derive(Debug)]
pub struct Origins {
    common: Common,
    newest: Vec<Block>,
    origins: Vec<Origin>,
    /// The units of the oldest text so far, and which of the newest each is, if it is one that came no later.
    oldest: Vec<(u64, Option<usize>)>,
    texts: usize,
}

impl Origins {
    /// Begins with the newest text.
    pub fn of(newest: &str) -> Self {
        let mut common = Common::default();
        let newest = common.read(newest);
        let units = units(&newest);
        let oldest = units.iter().enumerate().map(|(at, unit)| (unit.key, Some(at))).collect();
        let origins = vec![Origin::Before; units.len()];
        Self { common, newest, origins, oldest, texts: 1 }
    }

    /// Goes on with the text before. Returns whether there is anything left to ask.
    pub fn before(&mut self, text: &str, deadline: Instant) -> bool {
        let blocks = self.common.read(text);
        let keys: Vec<u64> = units(&blocks).iter().map(|unit| unit.key).collect();
        let mut older: Vec<(u64, Option<usize>)> = keys.iter().map(|&key| (key, None)).collect();
        let newer_keys: Vec<u64> = self.oldest.iter().map(|&(key, _)| key).collect();
        let mut left: Vec<(u64, usize)> = Vec::new();
        for op in capture_diff_slices_deadline(Algorithm::Myers, &keys, &newer_keys, Some(deadline)) {
            if op.tag() == DiffTag::Equal {
                for (old, new) in op.old_range().zip(op.new_range()) {
                    older[old].1 = self.oldest[new].1;
                }
            } else {
                left.extend(self.oldest[op.new_range()].iter().filter_map(|&(key, unit)| Some((key, unit?))));
            }
        }
        // What only stands elsewhere is as old as it was there.
        let mut elsewhere: FxHashMap<u64, usize> = FxHashMap::default();
        for (at, &(key, unit)) in older.iter().enumerate().rev() {
            if unit.is_none() {
                elsewhere.insert(key, at);
            }
        }
        for (key, unit) in left {
            match elsewhere.remove(&key) {
                Some(at) => older[at].1 = Some(unit),
                None => self.origins[unit] = Origin::Text(self.texts - 1),
            }
        }
        self.oldest = older;
        self.texts += 1;
        self.oldest.iter().any(|(_, unit)| unit.is_some())
    }

    /// Ends: what is left came with the oldest text that was looked at.
    pub fn end(&mut self) {
        for &(_, unit) in &self.oldest {
            if let Some(unit) = unit {
                self.origins[unit] = Origin::Text(self.texts - 1);
            }
        }
    }

    /// Returns the newest text with `mark` (HTML) before the first of every few paragraphs of one origin.
    pub fn html(&self, mark: &mut dyn FnMut(Origin) -> String) -> String {
        let mut origins = self.origins.iter();
        let mut last = None;
        let mut next = || {
            let origin = *origins.next()?;
            (last.replace(origin) != Some(origin)).then(|| mark(origin))
        };
        let mut html = String::new();
        self.newest.iter().for_each(|block| write(&mut html, block, &mut None, false, &mut next));
        html
    }
}

/// Writes a block, with the mark of each unit before its first words.
fn write(
    html: &mut String,
    block: &Block,
    mark: &mut Option<String>,
    in_unit: bool,
    next: &mut dyn FnMut() -> Option<String>,
) {
    let begins = !in_unit && is_unit(block);
    if begins {
        *mark = next();
    }
    if let Some(tag) = &block.tag {
        tag.write(html, "");
    }
    match &block.content {
        Content::Words(words) => {
            html.push_str(&mark.take().unwrap_or_default());
            write_words(html, words);
        }
        Content::Blocks(inside) => {
            inside.iter().for_each(|block| write(html, block, mark, in_unit || begins, next));
        }
    }
    if let Some(tag) = &block.tag {
        tag.close(html);
    }
    html.push('\n');
}

/// Returns the paragraphs, items and rows of a text, in order.
fn units(blocks: &[Block]) -> Vec<&Block> {
    let mut units = Vec::new();
    for block in blocks {
        match &block.content {
            Content::Blocks(inside) if !is_unit(block) => units.extend(self::units(inside)),
            _ => units.push(block),
        }
    }
    units
}

fn is_unit(block: &Block) -> bool {
    matches!(block.content, Content::Words(_)) || matches!(block.name(), "li" | "tr" | "dd")
}
