//! Where the keys come from.

use std::{pin::Pin, time::Duration};

use crate::FetchError;

/// A key set as the issuer publishes it.
#[derive(Debug, Clone)]
pub struct FetchedKeys {
    /// The document: JSON of RFC 7517, section 5.
    pub document: Vec<u8>,
    /// How long the issuer wants it to be cached (`max-age` of RFC 9111, section 5.2.2.1). A guard uses at least a
    /// minute and at most an hour; without a value, five minutes.
    pub max_age: Option<Duration>,
}

/// Fetches the key set of the issuer. With the feature `http`, a guard brings its own.
///
/// A guard decides when to fetch, makes one call at a time, and gives up after five seconds. An async closure is a
/// source too:
///
/// ```
/// # use portcullis_guard::{FetchError, FetchedKeys, Guard};
/// # fn guard(read: fn() -> Vec<u8>) -> Result<Guard, portcullis_guard::ConfigError> {
/// Guard::builder("https://accounts.example")
///     .key_source(move || async move { Ok(FetchedKeys { document: read(), max_age: None }) })
///     .build()
/// # }
/// ```
pub trait KeySource: Send + Sync + 'static {
    /// The key set as it is now, from a source that nobody else can write to: who chooses the keys can make tokens.
    fn fetch(&self) -> impl Future<Output = Result<FetchedKeys, FetchError>> + Send;
}

impl<F, R> KeySource for F
where
    F: Fn() -> R + Send + Sync + 'static,
    R: Future<Output = Result<FetchedKeys, FetchError>> + Send,
{
    fn fetch(&self) -> impl Future<Output = Result<FetchedKeys, FetchError>> + Send {
        self()
    }
}

type Fetch<'a> = Pin<Box<dyn Future<Output = Result<FetchedKeys, FetchError>> + Send + 'a>>;

/// [`KeySource`] as an object.
pub(crate) trait BoxedKeySource: Send + Sync + 'static {
    fn fetch_boxed(&self) -> Fetch<'_>;
}

impl<S: KeySource> BoxedKeySource for S {
    fn fetch_boxed(&self) -> Fetch<'_> {
        Box::pin(self.fetch())
    }
}
