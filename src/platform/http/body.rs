//! Reading a body, as far as it may go.

use std::time::Duration;

use axum::{
    body::{Body, Bytes, HttpBody as _},
    http::StatusCode,
};
use http_body_util::BodyExt as _;

use super::error::HttpError;
use crate::platform::graphql::error::RequestErrorCode;

/// How much body is read, and how long.
#[derive(Debug, Clone, Copy)]
pub struct BodyLimits {
    /// Bytes.
    pub bytes: usize,
    /// From the end of the head to the last byte of the body.
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

/// The whole body; refused when it is too long, too slow, or breaks off.
///
/// One that is too long by its `Content-Length` is refused before it is asked for: the connection sends `100 Continue`
/// when the first part is.
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

/// Copies what arrives, and lets go of it: a part of one byte holds the whole buffer that it was read into, so that
/// keeping the parts of a body that trickles would cost thousands of times its length.
async fn gather(mut body: Body, most: usize) -> Result<Bytes, HttpError> {
    let mut whole = Vec::new();
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_| HttpError::bad_request("The body broke off.").closing())?;
        if let Some(part) = frame.data_ref() {
            if whole.len() + part.len() > most {
                return Err(too_large(most));
            }
            whole.extend_from_slice(part);
        }
    }
    Ok(whole.into())
}

fn too_large(most: usize) -> HttpError {
    HttpError::new(
        StatusCode::PAYLOAD_TOO_LARGE,
        RequestErrorCode::PayloadTooLarge,
        format!("The body must not be larger than {most} bytes."),
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

    /// A buffer that counts how many like it there are.
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
        let (alive, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let (count, peak) = (alive.clone(), most.clone());
        let parts = stream::iter(0..1_000).map(move |_| {
            peak.fetch_max(count.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            Ok::<_, Infallible>(Bytes::from_owner(Buffer(count.clone())))
        });
        let body = read(Body::from_stream(parts), BodyLimits::default())
            .await
            .unwrap();
        assert_eq!(body, "a".repeat(1_000));
        assert_eq!(alive.load(Ordering::SeqCst), 0);
        assert!(most.load(Ordering::SeqCst) <= 2, "{most:?}");
    }
}
