//! Counters and histograms in the Prometheus format (OpenMetrics text).
//!
//! Deliberately counts nothing by reader, query or article: what people ask is not for a monitoring system.

use std::fmt::Write;
use std::hash::{Hash, Hasher};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use axum::extract::MatchedPath;
use axum::http::{Method, StatusCode};
use prometheus_client::encoding::text::encode;
use prometheus_client::encoding::{EncodeLabelSet, EncodeLabelValue, LabelValueEncoder};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};

use crate::event::recorder::Counts;

/// Upper bounds in seconds: an article takes tens of microseconds, a search in a large base milliseconds, and whatever
/// takes longer than a second is a fault.
const SECONDS: [f64; 12] = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.1, 0.5, 1.0, 5.0];
/// Upper bounds in seconds for publishes, the first of which may index a large base.
const PUBLISH_SECONDS: [f64; 9] = [0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0, 60.0, 300.0];

/// Counters and histograms of one server.
#[derive(Debug)]
pub struct Metrics {
    registry: Registry,
    requests: Family<Answered, Counter>,
    request_seconds: Family<Routed, Histogram, fn() -> Histogram>,
    searches: Counter,
    searches_without_hits: Counter,
    search_seconds: Histogram,
    publishes: Family<Published, Counter>,
    publish_seconds: Histogram,
    listeners: Gauge,
    overdue: Gauge,
    articles: Gauge,
    edition: Family<Edition, Gauge>,
    last_publish: Gauge<f64, AtomicU64>,
    events: Family<Recorded, Counter>,
    event_store_failures: Counter,
    event_store_failing: Gauge,
    events_queued: Gauge,
    fetches: Family<Published, Counter>,
    last_fetch: Gauge<f64, AtomicU64>,
}

/// The pattern of addresses that a request fell under.
#[derive(Debug, Clone)]
struct Route(Option<MatchedPath>);

impl Route {
    fn as_str(&self) -> &str {
        self.0.as_ref().map_or("other", MatchedPath::as_str)
    }
}

impl PartialEq for Route {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

impl Eq for Route {}

impl Hash for Route {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_str().hash(state);
    }
}

