//! How fast the parts are: `cargo bench`. On 1,000 and 10,000 articles of the text model; with `OTVET_BENCH_LARGE=1`, on
//! 100,000 too. Whole answers over HTTP are measured by `benches/load` with wrk.

mod corpus;

use std::sync::{Arc, LazyLock};

use divan::{Bencher, counter::BytesCount};
use otvet::article::library::Rules;
use otvet::article::{Article, Lexicon, Library};
use otvet::audience::{Access, AudienceSet, Audiences};
use otvet::revision::{ObjectId, Revision};
use otvet::search::tantivy::TantivyEngine;
use otvet::search::{SearchEngine, SearchQuery, Searcher, Silent};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const SEED: u64 = 2026;

static MODEL: LazyLock<corpus::Model> =
    LazyLock::new(|| corpus::Model::learn(&std::path::PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("kb")));

fn main() {
    divan::main();
}

fn sizes() -> Vec<usize> {
    let mut sizes = vec![1_000, 10_000];
    if std::env::var_os("OTVET_BENCH_LARGE").is_some() {
        sizes.push(100_000);
    }
    sizes
}

fn rules() -> Rules {
    let audiences = Audiences::default();
    let default_audience = audiences.get("internal").expect("a default audience");
    Rules { audiences, default_audience }
}

fn blob(number: usize, version: u8) -> ObjectId {
    let mut bytes = [version; 20];
    bytes[..8].copy_from_slice(&(number as u64).to_be_bytes());
    ObjectId::from_bytes(bytes)
}

fn parse(number: usize, seed: u64, version: u8, rules: &Rules) -> Arc<Article> {
    let (path, text) = MODEL.article(number, seed);
    Arc::new(Article::parse(&path, blob(number, version), text.as_bytes(), rules))
}

fn articles(number: usize) -> Vec<Arc<Article>> {
    let rules = rules();
    (0..number).map(|article| parse(article, SEED, 0, &rules)).collect()
}

fn library(articles: Vec<Arc<Article>>) -> Arc<Library> {
    let revision = Revision { commit: ObjectId::default(), tree: ObjectId::default() };
    Arc::new(Library::new(revision, articles, Vec::new(), Vec::new(), Lexicon::default(), Vec::new()))
}

fn searcher(number: usize) -> Arc<dyn Searcher> {
    TantivyEngine::in_memory().index(&library(articles(number)), &Silent).expect("an index in memory")
}

/// Markdown to HTML, sections and answers.
#[divan::bench]
fn parse_articles(bencher: Bencher) {
    let (rules, texts) = (rules(), (0..200).map(|article| MODEL.article(article, SEED)).collect::<Vec<_>>());
    let bytes: usize = texts.iter().map(|(_, text)| text.len()).sum();
    bencher.counter(BytesCount::new(bytes)).bench(|| {
        for (path, text) in &texts {
            divan::black_box(Article::parse(path, ObjectId::default(), text.as_bytes(), &rules));
        }
    });
}

/// Resolving names and links of a whole library.
#[divan::bench(args = sizes(), sample_count = 5, sample_size = 1)]
fn put_a_library_together(bencher: Bencher, number: usize) {
    let articles = articles(number);
    bencher.with_inputs(|| articles.clone()).bench_values(library);
}

/// The first index of a library.
#[divan::bench(args = sizes(), sample_count = 3, sample_size = 1)]
fn index_a_library(bencher: Bencher, number: usize) {
    let library = library(articles(number));
    bencher.bench(|| TantivyEngine::in_memory().index(&library, &Silent).expect("an index in memory"));
}

/// One article changes: the index follows.
#[divan::bench(args = sizes(), sample_count = 20, sample_size = 1)]
fn index_one_changed_article(bencher: Bencher, number: usize) {
    let mut engine = TantivyEngine::in_memory();
    let mut all = articles(number);
    engine.index(&library(all.clone()), &Silent).expect("an index in memory");
    let mut version = 0u8;
    bencher
        .with_inputs(|| {
            version = version.wrapping_add(1);
            all[number / 2] = parse(number / 2, SEED + u64::from(version), version, &rules());
            library(all.clone())
        })
        .bench_local_values(|library| engine.index(&library, &Silent).expect("an index in memory"));
}

/// One article changes, and readers go on asking: what queries needed before is carried, not made again.
#[divan::bench(args = sizes(), sample_count = 20, sample_size = 1)]
fn search_after_one_changed_article(bencher: Bencher, number: usize) {
    let mut engine = TantivyEngine::in_memory();
    let mut all = articles(number);
    let access = Access::reader(AudienceSet::PUBLIC);
    let query = |i: usize| SearchQuery::new(&(MODEL.query(i * number / 32, SEED, 3) + " "));
    let queries: Vec<SearchQuery> = (0..32).map(query).collect();
    let ask = |searcher: &dyn Searcher| {
        for query in &queries {
            divan::black_box(searcher.search(query, access));
        }
    };
    ask(&*engine.index(&library(all.clone()), &Silent).expect("an index in memory"));
    let mut version = 0u8;
    bencher
        .with_inputs(|| {
            version = version.wrapping_add(1);
            all[number / 2] = parse(number / 2, SEED + u64::from(version), version, &rules());
            engine.index(&library(all.clone()), &Silent).expect("an index in memory")
        })
        .bench_local_values(|searcher| ask(&*searcher));
}

mod search {
    //! Searching by the kind of query.

    use super::*;

    fn bench(bencher: Bencher, number: usize, query: impl Fn(usize) -> String) {
        let (searcher, access) = (searcher(number), Access::reader(AudienceSet::PUBLIC));
        let queries: Vec<SearchQuery> = (0..256).map(|i| SearchQuery::new(&query(i * number / 256))).collect();
        let mut next = 0;
        bencher.bench_local(|| {
            next = (next + 1) % queries.len();
            searcher.search(&queries[next], access)
        });
    }

    #[divan::bench(args = sizes())]
    fn words(bencher: Bencher, number: usize) {
        bench(bencher, number, |article| MODEL.query(article, SEED, 3) + " ");
    }

    #[divan::bench(args = sizes())]
    fn as_you_type(bencher: Bencher, number: usize) {
        bench(bencher, number, |article| {
            let query = MODEL.query(article, SEED, 3);
            query.chars().take(query.chars().count().saturating_sub(2)).collect()
        });
    }

    #[divan::bench(args = sizes())]
    fn typo(bencher: Bencher, number: usize) {
        bench(bencher, number, |article| {
            let mut letters: Vec<char> = MODEL.query(article, SEED, 3).chars().collect();
            let middle = letters.len() / 2;
            if middle + 1 < letters.len() {
                letters.swap(middle, middle + 1);
            }
            letters.into_iter().collect::<String>() + " "
        });
    }

    #[divan::bench(args = sizes())]
    fn one_letter(bencher: Bencher, number: usize) {
        bench(bencher, number, |article| MODEL.query(article, SEED, 1).chars().take(1).collect());
    }

    #[divan::bench(args = sizes())]
    fn suggest(bencher: Bencher, number: usize) {
        let (searcher, access) = (searcher(number), Access::reader(AudienceSet::PUBLIC));
        let queries: Vec<String> =
            (0..256).map(|i| MODEL.query(i * number / 256, SEED, 1).chars().take(4).collect()).collect();
        let mut next = 0;
        bencher.bench_local(|| {
            next = (next + 1) % queries.len();
            searcher.suggest(&queries[next], 8, access)
        });
    }
}
