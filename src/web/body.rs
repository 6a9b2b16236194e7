//! Bodies of requests: so many bytes, for so long, and no more of either. A handler that takes a body reads it here, or has
//! limits of its own; whatever else is sent along is never read.

use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::StatusCode;
use http_body::Body as _;
use http_body_util::{BodyExt, LengthLimitError, Limited};

use super::error::Problem;

/// How long a small body may take. Over the worst of networks a few kilobytes come sooner; one that dribbles in holds
/// a connection and nothing else.
const PATIENCE: Duration = Duration::from_secs(10);

/// Reads a body of at most `most` bytes.
///
/// # Errors
/// 413 `body_too_large`, at once where its length is told; 408 `body_too_slow`; 400 `bad_request` for one that breaks off.
pub(super) async fn read(body: Body, most: usize) -> Result<Bytes, Problem> {
    read_within(body, most, PATIENCE).await
}

async fn read_within(body: Body, most: usize, patience: Duration) -> Result<Bytes, Problem> {
    let too_large = || {
        let detail = format!("the body has more than {most} bytes, which is as much as is read here");
        Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "body_too_large", detail)
    };
    if body.size_hint().lower() > most as u64 {
        return Err(too_large());
    }
    match tokio::time::timeout(patience, Limited::new(body, most).collect()).await {
        Ok(Ok(body)) => Ok(body.to_bytes()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err(too_large()),
        Ok(Err(_)) => Err(Problem::new(StatusCode::BAD_REQUEST, "bad_request", "the body broke off")),
        Err(_) => {
            let detail = format!("the body did not come within {} seconds", patience.as_secs());
            Err(Problem::new(StatusCode::REQUEST_TIMEOUT, "body_too_slow", detail))
        }
    }
}

#[cfg(test)]
mod tests {
    use futures_util::stream;

    use super::*;

    #[tokio::test]
    async fn body_is_read_up_to_its_limit() {
        assert_eq!(read(Body::from("four"), 4).await.expect("four bytes"), "four");
        assert_eq!(read(Body::from("fiver"), 4).await.expect_err("too many").code, "body_too_large");
        let pieces = stream::iter(["a", "b", "c"].map(Ok::<_, std::io::Error>));
        assert_eq!(read(Body::from_stream(pieces), 2).await.expect_err("length unknown").code, "body_too_large");
        let broken = stream::iter([Err::<Bytes, _>(std::io::Error::other("reset"))]);
        assert_eq!(read(Body::from_stream(broken), 2).await.expect_err("broken").code, "bad_request");
    }

    #[tokio::test]
    async fn body_that_never_ends_is_not_waited_for() {
        let endless = Body::from_stream(stream::pending::<Result<Bytes, std::io::Error>>());
        let refused = read_within(endless, 10, Duration::ZERO).await.expect_err("too slow");
        assert_eq!((refused.status.as_u16(), refused.code), (408, "body_too_slow"));
    }
}