impl EncodeLabelValue for Route {
    fn encode(&self, encoder: &mut LabelValueEncoder<'_>) -> Result<(), std::fmt::Error> {
        encoder.write_str(self.as_str())
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Answered {
    route: Route,
    method: &'static str,
    status: u16,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Routed {
    route: Route,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Published {
    result: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Recorded {
    state: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Edition {
    commit: String,
}

impl Default for Metrics {
    fn default() -> Self {
        let mut metrics = Self {
            registry: Registry::with_prefix("otvet"),
            requests: Family::default(),
            request_seconds: Family::new_with_constructor(|| Histogram::new(SECONDS)),
            searches: Counter::default(),
            searches_without_hits: Counter::default(),
            search_seconds: Histogram::new(SECONDS),
            publishes: Family::default(),
            publish_seconds: Histogram::new(PUBLISH_SECONDS),
            listeners: Gauge::default(),
            overdue: Gauge::default(),
            articles: Gauge::default(),
            edition: Family::default(),
            last_publish: Gauge::default(),
            events: Family::default(),
            event_store_failures: Counter::default(),
            event_store_failing: Gauge::default(),
            events_queued: Gauge::default(),
            fetches: Family::default(),
            last_fetch: Gauge::default(),
        };
        metrics.register();
        metrics
    }
}

impl Metrics {
    fn register(&mut self) {
        let registry = &mut self.registry;
        registry.register("http_requests", "Requests answered", self.requests.clone());
        let help = "Time from a request's headers to its answer's";
        registry.register_with_unit("http_request_duration", help, Unit::Seconds, self.request_seconds.clone());
        registry.register("searches", "Searches run", self.searches.clone());
        registry.register("searches_without_hits", "Searches that found nothing", self.searches_without_hits.clone());
        let help = "Time to search, without waiting";
        registry.register_with_unit("search_duration", help, Unit::Seconds, self.search_seconds.clone());
        registry.register("publishes", "Attempts to make a commit the current edition", self.publishes.clone());
        let help = "Time from a commit to its edition";
        registry.register_with_unit("publish_duration", help, Unit::Seconds, self.publish_seconds.clone());
        registry.register("event_listeners", "Open event streams", self.listeners.clone());
        registry.register("articles", "Articles that a reader who has not signed in may see", self.articles.clone());
        registry.register("articles_overdue", "Those of them that are due for review", self.overdue.clone());
        registry.register("edition_info", "The current edition", self.edition.clone());
        let help = "When the current edition was published here, in Unix time";
        registry.register_with_unit("edition_published_timestamp", help, Unit::Seconds, self.last_publish.clone());
        registry.register("remote_fetches", "Fetches from the remote that is followed", self.fetches.clone());
        let help = "When the remote was last reached, in Unix time; zero while it never was";
        registry.register_with_unit("remote_synced_timestamp", help, Unit::Seconds, self.last_fetch.clone());
        let help = "What readers reported: accepted into the queue, dropped because it was full, stored";
        registry.register("feedback_events", help, self.events.clone());
        registry.register("feedback_queued", "Reports that wait to be stored", self.events_queued.clone());
        let help = "Times that the event store failed";
        registry.register("feedback_store_failures", help, self.event_store_failures.clone());
        let help = "Whether the last attempt to store reports failed";
        registry.register("feedback_store_failing", help, self.event_store_failing.clone());
    }

    /// Counts a request that was answered. `route` is none where no route matched.
    pub(crate) fn answered(&self, route: Option<MatchedPath>, method: &Method, status: StatusCode, after: Duration) {
        let route = Route(route);
        let labels = Routed { route: route.clone() };
        self.request_seconds.get_or_create(&labels).observe(after.as_secs_f64());
        let labels = Answered { route, method: method_name(method), status: status.as_u16() };
        self.requests.get_or_create(&labels).inc();
    }

    /// Counts a search, what it found in all and how long it took.
    pub fn searched(&self, total: usize, took: Duration) {
        self.searches.inc();
        if total == 0 {
            self.searches_without_hits.inc();
        }
        self.search_seconds.observe(took.as_secs_f64());
    }

    /// Counts an attempt to publish, and how many seconds it took.
    pub fn published(&self, ok: bool, seconds: f64) {
        self.publishes.get_or_create(&Published { result: if ok { "ok" } else { "failed" } }).inc();
        if ok {
            self.publish_seconds.observe(seconds);
        }
    }

    /// Counts a listener to events as long as what is returned lives.
    pub(crate) fn listener(&self) -> Listener {
        self.listeners.inc();
        Listener(self.listeners.clone())
    }

    /// Notes what the current edition is: its commit, when it was published (Unix time), its articles and those overdue.
    pub(crate) fn current(&self, commit: String, published: f64, articles: usize, overdue: usize) {
        let labels = Edition { commit };
        if self.edition.get(&labels).is_none() {
            self.edition.clear();
        }
        self.edition.get_or_create(&labels).set(1);
        self.last_publish.set(published);
        self.articles.set(i64::try_from(articles).unwrap_or(i64::MAX));
        self.overdue.set(i64::try_from(overdue).unwrap_or(i64::MAX));
    }

    /// Notes how following the remote goes: fetches that succeeded and failed, and when it was last reached.
    pub(crate) fn followed(&self, fetches: (u64, u64), synced: f64) {
        for (result, count) in [("ok", fetches.0), ("failed", fetches.1)] {
            let counter = self.fetches.get_or_create(&Published { result });
            counter.inc_by(count.saturating_sub(counter.get()));
        }
        self.last_fetch.set(synced);
    }

    /// Notes what the recorder of events counted.
    pub(crate) fn recorded(&self, counts: Counts) {
        for (state, count) in [("accepted", counts.accepted), ("dropped", counts.dropped), ("stored", counts.stored)] {
            self.events.get_or_create(&Recorded { state }).inner().store(count, Ordering::Relaxed);
        }
        self.event_store_failures.inner().store(counts.failures, Ordering::Relaxed);
        self.event_store_failing.set(counts.failing.into());
        self.events_queued.set(i64::try_from(counts.queued).unwrap_or(i64::MAX));
    }

    /// Writes everything as text.
    pub(crate) fn text(&self) -> String {
        let mut text = String::with_capacity(8 << 10);
        encode(&mut text, &self.registry).expect("writing to a string does not fail");
        text
    }
}

/// Somebody who listens to events; when dropped, no longer.
#[derive(Debug)]
pub(crate) struct Listener(Gauge);

impl Drop for Listener {
    fn drop(&mut self) {
        self.0.dec();
    }
}

/// Names the methods there are; whatever else is sent must not make new series.
fn method_name(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::OPTIONS => "OPTIONS",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        _ => "OTHER",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_written_as_open_metrics() {
        let metrics = Metrics::default();
        metrics.answered(None, &Method::GET, StatusCode::NOT_FOUND, Duration::from_micros(120));
        metrics.searched(0, Duration::from_millis(2));
        metrics.published(false, 0.5);
        metrics.current("aa".to_owned(), 1.0, 3, 1);
        metrics.current("ab".to_owned(), 2.0, 4, 1);
        metrics.recorded(Counts { accepted: 3, dropped: 2, failing: true, ..Counts::default() });
        let listener = metrics.listener();
        let text = metrics.text();
        for line in [
            r#"otvet_http_requests_total{route="other",method="GET",status="404"} 1"#,
            r#"otvet_http_request_duration_seconds_bucket{le="0.00025",route="other"} 1"#,
            "otvet_searches_without_hits_total 1",
            r#"otvet_publishes_total{result="failed"} 1"#,
            r#"otvet_edition_info{commit="ab"} 1"#,
            "otvet_articles 4",
            r#"otvet_feedback_events_total{state="dropped"} 2"#,
            "otvet_feedback_store_failing 1",
            "otvet_event_listeners 1",
            "# EOF",
        ] {
            assert!(text.lines().any(|have| have == line), "{line} is not in\n{text}");
        }
        assert!(!text.contains(r#"commit="aa""#), "the former edition is gone");
        drop(listener);
        assert!(metrics.text().contains("otvet_event_listeners 0"));
    }
}
