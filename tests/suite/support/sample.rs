//! The sample content of `kb/` as a repository of its own, and how long tests with random steps run.

use std::path::Path;

use proptest::test_runner::{Config, RngSeed};

use super::repo::TestRepo;

/// The sample content as a repository, by the paths in it.
pub fn sample() -> (TestRepo, Vec<String>) {
    let mut repo = TestRepo::new();
    let mut paths = Vec::new();
    let kb = Path::new(env!("CARGO_MANIFEST_DIR")).join("kb");
    let mut folders = vec![kb.clone()];
    while let Some(folder) = folders.pop() {
        for item in std::fs::read_dir(folder).expect("a folder").flatten() {
            let path = item.path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let inside = path.strip_prefix(&kb).expect("below kb").to_str().expect("UTF-8").to_owned();
                repo.write(&format!("kb/{inside}"), std::fs::read(&path).expect("a file"));
                paths.push(inside);
            }
        }
    }
    paths.retain(|path| path.ends_with(".md"));
    paths.sort();
    (repo, paths)
}

/// Returns how many steps a test with random steps takes: a few in the suite, more where the environment says so, for example
/// `OTVET_COMMITS=1000 cargo test --release --test suite replicas`.
pub fn steps(variable: &str, usual: usize) -> usize {
    std::env::var(variable)
        .map_or(usual, |text| text.parse().unwrap_or_else(|_| panic!("{variable}={text} is no number")))
}

/// Returns how property tests run: with a fixed seed, so that a failure comes back on every machine. `PROPTEST_CASES` and
/// `PROPTEST_RNG_SEED` draw more and others.
pub fn cases(usual: u32) -> Config {
    let seed = steps("PROPTEST_RNG_SEED", 2026) as u64;
    let cases = steps("PROPTEST_CASES", usual as usize) as u32;
    Config { cases, failure_persistence: None, rng_seed: RngSeed::Fixed(seed), ..Config::default() }
}
