//! Sums over articles, or over articles and passages, in dense rooms that are cleared by what was used. Knows nothing of words or weights.

/// A sparse sum over ids: dense storage and the list of what was touched, so that clearing costs what was used.
#[derive(Debug, Default)]
pub(super) struct Sums {
    pub(super) values: Vec<f32>,
    pub(super) touched: Vec<u32>,
}

impl Sums {
    pub(super) fn fit(&mut self, length: usize) {
        if self.values.len() < length {
            self.values.resize(length, 0.0);
        }
    }

    #[inline]
    pub(super) fn add(&mut self, id: usize, value: f32) {
        let sum = &mut self.values[id];
        if *sum == 0.0 {
            self.touched.push(id as u32);
        }
        *sum += value;
    }

    #[inline]
    pub(super) fn raise(&mut self, id: usize, value: f32) {
        let best = &mut self.values[id];
        if *best == 0.0 {
            self.touched.push(id as u32);
        }
        *best = best.max(value);
    }

    pub(super) fn clear(&mut self) {
        for &id in &self.touched {
            self.values[id as usize] = 0.0;
        }
        self.touched.clear();
    }

    /// Returns the ids that were touched, ascending.
    pub(super) fn ids(&self) -> Vec<u32> {
        // Looking through everything is cheaper than sorting much.
        if self.touched.len() * 16 > self.values.len() {
            let touched = self.values.iter().enumerate().filter(|(_, value)| **value != 0.0);
            return touched.map(|(id, _)| id as u32).collect();
        }
        let mut ids = self.touched.clone();
        ids.sort_unstable();
        ids
    }
}
