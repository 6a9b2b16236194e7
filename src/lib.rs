//! Otvet: a shared knowledge-base server. Markdown articles live in git; the server watches them, indexes them and
//! gives every division the same answer to the same question at the same moment.
//!
//! This file is the floor plan. The groups below, divided by blank lines, are floors: a module uses only modules on
//! earlier floors, never a neighbour and never one above. `tests/tidy.rs` reads this file and enforces it. See
//! ARCHITECTURE.md for the invariants and the three journeys.

pub mod audience;
pub mod diagnostic;
pub mod digest;
pub mod log;
pub mod path;
pub mod revision;
pub mod spelling;

pub mod event;
pub mod record;
pub mod text;

pub mod article;

pub mod difference;
pub mod git;
pub mod import;
pub mod search;

pub mod edition;

pub mod relevance;

pub mod comparison;

pub mod check;

pub mod publish;

pub mod preview;

pub mod host;

pub mod follow;

pub mod web;

pub mod server;

pub mod config;

pub mod command;
