//! How long the slowest answer takes, over any content folder:
//!
//! ```sh
//! OTVET_SLOWEST=/path/to/kb cargo test --release --test suite slowest -- --ignored --nocapture
//! ```
//!
//! Not part of the suite: it measures this machine. Times are those of the processor where Linux tells them, so that a busy machine
//! does not spoil them; the goal is no answer over 50 ms on 100,000 articles.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::LazyLock;
use std::time::{Duration, Instant};

use otvet::audience::Access;
use otvet::publish::source::Source;
use otvet::search::tantivy::TantivyEngine;
use otvet::search::{SearchEngine, SearchQuery, Silent};

use crate::corpus::Random;
use crate::support::base::rules;
use crate::support::sample::steps;
use crate::support::strange::SORTS;

/// What no answer may take longer than.
const GOAL: Duration = Duration::from_millis(50);

#[test]
#[ignore = "measures; name a content folder in OTVET_SLOWEST"]
fn no_question_takes_longer_than_the_goal() {
    let folder = PathBuf::from(std::env::var_os("OTVET_SLOWEST").expect("OTVET_SLOWEST names a content folder"));
    let started = Instant::now();
    let library = otvet::publish::read(Source::folder(folder), &rules()).expect("content").library;
    let searcher = TantivyEngine::in_memory().index(&library, &Silent).expect("indexes");
    println!("{} articles read and indexed in {:.1} s", library.articles().len(), started.elapsed().as_secs_f64());
    let words = words(&library);
    let access = Access::reader(rules().audiences.all());
    searcher.search(&SearchQuery::new("первый вопрос"), access);

    let (mut random, mut slow) = (Random(3), Vec::new());
    let mut times: BTreeMap<&str, Vec<Duration>> = BTreeMap::new();
    for _ in 0..steps("OTVET_FUZZ", 200) {
        for (sort, make) in SORTS {
            let text = make(&mut random, &words);
            let query = SearchQuery { facets: random.below(2) == 0, limit: 50, ..SearchQuery::new(&text) };
            let before = worked();
            let results = searcher.search(&query, access);
            let took = worked().saturating_sub(before);
            times.entry(sort).or_default().push(took);
            slow.push((took, sort, results.total, query.text));
        }
    }
    println!("{:<34} {:>7} {:>8} {:>8} {:>8}", "sort, ms", "n", "p50", "p99", "slowest");
    for (sort, mut times) in times {
        times.sort_unstable();
        let at = |percent: usize| times[(times.len() * percent / 100).min(times.len() - 1)].as_secs_f64() * 1000.0;
        println!("{sort:<34} {:>7} {:>8.2} {:>8.2} {:>8.2}", times.len(), at(50), at(99), at(100));
    }
    slow.sort_by_key(|(took, ..)| std::cmp::Reverse(*took));
    for (took, sort, total, text) in slow.iter().take(10) {
        let shown: String = text.chars().take(80).collect();
        println!("{:>8.2} ms  {sort}, {total} found: {shown}", took.as_secs_f64() * 1000.0);
    }
    assert!(slow[0].0 <= GOAL, "the slowest answer took {:?}", slow[0].0);
}

/// Returns how long this thread has been working: its time on a processor, or the clock where nobody counts that.
fn worked() -> Duration {
    static START: LazyLock<Instant> = LazyLock::new(Instant::now);
    let schedule = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let on_processor = schedule.split(' ').next().and_then(|nanoseconds| nanoseconds.parse().ok());
    on_processor.map_or_else(|| START.elapsed(), Duration::from_nanos)
}

/// Words of some hundred articles, each once.
fn words(library: &otvet::article::Library) -> Vec<String> {
    let articles = library.articles();
    let some = articles.iter().step_by(1 + articles.len() / 500);
    let texts = some.flat_map(|article| article.sections.iter().map(|section| section.text.as_str()));
    let mut words: Vec<String> = texts
        .flat_map(|text| text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()))
        .map(str::to_lowercase)
        .collect();
    words.sort();
    words.dedup();
    words
}
