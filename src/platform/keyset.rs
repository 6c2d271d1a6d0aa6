//! Keyset pagination: pages of long lists, by the positions of their items.
//!
//! A list is sorted by a key, then by the id, both in one direction. A page is requested by the position before or after
//! it, not by a number of items to skip: it costs the same at any depth, and inserts and deletes do not shift it.

use uuid::Uuid;

/// Position of an item in a list. In most lists, greater positions come first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position<K = i64> {
    /// Sort key, such as an instant in milliseconds.
    pub key: K,
    /// Id of the item, compared as bytes.
    pub id: Uuid,
}

/// The end of the list from which a page is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// From the start: fetch in the order of the list.
    Forward,
    /// From the end: fetch in the opposite order.
    Backward,
}

/// A requested page: the first or last items between two positions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageRequest<K = i64> {
    /// The end from which the items are counted.
    pub direction: Direction,
    /// Maximum number of items, not zero.
    pub size: u16,
    /// Only items that follow this position.
    pub after: Option<Position<K>>,
    /// Only items that precede this position.
    pub before: Option<Position<K>>,
}

/// A page of a list, always in the order of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    /// The items.
    pub items: Vec<T>,
    /// Whether more items follow.
    pub has_next: bool,
    /// Whether more items precede.
    pub has_previous: bool,
}

impl<K> PageRequest<K> {
    /// How many rows to fetch: one more than the page size, to detect whether there are more.
    pub fn limit(&self) -> u64 {
        u64::from(self.size) + 1
    }

    /// Builds the page from rows that were fetched for this request: between the positions, in the direction, up to the
    /// limit.
    ///
    /// In the direction of the page, the additional row shows whether more items follow. On the other side, a given
    /// position shows it, since it came from an item there (Relay Cursor Connections, section 5.1).
    pub fn page<T>(&self, mut rows: Vec<T>) -> Page<T> {
        let size = usize::from(self.size);
        let has_more = rows.len() > size;
        rows.truncate(size);
        let (has_next, has_previous) = match self.direction {
            Direction::Forward => (has_more, self.after.is_some()),
            Direction::Backward => {
                rows.reverse();
                (self.before.is_some(), has_more)
            }
        };
        Page {
            items: rows,
            has_next,
            has_previous,
        }
    }
}

impl<T> Page<T> {
    /// The same page with each item replaced by `change`.
    pub fn map<U>(self, change: impl FnMut(T) -> U) -> Page<U> {
        Page {
            items: self.items.into_iter().map(change).collect(),
            has_next: self.has_next,
            has_previous: self.has_previous,
        }
    }
}

#[cfg(test)]
mod tests;
