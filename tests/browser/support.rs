//! What these tests share with those of `tests/suite`: repositories, bases, running servers, the sample content.

#![expect(dead_code, reason = "these tests need less of it")]

#[path = "../suite/support/base.rs"]
pub mod base;
#[path = "../suite/support/repo.rs"]
pub mod repo;
#[path = "../suite/support/running.rs"]
pub mod running;
#[path = "../suite/support/sample.rs"]
pub mod sample;
