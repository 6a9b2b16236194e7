//! What readers report: taken at once whatever the store does, kept, and told to those it is for.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::body::Body;
use axum::http::{Method, Request};
use jiff::Timestamp;
use otvet::audience::Access;
use otvet::event::sqlite::SqliteStore;
use otvet::event::{Error, Event, EventStore, GapGroup, Id, Recorder, Said, Wanted};
use otvet::web::State;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::api::site::{Reply, Site, public, send, staff};

/// No step takes as long on any machine.
const PATIENCE: Duration = Duration::from_secs(120);
const YEAR: Duration = Duration::from_secs(365 * 86_400);

/// A site that records in a file.
struct Base {
    site: Site,
    state: Arc<State>,
    folder: TempDir,
}

fn recorder(folder: &TempDir) -> Recorder {
    let store = Arc::new(SqliteStore::at(folder.path().join("events.db")));
    Recorder::start(store, YEAR).expect("a thread")
}

impl Base {
    fn new(reader: Access) -> Self {
        let site = Site::example(reader);
        let folder = tempfile::tempdir().expect("a folder");
        let state = with(&site, reader, recorder(&folder));
        Self { site, state, folder }
    }

    async fn post(&self, body: &Value) -> Reply {
        post(&self.state, body).await
    }

    async fn get(&self, address: &str) -> Reply {
        send(&self.state, Request::get(address).body(Body::empty()).expect("a good request")).await
    }

    /// Waits until everything is stored.
    fn settle(&self) {
        assert!(self.state.events.as_ref().expect("a recorder").settle(PATIENCE), "everything is stored");
    }
}

/// The same site with a recorder.
fn with(site: &Site, reader: Access, events: Recorder) -> Arc<State> {
    Arc::new(State { events: Some(events), ..State::new(site.state.editions.clone(), reader) })
}

async fn post(state: &Arc<State>, body: &Value) -> Reply {
    send_raw(state, "/api/v1/feedback", &[("content-type", "application/json")], body.to_string()).await
}

async fn send_raw(state: &Arc<State>, address: &str, headers: &[(&str, &str)], body: impl Into<Body>) -> Reply {
    let mut request = Request::post(address);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    send(state, request.body(body.into()).expect("a good request")).await
}

fn helped() -> Value {
    json!({"kind": "helped", "slug": "vozvrat"})
}

fn gap(query: &str) -> Value {
    json!({"kind": "no_answer", "query": query, "surface": "panel", "total": 0, "filters": {"tag": ["возврат"]}})
}

/// A store of which every call hangs until the test ends, or fails.
#[derive(Debug)]
struct Bad {
    held: Option<Mutex<Receiver<()>>>,
}

impl Bad {
    fn answer<T>(&self) -> Result<T, Error> {
        if let Some(held) = &self.held {
            let _ = held.lock().expect("a lock").recv();
        }
        Err(Error("the disk is full".to_owned()))
    }

    /// A store that hangs, and what lets it go.
    fn hanging() -> (Arc<Self>, Sender<()>) {
        let (let_go, held) = channel();
        (Arc::new(Self { held: Some(Mutex::new(held)) }), let_go)
    }
}

impl EventStore for Bad {
    fn append(&self, _events: &[Arc<Event>]) -> Result<(), Error> {
        self.answer()
    }
    fn last(&self) -> Result<Option<Id>, Error> {
        self.answer()
    }
    fn forget(&self, _before: Timestamp, _most: u64) -> Result<u64, Error> {
        self.answer()
    }
    fn list(&self, _wanted: &Wanted, _limit: usize) -> Result<Vec<Event>, Error> {
        self.answer()
    }
    fn gaps(&self, _since: Option<Timestamp>, _limit: usize) -> Result<Vec<GapGroup>, Error> {
        self.answer()
    }
    fn said(&self, _since: Option<Timestamp>) -> Result<Vec<Said>, Error> {
        self.answer()
    }
}

