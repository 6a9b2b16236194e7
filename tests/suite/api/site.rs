//! A server without sockets: a repository, its editions and the router over them.

use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, Method, Request, StatusCode};
use http_body_util::BodyExt;
use otvet::article::library::Rules;
use otvet::audience::{Access, AudienceSet, Audiences};
use otvet::edition::Editions;
use otvet::preview::{Previews, Readers};
use otvet::publish::preview::Bases;
use otvet::publish::source::Source;
use otvet::publish::{Error, Observer, Outcome, Publisher};
use otvet::revision::ObjectId;
use otvet::search::Progress;
use otvet::search::tantivy::TantivyEngine;
use otvet::web::{self, State};
use serde_json::Value;
use tokio::sync::watch;
use tower::ServiceExt;

use crate::support::repo::TestRepo;

/// A server without sockets.
pub(crate) struct Site {
    pub(crate) repo: TestRepo,
    pub(crate) state: Arc<State>,
    /// Tells the server to stop.
    pub(crate) stop: watch::Sender<bool>,
    publisher: Publisher,
}

/// What a request is answered.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

/// Everybody who has signed in.
pub(crate) fn staff() -> Access {
    Access::reader(Audiences::default().all())
}

/// Somebody from outside.
pub(crate) fn public() -> Access {
    Access::reader(AudienceSet::PUBLIC)
}

/// Somebody of one audience.
pub(crate) fn member(audience: &str) -> Access {
    Access::reader(Audiences::default().get(audience).expect("a known audience"))
}

impl Site {
    /// Opens a server with nothing published yet, for a reader.
    pub(crate) fn empty(reader: Access) -> Self {
        let repo = TestRepo::bare();
        let audiences = Audiences::default();
        let default_audience = audiences.get("internal").expect("a known audience");
        let editions = Arc::new(Editions::default());
        let bases = Bases::default();
        let publisher = Publisher::new(
            Source::branch(repo.content("")),
            Box::new(TantivyEngine::in_memory()),
            Rules { audiences, default_audience },
            editions.clone(),
            Box::new(Nobody),
            None,
        )
        .with_bases(bases.clone());
        let (stop, stopping) = watch::channel(false);
        let repository = Some(repo.content(""));
        let previews = Some(Arc::new(Previews::new(repo.content(""), bases, Readers::Staff)));
        let state = Arc::new(State { repository, previews, stopping, ..State::new(editions, reader) });
        Self { repo, state, stop, publisher }
    }

    /// Opens a server over these files, for a reader.
    pub(crate) fn of(reader: Access, files: &[(&str, &str)]) -> Self {
        let mut site = Self::empty(reader);
        site.publish(files, "first");
        site
    }

    /// Opens a server over the example articles, for a reader.
    pub(crate) fn example(reader: Access) -> Self {
        Self::of(reader, EXAMPLE)
    }

    /// Commits files and makes the commit the current edition.
    pub(crate) fn publish(&mut self, files: &[(&str, &str)], message: &str) -> ObjectId {
        for (path, text) in files {
            self.repo.write(path, text);
        }
        let commit = self.repo.commit(message);
        self.look().expect("the commit can be published");
        commit
    }

    /// Publishes what the repository holds now.
    pub(crate) fn look(&mut self) -> Result<Outcome, Error> {
        self.publisher.publish()
    }

    /// The same editions as another reader sees them.
    pub(crate) fn seen_by(&self, reader: Access) -> Arc<State> {
        let repository = Some(self.repo.content(""));
        let previews = self.state.previews.clone();
        Arc::new(State { repository, previews, ..State::new(self.state.editions.clone(), reader) })
    }

    pub(crate) async fn get(&self, address: &str) -> Reply {
        get(&self.state, address).await
    }

    pub(crate) async fn get_with(&self, address: &str, headers: &[(&str, &str)]) -> Reply {
        let mut request = Request::get(address);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        send(&self.state, request.body(Body::empty()).expect("a good request")).await
    }

    pub(crate) async fn ask(&self, method: Method, address: &str) -> Reply {
        let request = Request::builder().method(method).uri(address).body(Body::empty()).expect("a good request");
        send(&self.state, request).await
    }
}

/// Asks a server for an address.
pub(crate) async fn get(state: &Arc<State>, address: &str) -> Reply {
    send(state, Request::get(address).body(Body::empty()).expect("a good request")).await
}

pub(crate) async fn send(state: &Arc<State>, request: Request<Body>) -> Reply {
    let response = web::router(state.clone()).oneshot(request).await.expect("a router never fails");
    let (parts, body) = response.into_parts();
    let body = body.collect().await.expect("a whole body").to_bytes();
    Reply { status: parts.status, headers: parts.headers, body }
}

impl Reply {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().expect("an ASCII header"))
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The code of a problem and its status; fails when the document does not agree with the answer.
    pub(crate) fn problem(&self) -> (u16, String) {
        assert_eq!(self.header("content-type"), "application/problem+json", "{}", self.text());
        let document = self.json();
        assert_eq!(document["status"], self.status.as_u16());
        assert_eq!(document["instance"], self.header("x-request-id"));
        let code = document["code"].as_str().expect("a code").to_owned();
        assert_eq!(document["type"], format!("/problems/{code}"));
        (self.status.as_u16(), code)
    }
}

/// Nobody is told how far a publish is.
struct Nobody;

impl Progress for Nobody {
    fn indexed(&self, _done: usize, _all: usize) {}
}

impl Observer for Nobody {
    fn parsed(&self, _done: usize, _all: usize) {}
    fn walked(&self, _commits: usize) {}
    fn published(&self, _outcome: &Result<Outcome, Error>, _took: Duration) {}
}

/// Articles for different readers, linked with each other.
pub(crate) const EXAMPLE: &[(&str, &str)] = &[
    (
        "Возвраты/vozvrat.md",
        "---
title: Возврат товара
slug: vozvrat
summary: 14 дней, чек не обязателен
questions: [Можно вернуть без чека?]
tags: [возврат]
audience: [public, operators]
owner: petrova
verified: {by: petrova, on: 2020-01-02}
review: {by: 2999-01-01}
redirect_from: [old/vozvrat]
related: [obmen]
lang: ru
---
> [!ANSWER]
> Вернуть товар можно за **14 дней**. См. [обмен](../obmen.md).

> [!ANSWER email]
> Здравствуйте! Вернуть товар можно за 14 дней.

## Условия

Чек не обязателен.

> [!INTERNAL]
> Лимит компенсации 500 ₽, см. [[sekret]].
",
    ),
    (
        "obmen.md",
        "---
title: Обмен товара
tags: [обмен]
audience: [public]
lang: ru
---
Обменять можно там же, где купили. См. [[vozvrat#usloviya]].
",
    ),
    (
        "sekret.md",
        "---
title: Секретные скидки
audience: [internal]
lang: ru
---
Скидка до 30 % по решению директора. См. [[vozvrat]].
",
    ),
];
