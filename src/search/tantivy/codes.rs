//! Sorted lists of articles with a rough size for each, packed into a byte or two an article.

use std::sync::Arc;

use bitpacking::{BitPacker, BitPacker4x};

/// Articles of a block.
const BLOCK: usize = BitPacker4x::BLOCK_LEN;
/// Bits of a number that a code leaves off: sixteen codes for every doubling.
const ROUGH: u32 = 19;
/// Sizes up to this have the code 0.
const LEAST: u32 = (1.0_f32 / 64.0).to_bits() >> ROUGH;

/// Returns the code of a size: the smallest whose [`most`] is not below it.
pub(super) fn code(size: f32) -> u8 {
    let rough = (size.to_bits() >> ROUGH) + 1;
    rough.saturating_sub(LEAST).min(255) as u8
}

/// Returns what a size with this code is at most; infinite for the last.
pub(super) fn most(code: u8) -> f32 {
    if code == u8::MAX { f32::INFINITY } else { f32::from_bits((LEAST + u32::from(code)) << ROUGH) }
}

/// Slots of articles, ascending.
#[derive(Debug, Default)]
struct Slots {
    /// Blocks of slots: the number of bits, then the differences.
    packed: Box<[u8]>,
    /// The slots behind the last block.
    rest: Box<[u32]>,
}

/// Slots of articles, ascending, each with a code. Lists of the same slots share them.
#[derive(Debug, Default)]
pub(super) struct Codes {
    slots: Arc<Slots>,
    codes: Box<[u8]>,
}

impl Codes {
    /// Packs slots, which ascend, and as many codes.
    pub(super) fn new(slots: &[u32], codes: Box<[u8]>) -> Self {
        debug_assert_eq!(slots.len(), codes.len());
        let packer = BitPacker4x::new();
        let mut packed = Vec::new();
        let mut before = 0;
        let blocks = slots.chunks_exact(BLOCK);
        let rest = blocks.remainder().into();
        for block in blocks {
            let bits = packer.num_bits_sorted(before, block);
            let from = packed.len();
            packed.push(bits);
            packed.resize(from + 1 + BitPacker4x::compressed_block_size(bits), 0);
            packer.compress_sorted(before, block, &mut packed[from + 1..], bits);
            before = block[BLOCK - 1];
        }
        Self { slots: Arc::new(Slots { packed: packed.into(), rest }), codes }
    }

    /// Returns the same slots with other codes, given by what each slot is.
    pub(super) fn with(&self, mut code: impl FnMut(u32) -> u8) -> Self {
        let mut codes = Vec::with_capacity(self.codes.len());
        self.each(|slot, _| codes.push(code(slot)));
        Self { slots: Arc::clone(&self.slots), codes: codes.into() }
    }

    /// Returns the number of slots.
    pub(super) fn len(&self) -> usize {
        self.codes.len()
    }

    /// Returns the bytes it takes.
    pub(super) fn bytes(&self) -> u64 {
        (self.slots.packed.len() + 4 * self.slots.rest.len() + self.codes.len()) as u64
    }

    /// Hands every slot and its code to `each`, ascending.
    #[inline]
    pub(super) fn each(&self, mut each: impl FnMut(u32, u8)) {
        let packer = BitPacker4x::new();
        let mut slots = [0; BLOCK];
        let (mut before, mut packed) = (0, &*self.slots.packed);
        let blocks = self.codes.chunks_exact(BLOCK);
        let rest = blocks.remainder();
        for codes in blocks {
            let Some((&bits, from)) = packed.split_first() else { break };
            let used = packer.decompress_sorted(before, from, &mut slots, bits);
            packed = &from[used..];
            before = slots[BLOCK - 1];
            slots.iter().zip(codes).for_each(|(&slot, &code)| each(slot, code));
        }
        self.slots.rest.iter().zip(rest).for_each(|(&slot, &code)| each(slot, code));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig { failure_persistence: None, ..Default::default() })]

        #[test]
        fn lists_are_read_as_they_were_packed(gaps in proptest::collection::vec(1u32..5000, 0..700)) {
            let slots: Vec<u32> = gaps.iter().scan(0, |at, gap| { *at += gap; Some(*at - 1) }).collect();
            let codes: Vec<u8> = gaps.iter().map(|gap| *gap as u8).collect();
            let mut read = Vec::new();
            Codes::new(&slots, codes.clone().into()).each(|slot, code| read.push((slot, code)));
            proptest::prop_assert_eq!(read, slots.into_iter().zip(codes).collect::<Vec<_>>());
        }

        #[test]
        fn code_never_makes_a_size_smaller(size in 0.0f32..5000.0) {
            proptest::prop_assert!(most(code(size)) >= size);
            proptest::prop_assert!(size < 1.0 / 64.0 || code(size) == 255 || most(code(size)) <= size * 1.13);
        }
    }
}