/// Invariant 7.
#[tokio::test]
async fn recording_an_event_never_delays_or_fails_a_request() {
    let site = Site::example(staff());
    let (hanging, let_go) = Bad::hanging();
    let failing = Arc::new(Bad { held: None });
    for store in [hanging as Arc<dyn EventStore>, failing] {
        let recorder = Recorder::start(store, YEAR).expect("a thread");
        let state = with(&site, staff(), recorder);
        for number in 0..250 {
            let reply = post(&state, &gap(&format!("вопрос {number}"))).await;
            assert_eq!((reply.status.as_u16(), &reply.json()["state"]), (202, &json!("queued")));
        }
        let counts = state.events.as_ref().expect("a recorder").counts();
        assert_eq!((counts.accepted, counts.stored, counts.dropped), (250, 0, 0), "nothing of it is lost yet");
        for address in ["/api/v1/search?q=vozvrat", "/a/vozvrat", "/"] {
            let asked = Request::get(address).body(Body::empty()).expect("a good request");
            assert_eq!(send(&state, asked).await.status, 200, "{address}");
        }
        let metrics = send(&state, Request::get("/metrics").body(Body::empty()).expect("a good request")).await.text();
        assert!(metrics.contains("otvet_feedback_queued 250"), "{metrics}");
    }
    drop(let_go);
}

#[tokio::test]
async fn report_is_taken_stored_and_told() {
    let base = Base::new(staff());
    let note = "Позвоните на +7 916 123-45-67 или ivan@mail.ru, карта 4111 1111 1111 1111, заказ 12345";
    let sent = json!({"kind": "wrong", "slug": "vozvrat", "channel": "email", "note": note, "surface": "operator",
        "query": "возврат 89161234567"});
    let reply = base.post(&sent).await;
    assert_eq!(reply.status, 202, "{}", reply.text());
    assert_eq!(reply.header("cache-control"), "no-store");
    let id = reply.json()["id"].as_str().expect("a number").to_owned();
    base.settle();
    let told = base.get("/api/v1/feedback").await.json();
    let entry = &told["feedback"][0];
    assert_eq!(entry["id"], id);
    assert_eq!(
        (&entry["kind"], &entry["surface"], &entry["channel"]),
        (&json!("wrong"), &json!("operator"), &json!("email"))
    );
    assert_eq!(entry["article"]["slug"], "vozvrat");
    assert_eq!(entry["seen"], told["edition"]);
    assert_eq!(entry["note"], "Позвоните на [телефон] или [e-mail], карта [карта], заказ 12345");
    assert_eq!(entry["query"], "возврат [телефон]");
    let file = std::fs::read(base.folder.path().join("events.db-wal")).unwrap_or_default();
    let all = [file, std::fs::read(base.folder.path().join("events.db")).expect("a file")].concat();
    let all = String::from_utf8_lossy(&all);
    assert!(
        all.contains("[телефон]") && !all.contains("123-45-67") && !all.contains("4111") && !all.contains("9161234567")
    );
}

#[tokio::test]
async fn gaps_are_grouped_and_articles_counted() {
    let base = Base::new(staff());
    for query in ["Доставка дроном?", "доставка ДРОНОМ", "подарочная упаковка"]
    {
        assert_eq!(base.post(&gap(query)).await.status, 202);
    }
    for kind in ["helped", "helped", "outdated"] {
        assert_eq!(base.post(&json!({"kind": kind, "slug": "vozvrat"})).await.status, 202);
    }
    base.settle();
    let gaps = base.get("/api/v1/feedback/gaps").await.json();
    assert_eq!((&gaps["gaps"][0]["query"], &gaps["gaps"][0]["count"]), (&json!("доставка ДРОНОМ"), &json!(2)));
    assert_eq!(gaps["gaps"].as_array().map(Vec::len), Some(2));
    let articles = base.get("/api/v1/feedback/articles").await.json();
    assert_eq!(articles["articles"][0]["slug"], "vozvrat");
    assert_eq!(
        (&articles["articles"][0]["counts"]["helped"], &articles["articles"][0]["counts"]["outdated"]),
        (&json!(2), &json!(1))
    );
    let page = base.get("/status").await.text();
    assert!(page.contains("доставка ДРОНОМ") && page.contains("Вопросы без ответа"), "{page}");
}

