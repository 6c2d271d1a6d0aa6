//! Reads a body within limits.

use std::time::Duration;

use axum::{
    body::{Body, Bytes, HttpBody as _},
    http::StatusCode,
};
use http_body_util::BodyExt as _;

use super::error::HttpError;
use crate::platform::graphql::error::RequestErrorCode;

/// Limits for the size and duration of a body.
#[derive(Debug, Clone, Copy)]
pub struct BodyLimits {
    /// Maximum size in bytes.
    pub bytes: usize,
    /// Time from the end of the head to the last byte of the body.
    pub timeout: Duration,
}

impl Default for BodyLimits {
    fn default() -> Self {
        Self {
            bytes: 64 * 1024,
            timeout: Duration::from_secs(10),
        }
    }
}

/// The whole body. Fails if it is too large, too slow, or incomplete.
///
/// If its `Content-Length` is too large, it is refused before it is sent: the connection sends `100 Continue` only when
/// the first part is read.
pub async fn read(body: Body, limits: BodyLimits) -> Result<Bytes, HttpError> {
    if usize::try_from(body.size_hint().lower()).unwrap_or(usize::MAX) > limits.bytes {
        return Err(too_large(limits.bytes));
    }
    match tokio::time::timeout(limits.timeout, gather(body, limits.bytes)).await {
        Ok(read) => read,
        Err(_) => Err(HttpError::new(
            StatusCode::REQUEST_TIMEOUT,
            RequestErrorCode::RequestTimeout,
            "The body took too long to arrive.",
        )
        .closing()),
    }
}

/// Copies the parts and frees them: a part of one byte keeps the whole buffer that it was read into, so keeping the
/// parts of a slowly sent body would take thousands of times its size.
async fn gather(mut body: Body, max_bytes: usize) -> Result<Bytes, HttpError> {
    let mut whole = Vec::new();
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_| HttpError::bad_request("The body is incomplete.").closing())?;
        if let Some(part) = frame.data_ref() {
            if whole.len() + part.len() > max_bytes {
                return Err(too_large(max_bytes));
            }
            whole.extend_from_slice(part);
        }
    }
    Ok(whole.into())
}

fn too_large(max_bytes: usize) -> HttpError {
    HttpError::new(
        StatusCode::PAYLOAD_TOO_LARGE,
        RequestErrorCode::PayloadTooLarge,
        format!("The body must not be larger than {max_bytes} bytes."),
    )
    .closing()
}

#[cfg(test)]
mod tests {
    use std::{
        convert::Infallible,
        sync::{
            Arc,
            atomic::{AtomicUsize, Ordering},
        },
    };

    use futures_util::{StreamExt as _, stream};

    use super::*;

    /// A buffer that counts the live instances.
    struct Buffer(Arc<AtomicUsize>);

    impl AsRef<[u8]> for Buffer {
        fn as_ref(&self) -> &[u8] {
            b"a"
        }
    }

    impl Drop for Buffer {
        fn drop(&mut self) {
            self.0.fetch_sub(1, Ordering::SeqCst);
        }
    }

    #[tokio::test]
    async fn what_was_read_is_not_kept_in_the_buffers_that_it_came_in() {
        let (alive, peak) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let (count, max) = (alive.clone(), peak.clone());
        let parts = stream::iter(0..1_000).map(move |_| {
            max.fetch_max(count.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            Ok::<_, Infallible>(Bytes::from_owner(Buffer(count.clone())))
        });
        let body = read(Body::from_stream(parts), BodyLimits::default())
            .await
            .unwrap();
        assert_eq!(body, "a".repeat(1_000));
        assert_eq!(alive.load(Ordering::SeqCst), 0);
        assert!(peak.load(Ordering::SeqCst) <= 2, "{peak:?}");
    }
}
