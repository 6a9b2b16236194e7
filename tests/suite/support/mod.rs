//! What the tests of several subjects share.

pub mod base;
pub mod hosted;
pub mod repo;
pub mod running;
pub mod sample;
pub mod strange;