#[tokio::test]
async fn pages_of_the_list_meet_every_report_once() {
    let base = Base::new(staff());
    for number in 0..25 {
        assert_eq!(base.post(&gap(&format!("вопрос {number}"))).await.status, 202);
    }
    base.settle();
    let (mut met, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = base.get(&format!("/api/v1/feedback?kind=no_answer&limit=7&cursor={cursor}")).await.json();
        met.extend(
            page["feedback"]
                .as_array()
                .expect("a list")
                .iter()
                .map(|entry| entry["query"].as_str().expect("a text").to_owned()),
        );
        match page["next"].as_str() {
            Some(next) => next.clone_into(&mut cursor),
            None => break,
        }
    }
    let expected: Vec<String> = (0..25).rev().map(|number| format!("вопрос {number}")).collect();
    assert_eq!(met, expected);
    assert_eq!(base.get("/api/v1/feedback?since=2100-01-01").await.json()["feedback"], json!([]));
    for (query, parameter) in
        [("cursor=x", "cursor"), ("since=gestern", "since"), ("kind=bad", "kind"), ("limit=0", "limit")]
    {
        assert_eq!(base.get(&format!("/api/v1/feedback?{query}")).await.json()["parameter"], parameter);
    }
}

#[tokio::test]
async fn what_readers_report_is_for_editors_and_of_what_they_see() {
    let base = Base::new(staff());
    assert_eq!(
        base.post(&json!({"kind": "wrong", "slug": "sekret", "note": "тайна"})).await.status,
        202,
        "staff see it"
    );
    base.settle();
    let outside = with(&base.site, public(), recorder(&base.folder));
    for address in ["/api/v1/feedback", "/api/v1/feedback/gaps", "/api/v1/feedback/articles"] {
        let asked = Request::get(address).body(Body::empty()).expect("a good request");
        assert_eq!(send(&outside, asked).await.problem(), (403, "editors_only".to_owned()), "{address}");
    }
    let page = send(&outside, Request::get("/status").body(Body::empty()).expect("a good request")).await.text();
    assert!(!page.contains("тайна") && !page.contains("id=\"gaps\""));
    let hidden = post(&outside, &json!({"kind": "wrong", "slug": "sekret"})).await;
    let unknown = post(&outside, &json!({"kind": "wrong", "slug": "nichego"})).await;
    assert_eq!(hidden.problem(), (404, "article_not_found".to_owned()));
    let same = |reply: &Reply, slug: &str| {
        let mut document = reply.json();
        document["instance"] = Value::Null;
        document.to_string().replace(slug, "?")
    };
    assert_eq!(same(&hidden, "sekret"), same(&unknown, "nichego"));
}

#[tokio::test]
async fn bad_reports_are_refused_with_the_name_of_what_is_wrong() {
    let base = Base::new(staff());
    for (body, field) in [
        (json!({}), "kind"),
        (json!({"kind": "great", "slug": "vozvrat"}), "kind"),
        (json!({"kind": 1, "slug": "vozvrat"}), "kind"),
        (json!({"kind": "helped"}), "slug"),
        (json!({"kind": "helped", "slug": ["vozvrat"]}), "slug"),
        (json!({"kind": "helped", "slug": "vozvrat", "stars": 5}), "stars"),
        (json!({"kind": "helped", "slug": "vozvrat", "note": "я".repeat(1001)}), "note"),
        (json!({"kind": "helped", "slug": "vozvrat", "edition": "main"}), "edition"),
        (json!({"kind": "helped", "slug": "vozvrat", "surface": "phone"}), "surface"),
        (json!({"kind": "helped", "slug": "vozvrat", "total": 1}), "total"),
        (json!({"kind": "no_answer"}), "query"),
        (json!({"kind": "no_answer", "query": "x", "total": -1}), "total"),
        (json!({"kind": "no_answer", "query": "x", "filters": {"tag": [1]}}), "filters"),
        (json!({"kind": "no_answer", "query": "x", "slug": "vozvrat"}), "slug"),
    ] {
        let reply = base.post(&body).await;
        assert_eq!(reply.problem(), (422, "bad_field".to_owned()), "{body}");
        assert_eq!(reply.json()["field"], field, "{body}");
    }
    let json_type = [("content-type", "application/json; charset=utf-8")];
    for (body, status) in [("", 400), ("{", 400), ("[]", 400), ("\"helped\"", 400), ("\u{0}", 400)] {
        assert_eq!(send_raw(&base.state, "/api/v1/feedback", &json_type, body).await.status, status, "{body:?}");
    }
    assert_eq!(send_raw(&base.state, "/api/v1/feedback", &json_type, " ".repeat(16 << 10)).await.status, 400);
    assert_eq!(send_raw(&base.state, "/api/v1/feedback", &json_type, " ".repeat((16 << 10) + 1)).await.status, 413);
    for other in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""] {
        let reply = send_raw(&base.state, "/api/v1/feedback", &[("content-type", other)], helped().to_string()).await;
        assert_eq!(reply.status, 415, "{other}");
    }
    let deleted = base.site.ask(Method::DELETE, "/api/v1/feedback").await;
    assert_eq!((deleted.status.as_u16(), deleted.header("allow")), (405, "GET, HEAD, POST, OPTIONS"));
    assert_eq!(base.state.events.as_ref().expect("a recorder").counts().accepted, 0);
}

