//! A whole base in one process: a repository, its publisher, and the router over what is published. The publisher runs
//! when a test says so, so that nothing waits for time.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode};
use http_body_util::BodyExt;
use otvet::article::library::Rules;
use otvet::audience::{Access, Audiences};
use otvet::edition::{Edition, Editions, View};
use otvet::git::Repository;
use otvet::publish::source::Source;
use otvet::publish::{Error, Observer, Outcome, Publisher};
use otvet::search::tantivy::TantivyEngine;
use otvet::search::{Progress, SearchEngine};
use otvet::web::{self, State};
use tower::ServiceExt;

/// A published base.
pub struct TestBase {
    publisher: Publisher,
    state: Arc<State>,
    router: Router,
}

/// An answer, read to its end.
#[derive(Debug, PartialEq, Eq)]
pub struct Answer {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: String,
}

impl Answer {
    /// Returns the body as JSON.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("not JSON ({error}): {}", self.body))
    }

    /// Returns the slugs of the hits, or of the articles listed.
    pub fn slugs(&self) -> Vec<String> {
        let json = self.json();
        let list =
            ["hits", "articles", "changes"].iter().find_map(|key| json[key].as_array().cloned()).expect("a list");
        list.iter().map(|item| item["slug"].as_str().expect("a slug").to_owned()).collect()
    }
}

struct Nobody;

impl Progress for Nobody {
    fn indexed(&self, _done: usize, _all: usize) {}
}

impl Observer for Nobody {
    fn parsed(&self, _done: usize, _all: usize) {}
    fn walked(&self, _commits: usize) {}
    fn published(&self, _outcome: &Result<Outcome, Error>, _took: Duration) {}
}

/// Returns the content settings that most tests have: the default audiences, and `public` unless an article says else.
pub fn rules() -> Rules {
    let audiences = Audiences::default();
    let default_audience = audiences.get("public").expect("always known");
    Rules { audiences, default_audience }
}

impl TestBase {
    /// A base over a repository, read by somebody who may see every audience, with the index in memory.
    pub fn new(repository: Repository) -> Self {
        Self::build(repository, Access::reader(Audiences::default().all()), Box::new(TantivyEngine::in_memory()), None)
    }

    /// A base for a reader of some audiences.
    pub fn for_reader(repository: Repository, audiences: &[&str]) -> Self {
        let set = Audiences::default().set(audiences).expect("known audiences");
        Self::build(repository, Access::reader(set), Box::new(TantivyEngine::in_memory()), None)
    }

    /// A base with its index, history and parsed articles in a folder.
    pub fn on_disk(repository: Repository, data: &Path) -> Self {
        Self::build(
            repository,
            Access::reader(Audiences::default().all()),
            Box::new(TantivyEngine::on_disk(data)),
            Some(data),
        )
    }

    fn build(repository: Repository, anonymous: Access, engine: Box<dyn SearchEngine>, data: Option<&Path>) -> Self {
        let editions = Arc::new(Editions::default());
        let state = Arc::new(State { repository: Some(repository.clone()), ..State::new(editions.clone(), anonymous) });
        let publisher = Publisher::new(Source::branch(repository), engine, rules(), editions, Box::new(Nobody), data);
        Self { publisher, router: web::router(state.clone()), state }
    }

    /// Looks at the repository once.
    pub fn publish(&mut self) -> Result<Outcome, Error> {
        self.publisher.publish()
    }

    /// Publishes what must be publishable.
    pub fn must_publish(&mut self) -> Outcome {
        self.publish().expect("content that can be published")
    }

    /// Returns the holder of the live edition.
    pub fn editions(&self) -> &Editions {
        &self.state().editions
    }

    /// Returns what requests to this base share.
    pub fn state(&self) -> &State {
        &self.state
    }

    /// Returns the live edition as the reader sees it.
    pub fn view(&self) -> View {
        View::new(self.edition(), self.state().anonymous)
    }

    /// Returns the live edition.
    pub fn edition(&self) -> Arc<Edition> {
        self.editions().current().expect("an edition").edition.clone()
    }

    /// Asks for a path.
    pub fn get(&self, path: &str) -> Answer {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let request = Request::get(path).body(Body::empty()).expect("a request");
        runtime.block_on(async {
            let response = self.router.clone().oneshot(request).await.expect("the router never fails");
            let (parts, body) = response.into_parts();
            let body = body.collect().await.expect("a body").to_bytes();
            Answer {
                status: parts.status,
                headers: parts.headers,
                body: String::from_utf8(body.to_vec()).expect("UTF-8"),
            }
        })
    }

    /// Searches for finished words.
    pub fn search(&self, words: &str) -> Answer {
        self.get(&format!("/api/v1/search?q={}+", otvet::edition::encode_path(words)))
    }
}
