//! Server-sent events: what listeners are told, in which order, and when a stream ends.

use axum::body::{Body, BodyDataStream};
use axum::http::Request;
use futures_util::StreamExt;
use otvet::audience::Access;
use otvet::web;
use serde_json::{Value, json};
use tower::ServiceExt;

use super::site::{EXAMPLE, Site, public, staff};

/// Somebody who listens.
struct Listener {
    stream: BodyDataStream,
}

impl Listener {
    async fn new(site: &Site, reader: Access, last: Option<&str>) -> Self {
        let state = if reader == site.state.anonymous { site.state.clone() } else { site.seen_by(reader) };
        let mut request = Request::get("/api/v1/events").header("accept-encoding", "gzip, br");
        if let Some(last) = last {
            request = request.header("last-event-id", last);
        }
        let request = request.body(Body::empty()).expect("a good request");
        let response = web::router(state).oneshot(request).await.expect("a router never fails");
        assert_eq!(response.status(), 200);
        let header = |name: &str| response.headers().get(name).map(|value| value.to_str().expect("ASCII").to_owned());
        assert_eq!(header("content-type").as_deref(), Some("text/event-stream"));
        assert_eq!(header("x-accel-buffering").as_deref(), Some("no"));
        assert_eq!(header("cache-control").as_deref(), Some("no-store"));
        assert_eq!(header("content-encoding"), None, "compression would hold events back");
        let mut listener = Self { stream: response.into_body().into_data_stream() };
        if last.is_none() {
            listener.event().await;
        }
        listener
    }

    /// The next piece of the stream; none at its end.
    async fn piece(&mut self) -> Option<String> {
        let piece = self.stream.next().await?.expect("a stream does not fail");
        Some(String::from_utf8(piece.to_vec()).expect("UTF-8"))
    }

    /// The data of the next event, which is of this edition and says so.
    async fn event(&mut self) -> Value {
        let piece = self.piece().await.expect("the stream goes on");
        let line = |name| piece.lines().find_map(|line| line.strip_prefix(name));
        assert_eq!(line("event: "), Some("edition"), "{piece}");
        let data: Value = serde_json::from_str(line("data: ").expect("data")).expect("JSON");
        assert_eq!(line("id: ").expect("an id"), data["edition"]);
        data
    }
}

fn edition(site: &Site) -> String {
    site.state.editions.current().expect("an edition").edition.revision.commit.to_string()
}

#[tokio::test]
async fn listener_learns_the_edition_first_and_then_of_every_publish() {
    let mut site = Site::example(staff());
    let mut listener = Listener { stream: Listener::new(&site, staff(), Some("")).await.stream };
    let first = listener.piece().await.expect("a first piece");
    assert!(first.starts_with("retry: "), "{first}");
    assert!(first.contains(&edition(&site)), "{first}");
    let second = site.publish(&[("obmen.md", "# Обмен\n\nИначе."), ("new.md", "# Новое\n\nТекст.")], "two").to_string();
    assert_eq!(listener.event().await, json!({"edition": second, "changed": ["new", "obmen"], "removed": []}));
    site.repo.remove("new.md");
    let third = site.publish(&[], "one less").to_string();
    assert_eq!(listener.event().await, json!({"edition": third, "changed": [], "removed": ["new"]}));
}

#[tokio::test]
async fn listener_that_missed_some_is_told_the_net_difference() {
    let mut site = Site::example(staff());
    let mut listener = Listener::new(&site, staff(), None).await;
    site.publish(&[("a.md", "# А\n\nТекст.")], "added");
    site.publish(&[("b.md", "# Б\n\nТекст.")], "added too");
    site.repo.remove("a.md");
    let last = site.publish(&[], "removed again").to_string();
    assert_eq!(listener.event().await, json!({"edition": last, "changed": ["b"], "removed": []}));
}

#[tokio::test]
async fn listener_who_comes_back_is_told_what_changed_since() {
    let mut site = Site::example(staff());
    let first = edition(&site);
    site.repo.remove("sekret.md");
    let second = site.publish(&[("obmen.md", "# Обмен\n\nИначе.")], "two").to_string();
    let mut listener = Listener::new(&site, staff(), Some(&first)).await;
    assert_eq!(listener.event().await, json!({"edition": second, "changed": ["obmen"], "removed": ["sekret"]}));
}

