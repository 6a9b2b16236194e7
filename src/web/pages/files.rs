//! Attachments: files of the content folder that visible articles refer to, as they are.
//!
//! An attachment comes from editors, but may have been drawn by anybody: it is served so that a browser runs nothing
//! in it, whatever it claims to be.

use axum::http::header::{
    CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG, IF_NONE_MATCH,
    X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};

use super::Visit;
use crate::web::cache;
use crate::web::error::Problem;

/// `GET /files/{path}`.
pub(super) async fn attachment(visit: Visit) -> Response {
    visit.with_edition(|current| {
        let found = current.view.attachment(&visit.path_below("/files/"));
        let attachment = found
            .ok_or_else(|| Problem::new(StatusCode::NOT_FOUND, "not_found", "there is no such file").of(current))?;
        let etag = HeaderValue::from_str(&format!("\"{}\"", attachment.blob))
            .expect("hexadecimal digits and quotes are a header value");
        let known = visit.headers.get_all(IF_NONE_MATCH).iter().any(|value| names(value, &etag));
        let mut response = if known {
            StatusCode::NOT_MODIFIED.into_response()
        } else {
            axum::body::Bytes::from_owner(attachment.bytes.clone()).into_response()
        };
        let media_type = attachment.media_type;
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
        headers.insert(CONTENT_DISPOSITION, HeaderValue::from_static(disposition(media_type)));
        headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        headers.insert(
            CONTENT_SECURITY_POLICY,
            HeaderValue::from_static("sandbox; default-src 'none'; style-src 'unsafe-inline'"),
        );
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
        headers.insert(ETAG, etag);
        headers.insert(cache::EDITION, cache::edition_value(current));
        Ok(response)
    })
}

/// Images and PDF are looked at; anything else is saved, so that no page is ever shown from here.
fn disposition(media_type: &str) -> &'static str {
    if media_type.starts_with("image/") || media_type == "application/pdf" { "inline" } else { "attachment" }
}

fn names(value: &HeaderValue, etag: &HeaderValue) -> bool {
    let (Ok(tags), Ok(etag)) = (value.to_str(), etag.to_str()) else { return false };
    tags.trim() == "*" || tags.split(',').any(|tag| tag.trim().trim_start_matches("W/") == etag)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_can_be_looked_at_is_shown_in_the_browser() {
        assert_eq!(disposition("image/svg+xml"), "inline");
        assert_eq!(disposition("application/pdf"), "inline");
        assert_eq!(disposition("text/html"), "attachment");
        assert_eq!(disposition("application/octet-stream"), "attachment");
    }
}
