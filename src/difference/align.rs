//! Which block of one text is which block of another.
//!
//! 1. Blocks that are equal in both, in the same order, stay.
//! 2. Of those between, the ones that are alike (the same kind, and enough words in common) are one block that changed;
//!    inside it the same is asked again, down to words.
//! 3. What is left was removed or added; what was removed here and added elsewhere word for word was moved.
//!
//! The work is bounded: far too many blocks that differ are paired by their places alone.

use std::time::Instant;

use rustc_hash::{FxHashMap, FxHashSet};
use similar::{Algorithm, DiffTag, capture_diff_slices_deadline};

use super::tree::{Block, Content};
use super::words::{Run, runs};

/// What became of a block.
#[derive(Debug)]
pub(super) enum Step<'a> {
    Same(&'a Block),
    Added(&'a Block),
    Removed(&'a Block),
    /// The block as it is now, and what changed in it.
    Changed(&'a Block, Inside<'a>),
}

/// What changed in a block.
#[derive(Debug)]
pub(super) enum Inside<'a> {
    Words(Vec<Run<'a>>),
    Blocks(Vec<Step<'a>>),
}

/// Pairs of blocks whose words are compared with each other in one gap.
const PAIRS: usize = 40_000;
/// Words that are looked at to find out which blocks are alike, in a whole comparison.
const LOOKED_AT: usize = 20_000_000;
/// Fewest words of a block that is said to have moved, and fewest letters.
const MOVED: (usize, usize) = (2, 12);

/// How much two blocks have in common that are one, though it stands elsewhere and changed.
const NEARLY: f32 = 0.6;

/// How far a comparison may go.
pub(super) struct Limits {
    pub(super) deadline: Instant,
    left: usize,
}

impl Limits {
    pub(super) fn until(deadline: Instant) -> Self {
        Self { deadline, left: LOOKED_AT }
    }
}

/// Compares two rows of blocks.
pub(super) fn steps<'a>(old: &'a [Block], new: &'a [Block], limits: &mut Limits) -> Vec<Step<'a>> {
    let keys = |blocks: &[Block]| blocks.iter().map(|block| block.key).collect::<Vec<_>>();
    let ops = capture_diff_slices_deadline(Algorithm::Myers, &keys(old), &keys(new), Some(limits.deadline));
    let mut steps = Vec::with_capacity(new.len());
    let mut gap = (0..0, 0..0);
    for op in ops {
        let (before, after) = (op.old_range(), op.new_range());
        if op.tag() == DiffTag::Equal {
            fill(&mut steps, &old[gap.0], &new[gap.1], limits);
            gap = (before.end..before.end, after.end..after.end);
            steps.extend(new[after].iter().map(Step::Same));
        } else {
            (gap.0.end, gap.1.end) = (before.end, after.end);
        }
    }
    fill(&mut steps, &old[gap.0], &new[gap.1], limits);
    steps
}

/// Tells what became of blocks of which none stayed.
fn fill<'a>(steps: &mut Vec<Step<'a>>, old: &'a [Block], new: &'a [Block], limits: &mut Limits) {
    let (mut o, mut n) = (0, 0);
    for (at, to) in pairs(old, new, limits).into_iter().chain([(old.len(), new.len())]) {
        steps.extend(old[o..at].iter().map(Step::Removed));
        steps.extend(new[n..to].iter().map(Step::Added));
        if let (Some(before), Some(after)) = (old.get(at), new.get(to)) {
            steps.push(changed(before, after, limits));
        }
        (o, n) = (at + 1, to + 1);
    }
}

/// Compares two blocks that are one.
fn changed<'a>(old: &'a Block, new: &'a Block, limits: &mut Limits) -> Step<'a> {
    match (&old.content, &new.content) {
        (Content::Words(before), Content::Words(after)) => {
            Step::Changed(new, Inside::Words(runs(before, after, limits.deadline)))
        }
        (Content::Blocks(before), Content::Blocks(after)) => {
            Step::Changed(new, Inside::Blocks(steps(before, after, limits)))
        }
        // Words alone on one side, blocks on the other: an item that got a list of its own, say.
        (Content::Words(_), Content::Blocks(after)) => {
            Step::Changed(new, Inside::Blocks(steps(std::slice::from_ref(old), after, limits)))
        }
        (Content::Blocks(before), Content::Words(_)) => {
            Step::Changed(new, Inside::Blocks(steps(before, std::slice::from_ref(new), limits)))
        }
    }
}

/// Returns which blocks are one that changed, as places in order.
fn pairs(old: &[Block], new: &[Block], limits: &mut Limits) -> Vec<(usize, usize)> {
    if old.is_empty() || new.is_empty() {
        return Vec::new();
    }
    // Cells of a row keep their columns.
    if old.len() == new.len() && new.iter().chain(old).all(|block| matches!(block.name(), "td" | "th")) {
        return (0..new.len()).map(|at| (at, at)).collect();
    }
    if let ([before], [after]) = (old, new)
        && before.name() == after.name()
        && before.blocks().is_some()
        && after.blocks().is_some()
    {
        return vec![(0, 0)];
    }
    let cost = old.iter().map(|block| block.size).sum::<usize>() * new.len()
        + new.iter().map(|block| block.size).sum::<usize>() * old.len();
    if old.len() * new.len() > PAIRS || cost > limits.left {
        let alike = |at: &usize| old[*at].name() == new[*at].name();
        return (0..old.len().min(new.len())).filter(alike).map(|at| (at, at)).collect();
    }
    limits.left -= cost;
    best(old, new)
}

/// Returns the pairs in order that have most in common together.
fn best(old: &[Block], new: &[Block]) -> Vec<(usize, usize)> {
    let (old_bags, new_bags): (Vec<_>, Vec<_>) = (old.iter().map(bag).collect(), new.iter().map(bag).collect());
    let width = new.len() + 1;
    let mut likeness = vec![0.0f32; old.len() * new.len()];
    // What can be reached from each pair of places on.
    let mut reach = vec![0.0f32; (old.len() + 1) * width];
    for o in (0..old.len()).rev() {
        for n in (0..new.len()).rev() {
            let alike = likeness_of((&old[o], &old_bags[o]), (&new[n], &new_bags[n]));
            likeness[o * new.len() + n] = alike;
            let paired = if alike > 0.0 { alike + reach[(o + 1) * width + n + 1] } else { 0.0 };
            reach[o * width + n] = paired.max(reach[(o + 1) * width + n]).max(reach[o * width + n + 1]);
        }
    }
    let (mut o, mut n) = (0, 0);
    let mut pairs = Vec::new();
    while o < old.len() && n < new.len() {
        let (here, alike) = (reach[o * width + n], likeness[o * new.len() + n]);
        if alike > 0.0 && here <= alike + reach[(o + 1) * width + n + 1] {
            pairs.push((o, n));
            (o, n) = (o + 1, n + 1);
        } else if here <= reach[(o + 1) * width + n] {
            o += 1;
        } else {
            n += 1;
        }
    }
    pairs
}

/// Returns the words of a block, sorted.
fn bag(block: &Block) -> Vec<u32> {
    let mut words = Vec::with_capacity(block.size);
    block.each_word(&mut |word| {
        if word.counts() {
            words.push(word.number);
        }
    });
    words.sort_unstable();
    words
}

/// Returns how much two blocks have in common (the coefficient of Sørensen and Dice); 0 when too little to be one block.
fn likeness_of((old, old_bag): (&Block, &[u32]), (new, new_bag): (&Block, &[u32])) -> f32 {
    const ENOUGH: f32 = 0.35;
    if old.name() != new.name() || (old_bag.is_empty() && new_bag.is_empty()) {
        return 0.0;
    }
    let (mut o, mut n, mut common) = (0, 0, 0usize);
    while let (Some(a), Some(b)) = (old_bag.get(o), new_bag.get(n)) {
        common += usize::from(a == b);
        (o, n) = (o + usize::from(a <= b), n + usize::from(b <= a));
    }
    let alike = 2.0 * common as f32 / (old_bag.len() + new_bag.len()) as f32;
    if alike < ENOUGH { 0.0 } else { alike }
}

/// Blocks that stand elsewhere.
#[derive(Debug, Default)]
pub(super) struct Moves<'a> {
    /// Their numbers in both texts.
    pub(super) numbers: FxHashSet<u32>,
    /// What those were that also changed, by their numbers in the new text.
    pub(super) changed: FxHashMap<u32, &'a Block>,
}

/// Returns the blocks that were removed in one place and added in another, word for word or nearly so.
pub(super) fn moved<'a>(steps: &[Step<'a>], limits: &mut Limits) -> Moves<'a> {
    let mut removed: FxHashMap<(&str, Vec<u32>), Vec<&Block>> = FxHashMap::default();
    let mut added: Vec<&Block> = Vec::new();
    each(steps, &mut |step| match step {
        Step::Removed(block) if is_told_apart(block) => {
            removed.entry((block.name(), text(block))).or_default().push(block);
        }
        Step::Added(block) if is_told_apart(block) => added.push(block),
        _ => {}
    });
    let mut moves = Moves::default();
    added.retain(|block| {
        let from = removed.get_mut(&(block.name(), text(block))).and_then(Vec::pop);
        moves.numbers.extend(from.iter().flat_map(|from| [from.number, block.number]));
        from.is_none()
    });
    let mut left: Vec<(&Block, Vec<u32>)> = removed.into_values().flatten().map(|block| (block, bag(block))).collect();
    left.retain(|(block, _)| block.blocks().is_none());
    // What is not in an order of its own yet is brought into one.
    left.sort_unstable_by_key(|(block, _)| block.number);
    added.retain(|block| block.blocks().is_none());
    let cost = left.iter().map(|(block, _)| block.size).sum::<usize>() * added.len()
        + added.iter().map(|block| block.size).sum::<usize>() * left.len();
    if left.len() * added.len() > PAIRS || cost > limits.left {
        return moves;
    }
    for block in added {
        let words = bag(block);
        let alike = left.iter().map(|(old, bag)| likeness_of((old, bag), (block, &words))).enumerate();
        let best = alike.filter(|&(_, alike)| alike >= NEARLY).max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0)));
        if let Some((at, _)) = best {
            let (old, _) = left.remove(at);
            moves.numbers.extend([old.number, block.number]);
            moves.changed.insert(block.number, old);
        }
    }
    moves
}

/// Returns whether a block says enough to be recognised elsewhere.
fn is_told_apart(block: &Block) -> bool {
    let mut letters = 0;
    block.each_word(&mut |word| letters += word.text.chars().count());
    block.size >= MOVED.0 && letters >= MOVED.1
}

/// Returns the words of a block, in order.
fn text(block: &Block) -> Vec<u32> {
    let mut words = Vec::with_capacity(block.size);
    block.each_word(&mut |word| words.push(word.number));
    words
}

/// Calls `each` with every step, those inside of changed blocks too.
pub(super) fn each<'s, 'a>(steps: &'s [Step<'a>], act: &mut dyn FnMut(&'s Step<'a>)) {
    for step in steps {
        act(step);
        if let Step::Changed(_, Inside::Blocks(inside)) = step {
            each(inside, act);
        }
    }
}