#[tokio::test]
async fn listener_who_comes_back_is_told_exactly_what_changed_since_an_edition_that_is_kept() {
    let mut site = Site::example(staff());
    let first = edition(&site);
    let hidden = EXAMPLE[1].1.replace("[public]", "[internal]");
    let second = site.publish(&[("obmen.md", &hidden)], "no longer public").to_string();
    site.repo.rename("obmen.md", "zamena.md");
    let third = site.publish(&[], "moved").to_string();
    let cases = [
        (public(), &first, json!([]), json!(["obmen"])),
        (public(), &second, json!([]), json!([])),
        (staff(), &second, json!(["zamena"]), json!(["obmen"])),
    ];
    for (reader, last, changed, removed) in cases {
        let mut listener = Listener::new(&site, reader, Some(last)).await;
        assert_eq!(listener.event().await, json!({"edition": third, "changed": changed, "removed": removed}), "{last}");
    }
}

#[tokio::test]
async fn listener_who_comes_back_begins_anew_when_what_he_had_is_not_kept() {
    let mut site = Site::example(staff());
    let first = edition(&site);
    let changed: Vec<String> = (0..9)
        .map(|number| {
            let text = format!("# Новое\n\nТекст {number}.");
            site.publish(&[("new.md", &text)], "for the staff alone").to_string()
        })
        .collect();
    let (second, last) = (&changed[0], &changed[8]);
    let unknown = "0000000000000000000000000000000000000000";
    // The public as well, of whom nothing concerns anybody: to begin anew only now and then would tell of what is hidden.
    for reader in [public(), staff()] {
        for told in [&first, unknown, "nonsense"] {
            let mut listener = Listener::new(&site, reader, Some(told)).await;
            let resync = json!({"edition": last, "changed": [], "removed": [], "resync": true});
            assert_eq!(listener.event().await, resync, "{told}");
        }
    }
    let mut listener = Listener::new(&site, public(), Some(second)).await;
    assert_eq!(listener.event().await, json!({"edition": last, "changed": [], "removed": []}));
    let mut editor = Listener::new(&site, Access::editor(), Some(&first)).await;
    assert_eq!(editor.event().await, json!({"edition": last, "changed": ["new"], "removed": []}));
}

#[tokio::test]
async fn listener_who_has_the_current_edition_is_told_nothing_at_first() {
    let mut site = Site::example(staff());
    let mut listener = Listener::new(&site, staff(), Some(&edition(&site))).await;
    let first = listener.piece().await.expect("a first piece");
    assert!(first.starts_with("retry: ") && !first.contains("event"), "{first}");
    let second = site.publish(&[("obmen.md", "# Обмен\n\nИначе.")], "two").to_string();
    assert_eq!(listener.event().await["edition"], second);
}

#[tokio::test]
async fn events_name_only_what_the_listener_may_see() {
    let mut site = Site::example(public());
    let mut listener = Listener::new(&site, public(), None).await;
    let hidden = EXAMPLE[1].1.replace("[public]", "[internal]");
    let shown = EXAMPLE[2].1.replace("[internal]", "[public]");
    site.publish(&[("obmen.md", &hidden), ("sekret.md", &shown), ("more.md", "# Для своих\n\nТекст.")], "swapped");
    let event = listener.event().await;
    assert_eq!((&event["changed"], &event["removed"]), (&json!(["sekret"]), &json!(["obmen"])));
}

#[tokio::test]
async fn stream_ends_at_once_with_a_farewell_when_the_server_stops() {
    let site = Site::example(staff());
    let mut listener = Listener::new(&site, staff(), None).await;
    site.stop.send_replace(true);
    assert_eq!(listener.piece().await.as_deref(), Some("event: bye\ndata: {}\n\n"));
    assert_eq!(listener.piece().await, None);
    assert_eq!(site.get("/api/v1/events").await.problem(), (503, "stopping".to_owned()));
}

#[tokio::test]
async fn listeners_are_counted_as_long_as_they_listen() {
    let site = Site::example(staff());
    let listener = Listener::new(&site, staff(), None).await;
    assert!(site.get("/metrics").await.text().contains("otvet_event_listeners 1"));
    drop(listener);
    assert!(site.get("/metrics").await.text().contains("otvet_event_listeners 0"));
}
