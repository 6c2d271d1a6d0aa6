//! Pages of long lists, by the positions of their items.
//!
//! A list goes by a sort key, the greatest first, and by the id where keys are equal. A page is asked for by the
//! position that it lies after or before, not by a number of items to skip: it costs the same however far down it
//! lies, and what is added or taken away meanwhile moves nothing.

use uuid::Uuid;

/// Where an item stands in a list. Greater is further up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// What the list goes by, such as an instant in milliseconds.
    pub key: i64,
    /// Id of the item, compared as bytes.
    pub id: Uuid,
}

/// From which end a page is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// From the upper end: fetch by key and id, both descending.
    Forward,
    /// From the lower end: fetch by key and id, both ascending.
    Backward,
}

/// A page that is asked for: the first or last so many items of those between two positions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageRequest {
    /// From which end the items are counted.
    pub direction: Direction,
    /// The most items on the page, not zero.
    pub size: u16,
    /// Only items further down than this: a smaller key, or the same key and a smaller id.
    pub after: Option<Position>,
    /// Only items further up than this: a greater key, or the same key and a greater id.
    pub before: Option<Position>,
}

/// A page of a list, in the order of the list whichever way it was fetched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    /// The items.
    pub items: Vec<T>,
    /// Whether more items follow.
    pub has_next: bool,
    /// Whether more items precede.
    pub has_previous: bool,
}

impl PageRequest {
    /// How many rows to fetch: one more than the page holds, to learn whether there are more.
    pub fn limit(&self) -> u64 {
        u64::from(self.size) + 1
    }

    /// The page that rows make which were fetched as asked: between the positions, in the direction, up to the limit.
    ///
    /// On the side that the page is counted towards, what was fetched tells whether there is more within the bounds. On
    /// the other side, the position given tells: it came from an item there (Relay Cursor Connections, section 5.1).
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
    /// The same page of what `change` makes of the items.
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