#[tokio::test]
async fn pages_of_other_sites_cannot_report() {
    let base = Base::new(staff());
    let form = "kind=helped&slug=vozvrat&back=/a/vozvrat";
    for address in ["/api/v1/feedback", "/feedback"] {
        for origin in [("sec-fetch-site", "cross-site"), ("origin", "https://evil.example"), ("origin", "null")] {
            let media_type =
                if address == "/feedback" { "application/x-www-form-urlencoded" } else { "application/json" };
            let headers = [("host", "kb.example"), ("content-type", media_type), origin];
            let reply = send_raw(&base.state, address, &headers, form).await;
            assert_eq!(reply.problem(), (403, "cross_site".to_owned()), "{address} {origin:?}");
        }
    }
}

#[tokio::test]
async fn form_without_a_script_comes_back_with_thanks() {
    let base = Base::new(staff());
    let page = base.get("/a/vozvrat").await.text();
    assert!(page.contains("action=\"/feedback\"") && page.contains("value=\"not_helped\""), "{page}");
    let headers = [("content-type", "application/x-www-form-urlencoded"), ("sec-fetch-site", "same-origin")];
    let form = "kind=not_helped&slug=vozvrat&note=&back=%2Fa%2Fvozvrat&surface=page";
    let reply = send_raw(&base.state, "/feedback", &headers, form).await;
    assert_eq!(reply.status, 303, "{}", reply.text());
    let back = reply.header("location").to_owned();
    assert!(back.starts_with("/a/vozvrat?said=") && back.ends_with("#feedback"), "{back}");
    let thanks = base.get(back.split('#').next().expect("an address")).await.text();
    assert!(thanks.contains("Спасибо"), "{thanks}");
    let away = send_raw(&base.state, "/feedback", &headers, "kind=helped&slug=vozvrat&back=//evil.example").await;
    assert!(away.header("location").starts_with("/?said="), "{}", away.header("location"));
    let bad = send_raw(&base.state, "/feedback", &headers, "kind=helped&slug=vozvrat&extra=1").await;
    assert_eq!(bad.status, 422);
    let nothing = base.get("/search?q=qqqqzzzz").await.text();
    assert!(nothing.contains("value=\"no_answer\"") && nothing.contains("Сообщить редакторам"), "{nothing}");
}

#[tokio::test]
async fn flood_from_one_address_is_told_to_wait() {
    let base = Base::new(staff());
    let mut refused = None;
    for _ in 0..1000 {
        let reply = base.post(&helped()).await;
        if reply.status != 202 {
            refused = Some(reply);
            break;
        }
    }
    let refused = refused.expect("a limit");
    assert_eq!(refused.problem(), (429, "too_many_requests".to_owned()));
    assert!(refused.header("retry-after").parse::<u32>().is_ok_and(|seconds| seconds >= 1));
}

#[tokio::test]
async fn server_that_records_nothing_has_no_forms() {
    let site = Site::example(staff());
    assert_eq!(post(&site.state, &helped()).await.problem(), (404, "feedback_off".to_owned()));
    assert!(!site.get("/a/vozvrat").await.text().contains("action=\"/feedback\""));
}
