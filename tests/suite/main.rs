//! The test suite: one binary, one module for each subject.

#![expect(unreachable_pub, reason = "what the modules share is reachable in this binary only")]

mod api;
mod bombs;
mod check;
mod commonmark;
mod commons;
mod connections;
mod content;
mod contract;
#[path = "../../benches/corpus/mod.rs"]
mod corpus;
mod determinism;
mod faults;
mod feedback;
mod following;
mod formats;
mod fuzz;
mod git;
mod gone;
mod hidden;
mod hosting;
mod import;
mod init;
mod pages;
mod past;
mod previews;
mod process;
mod properties;
mod publishing;
mod pushes;
mod relevance;
mod replicas;
mod reviews;
mod search;
mod slowest;
mod support;
mod tablet;
