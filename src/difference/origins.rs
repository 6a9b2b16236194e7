//! Since when each paragraph of a text is as it is, told from its former texts, which may be those of several branches.

use std::collections::BTreeMap;
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
    /// Since before the texts that were looked at.
    Before,
}

/// The paragraphs of a text (items of lists and rows of tables are such too), and which of its former texts has them.
///
/// Texts have numbers, the newest 0; what came before a text has a larger number. A text has more than one before it where
/// branches were joined, and is before more than one where they parted.
#[derive(Debug)]
pub struct Origins {
    common: Common,
    newest: Vec<Block>,
    origins: Vec<Origin>,
    /// Texts whose paragraphs are to be looked for in those before them.
    open: BTreeMap<usize, Vec<Unit>>,
}

/// A paragraph of a former text: its key, and which of the newest text are as old as it is.
type Unit = (u64, Vec<usize>);

impl Origins {
    /// Begins with the newest text.
    pub fn of(newest: &str) -> Self {
        let mut common = Common::default();
        let newest = common.read(newest);
        let units: Vec<Unit> = units(&newest).iter().enumerate().map(|(at, unit)| (unit.key, vec![at])).collect();
        let origins = vec![Origin::Before; units.len()];
        let open = if units.is_empty() { BTreeMap::new() } else { BTreeMap::from([(0, units)]) };
        Self { common, newest, origins, open }
    }

    /// Returns the newest text of which it is not known yet where its paragraphs came from; none when all is known.
    pub fn unsettled(&self) -> Option<usize> {
        self.open.keys().next().copied()
    }

    /// Looks for the paragraphs of a text in those right before it, of which the first that has one is where it came from. Of
    /// what none of them has, `rest` is told.
    pub fn came_from(&mut self, text: usize, before: &[(usize, String)], rest: Origin, deadline: Instant) {
        let Some(mut units) = self.open.remove(&text) else { return };
        for (number, html) in before {
            self.hand_down(&mut units, *number, html, deadline);
        }
        for unit in units.into_iter().flat_map(|(_, units)| units) {
            self.origins[unit] = rest;
        }
    }

    /// Gives what a text has of these paragraphs to it.
    fn hand_down(&mut self, newer: &mut [Unit], number: usize, html: &str, deadline: Instant) {
        let mut older = self.open.remove(&number).unwrap_or_else(|| {
            let blocks = self.common.read(html);
            units(&blocks).iter().map(|unit| (unit.key, Vec::new())).collect()
        });
        let keys = |units: &[Unit]| units.iter().map(|&(key, _)| key).collect::<Vec<u64>>();
        let (older_keys, newer_keys) = (keys(&older), keys(newer));
        let (mut left, mut taken) = (Vec::new(), vec![false; older.len()]);
        for op in capture_diff_slices_deadline(Algorithm::Myers, &older_keys, &newer_keys, Some(deadline)) {
            if op.tag() == DiffTag::Equal {
                for (old, new) in op.old_range().zip(op.new_range()) {
                    taken[old] = true;
                    older[old].1.append(&mut newer[new].1);
                }
            } else {
                left.extend(op.new_range());
            }
        }
        // What only stands elsewhere is as old as it was there.
        let free = (0..older.len()).rev().filter(|&at| !taken[at]);
        let mut elsewhere: FxHashMap<u64, usize> = free.map(|at| (older[at].0, at)).collect();
        for at in left.into_iter().filter(|&at: &usize| !newer[at].1.is_empty()).collect::<Vec<_>>() {
            if let Some(old) = elsewhere.remove(&newer[at].0) {
                older[old].1.append(&mut newer[at].1);
            }
        }
        if older.iter().any(|(_, units)| !units.is_empty()) {
            self.open.insert(number, older);
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
