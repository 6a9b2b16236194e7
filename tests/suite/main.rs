//! The test suite: one binary, one module for each subject.

#![expect(unreachable_pub, reason = "what the modules share is reachable in this binary only")]

mod api;
mod commonmark;
mod connections;
mod content;
mod contract;
#[path = "../../benches/corpus/mod.rs"]
mod corpus;
mod determinism;
mod git;
mod pages;
mod process;
mod publishing;
mod replicas;
mod search;
mod support;
