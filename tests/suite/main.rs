//! The test suite: one binary, one module for each subject.

#![expect(unreachable_pub, reason = "what the modules share is reachable in this binary only")]

mod api;
mod connections;
#[path = "../../benches/corpus/mod.rs"]
mod corpus;
mod pages;
mod publishing;
mod replicas;
mod support;
