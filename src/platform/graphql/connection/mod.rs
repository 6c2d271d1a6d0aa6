//! Pages of lists as Relay connections, with edges and cursors.

mod arguments;
mod cursor;

use std::{borrow::Cow, future::Future};

use async_graphql::{Object, OutputType, SimpleObject, TypeName};
use futures_util::{
    FutureExt as _,
    future::{BoxFuture, Shared},
};

pub use arguments::{DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE, PageArguments};
#[cfg(any(test, fuzzing))]
pub use cursor::properties as cursor_properties;
pub use cursor::{CursorKey, ListTag};

use crate::platform::{
    failure::Failed,
    keyset::{Page, Position},
};

/// The number of items of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Total {
    /// How many were counted.
    count: u64,
    /// Whether there are no more.
    is_exact: bool,
}

impl Total {
    /// How far long lists are counted: a count of millions would take seconds.
    pub const MAX: u64 = 10_000;

    /// All items were counted.
    pub const fn exact(count: u64) -> Self {
        Self {
            count,
            is_exact: true,
        }
    }

    /// Of a list that was counted up to one more than [`Self::MAX`].
    pub const fn capped(count: u64) -> Self {
        if count > Self::MAX {
            Self {
                count: Self::MAX,
                is_exact: false,
            }
        } else {
            Self::exact(count)
        }
    }

    /// How many were counted.
    pub const fn count(self) -> u64 {
        self.count
    }

    /// Whether there are no more.
    pub const fn is_exact(self) -> bool {
        self.is_exact
    }
}

/// A page of a list of `T`. Its name in the schema is that of `T` with the suffix `Connection`.
#[derive(Debug)]
pub struct Connection<T: OutputType> {
    edges: Vec<Edge<T>>,
    page_info: PageInfo,
    total_count: Shared<BoxFuture<'static, Result<Total, Failed>>>,
}

impl<T: OutputType> Connection<T> {
    /// A page of `list`, with the positions of its items.
    ///
    /// `total_count` counts the items over all pages. It runs only if it is selected, and once however often it is.
    pub fn new<K: CursorKey>(
        list: ListTag,
        page: Page<(Position<K>, T)>,
        total_count: impl Future<Output = Result<Total, Failed>> + Send + 'static,
    ) -> Self {
        let edges = page.items.into_iter().map(|(at, node)| Edge {
            cursor: list.cursor(&at),
            node,
        });
        let edges: Vec<_> = edges.collect();
        Self {
            page_info: PageInfo {
                has_next_page: page.has_next,
                has_previous_page: page.has_previous,
                start_cursor: edges.first().map(|edge| edge.cursor.clone()),
                end_cursor: edges.last().map(|edge| edge.cursor.clone()),
            },
            edges,
            total_count: total_count.boxed().shared(),
        }
    }
}

/// A page of a list.
#[Object(name_type)]
impl<T: OutputType> Connection<T> {
    /// The items of this page with their cursors.
    async fn edges(&self) -> &[Edge<T>] {
        &self.edges
    }

    /// The items of this page without cursors.
    async fn nodes(&self) -> Vec<&T> {
        self.edges.iter().map(|edge| &edge.node).collect()
    }

    /// Position of this page in the list.
    async fn page_info(&self) -> &PageInfo {
        &self.page_info
    }

    /// Number of items over all pages; counted only when selected.
    async fn total_count(&self) -> Result<i32, Failed> {
        let total = self.total_count.clone().await?;
        Ok(i32::try_from(total.count).unwrap_or(i32::MAX))
    }

    /// Whether `totalCount` is exact: long lists are counted up to 10,000.
    async fn is_total_count_exact(&self) -> Result<bool, Failed> {
        Ok(self.total_count.clone().await?.is_exact)
    }
}

impl<T: OutputType> TypeName for Connection<T> {
    fn type_name() -> Cow<'static, str> {
        format!("{}Connection", T::type_name()).into()
    }
}

/// An item of a page, with its position in the list.
#[derive(Debug, SimpleObject)]
#[graphql(name_type)]
pub struct Edge<T: OutputType> {
    /// Opaque position of the item, for `after` and `before`.
    cursor: String,
    /// The item.
    node: T,
}

impl<T: OutputType> TypeName for Edge<T> {
    fn type_name() -> Cow<'static, str> {
        format!("{}Edge", T::type_name()).into()
    }
}

/// Position of a page in its list.
#[derive(Debug, SimpleObject)]
struct PageInfo {
    /// Whether more items follow; those up to `before` when it is given with `first`.
    has_next_page: bool,
    /// Whether more items precede; those from `after` on when it is given with `last`.
    has_previous_page: bool,
    /// Cursor of the first item; null when the page is empty.
    start_cursor: Option<String>,
    /// Cursor of the last item; null when the page is empty.
    end_cursor: Option<String>,
}

#[cfg(test)]
mod tests;
