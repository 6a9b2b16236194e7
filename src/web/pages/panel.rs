//! The panel: the search in a frame beside a help desk, from 320 px wide; the custom element that makes the frame, and a
//! page that shows both at work.
//!
//! What the panel and the page around it tell each other is in `assets/panel.js` and `docs/embedding.md`. Here it is only
//! said who may be around it: the configured origins, and this server itself.

use askama::Template;
use axum::http::header::CONTENT_SECURITY_POLICY;
use axum::http::{HeaderMap, HeaderValue};
use axum::response::Response;

use super::results::{Asked, Content};
use super::{Shell, Visit, assets, html, unrendered};
use crate::web::edge;

#[derive(Template)]
#[template(path = "panel.html")]
struct PanelPage {
    shell: Shell,
    /// What stands inside `main`, as on the page of results.
    content: String,
    /// The origins that may embed the panel, divided by spaces.
    origins: String,
}

#[derive(Template)]
#[template(path = "demo.html")]
struct DemoPage {
    shell: Shell,
    /// Customers and what they ask.
    talks: [(&'static str, &'static str); 3],
}

/// `GET /panel?q=`.
pub(super) async fn page(visit: Visit) -> Response {
    let policy = visit.state.embed.policy();
    let answer = visit.answer_later(|scene| async move {
        let asked = Asked::of(&scene.visit.params)?;
        let content = Content::of(scene, &asked).await?.render().map_err(unrendered)?;
        let shell = Shell { query: asked.text, ..scene.shell("panel", scene.words().search) };
        html(&PanelPage { shell, content, origins: scene.visit.state.embed.listed() })
    });
    let mut response = answer.await;
    // Also on what was answered before, and on problems, which are to be seen in the frame.
    response.headers_mut().insert(CONTENT_SECURITY_POLICY, policy);
    response
}

/// `GET /panel/demo`.
pub(super) async fn demo(visit: Visit) -> Response {
    let mut response = visit.answer(|scene| {
        let w = scene.words();
        let talks = [
            (w.demo_customer_1, w.demo_message_1),
            (w.demo_customer_2, w.demo_message_2),
            (w.demo_customer_3, w.demo_message_3),
        ];
        html(&DemoPage { shell: scene.shell("demo", w.demo_title), talks })
    });
    response.headers_mut().insert(CONTENT_SECURITY_POLICY, edge::policy("frame-src 'self'; frame-ancestors 'none'"));
    response
}

/// `GET /widget.js`: under this very name for good, and for pages of any origin; what it may do there, the panel decides.
pub(super) async fn widget(headers: HeaderMap) -> Response {
    use axum::http::header::ACCESS_CONTROL_ALLOW_ORIGIN;
    let mut response = assets::named("widget.js", &headers, "public, max-age=3600");
    response.headers_mut().insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    response
}
