//! Inflating zlib streams of which nothing is known to be true.
//!
//! flate2's own readers take a stream that is cut off for one that ends, so its lower level is used.

use std::io::BufRead;

use flate2::{Decompress, FlushDecompress, Status};

use super::objects::Fault;

/// A zlib stream that is read piece by piece.
pub(super) struct Stream<'a, R> {
    input: R,
    state: &'a mut Decompress,
    ended: bool,
}

impl<'a, R: BufRead> Stream<'a, R> {
    /// Begins a stream. `state` is used again from stream to stream, since making one costs more than most objects.
    pub(super) fn new(input: R, state: &'a mut Decompress) -> Self {
        state.reset(true);
        Self { input, state, ended: false }
    }

    /// Fills `output`, or as much of it as the stream has, and returns how much.
    pub(super) fn fill(&mut self, output: &mut [u8]) -> Result<usize, Fault> {
        let mut filled = 0;
        while filled < output.len() && !self.ended {
            let input = self.input.fill_buf().map_err(|error| Fault::Damaged(error.to_string()))?;
            let at_end = input.is_empty();
            let (read, written) = (self.state.total_in(), self.state.total_out());
            let status = self
                .state
                .decompress(input, &mut output[filled..], FlushDecompress::None)
                .map_err(|_| Fault::Damaged("its compressed data is damaged".to_owned()))?;
            let read = (self.state.total_in() - read) as usize;
            let written = (self.state.total_out() - written) as usize;
            self.input.consume(read);
            filled += written;
            self.ended = status == Status::StreamEnd;
            if !self.ended && written == 0 && (at_end || read == 0) {
                return Err(Fault::Damaged("it is cut off".to_owned()));
            }
        }
        Ok(filled)
    }

    /// Returns the rest of the stream behind `start`, which must make `size` bytes with it, no more and no less; its
    /// checksum is checked.
    pub(super) fn rest(&mut self, start: &[u8], size: usize) -> Result<Vec<u8>, Fault> {
        let longer = || Fault::Damaged(format!("it is longer than its {size} bytes"));
        if start.len() > size {
            return Err(longer());
        }
        let mut content = vec![0; size];
        content[..start.len()].copy_from_slice(start);
        let filled = start.len() + self.fill(&mut content[start.len()..])?;
        if filled < size {
            return Err(Fault::Damaged(format!("it ends after {filled} of {size} bytes")));
        }
        // Going on for a byte that must not come reads the checksum too.
        if self.fill(&mut [0])? > 0 {
            return Err(longer());
        }
        Ok(content)
    }

    /// Returns what follows the stream.
    pub(super) fn into_input(self) -> R {
        self.input
    }
}
