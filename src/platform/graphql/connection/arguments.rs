//! The arguments that select a page.

use std::ops::RangeInclusive;

use super::{CursorKey, ListTag};
use crate::platform::{
    failure::Denied,
    keyset::{Direction, PageRequest, Position},
};

/// Number of items if the query gives no page size.
const DEFAULT_SIZE: u16 = 20;
/// Maximum number of items on a page.
const MAX_SIZE: u16 = 100;
/// Page sizes that a query can request.
const SIZES: RangeInclusive<u16> = 1..=MAX_SIZE;

/// Cost of a page if the query gives no page size.
pub const DEFAULT_PAGE_SIZE: usize = DEFAULT_SIZE as usize;
/// Cost of the largest page.
pub const MAX_PAGE_SIZE: usize = MAX_SIZE as usize;

/// The arguments of a field that returns a connection, not validated.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct PageArguments {
    /// How many items, from the beginning.
    pub first: Option<i32>,
    /// Cursor that the items follow.
    pub after: Option<String>,
    /// How many items, from the end.
    pub last: Option<i32>,
    /// Cursor that the items precede.
    pub before: Option<String>,
}

impl PageArguments {
    /// The requested page of the list with this tag: the first 20 items without arguments.
    ///
    /// Fails with bad user input for sizes outside 1 to 100, both sizes at once, and invalid cursors of this list.
    pub fn request<K: CursorKey>(&self, tag: ListTag) -> Result<PageRequest<K>, Denied> {
        let (direction, size) = match (self.first, self.last) {
            (Some(_), Some(_)) => return Err(bad("Send `first` or `last`, not both.")),
            (None, None) => (Direction::Forward, Some(DEFAULT_SIZE)),
            (Some(first), None) => (Direction::Forward, size(first)),
            (None, Some(last)) => (Direction::Backward, size(last)),
        };
        let size = size.ok_or_else(|| match direction {
            Direction::Forward => bad("Send a number from 1 to 100 as `first`."),
            Direction::Backward => bad("Send a number from 1 to 100 as `last`."),
        })?;
        Ok(PageRequest {
            direction,
            size,
            after: position(tag, self.after.as_deref(), AFTER)?,
            before: position(tag, self.before.as_deref(), BEFORE)?,
        })
    }
}

const AFTER: &str = "Send a cursor of this list as `after`, or leave it out.";
const BEFORE: &str = "Send a cursor of this list as `before`, or leave it out.";

fn position<K: CursorKey>(
    list: ListTag,
    cursor: Option<&str>,
    advice: &'static str,
) -> Result<Option<Position<K>>, Denied> {
    let read = |cursor| list.position(cursor).ok_or_else(|| bad(advice));
    cursor.map(read).transpose()
}

fn size(requested: i32) -> Option<u16> {
    u16::try_from(requested).ok().filter(|size| SIZES.contains(size))
}

fn bad(advice: &'static str) -> Denied {
    Denied::BadUserInput(advice.into())
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    const LIST: ListTag = ListTag(*b"tst");

    fn advice(arguments: &PageArguments) -> String {
        match arguments.request::<i64>(LIST) {
            Err(Denied::BadUserInput(advice)) => advice.into_owned(),
            other => panic!("{arguments:?}: {other:?}"),
        }
    }

    fn arguments(first: Option<i32>, last: Option<i32>) -> PageArguments {
        PageArguments {
            first,
            last,
            ..PageArguments::default()
        }
    }

    #[test]
    fn the_first_twenty_are_asked_for_by_saying_nothing() {
        let request = PageRequest::<i64> {
            direction: Direction::Forward,
            size: 20,
            after: None,
            before: None,
        };
        assert_eq!(PageArguments::default().request(LIST), Ok(request));
    }

    #[test]
    fn first_counts_from_the_beginning_and_last_from_the_end() {
        for size in [1, 2, 99, 100] {
            let first = arguments(Some(size.into()), None).request::<i64>(LIST).unwrap();
            assert_eq!((first.direction, first.size), (Direction::Forward, size));
            let last = arguments(None, Some(size.into())).request::<i64>(LIST).unwrap();
            assert_eq!((last.direction, last.size), (Direction::Backward, size));
        }
    }

    #[test]
    fn other_sizes_are_refused_with_the_sizes_that_there_are() {
        for size in [i32::MIN, -65_535, -1, 0, 101, 65_537, i32::MAX] {
            let first = advice(&arguments(Some(size), None));
            assert_eq!(first, "Send a number from 1 to 100 as `first`.");
            let last = advice(&arguments(None, Some(size)));
            assert_eq!(last, "Send a number from 1 to 100 as `last`.");
        }
    }

    #[test]
    fn both_ends_at_once_are_refused() {
        assert_eq!(
            advice(&arguments(Some(1), Some(1))),
            "Send `first` or `last`, not both."
        );
    }

    #[test]
    fn both_cursors_can_be_given() {
        let [above, below] = [2, 1].map(|key| Position { key, id: Uuid::nil() });
        let request = PageArguments {
            after: Some(LIST.cursor(&above)),
            before: Some(LIST.cursor(&below)),
            ..PageArguments::default()
        };
        let request = request.request(LIST).unwrap();
        assert_eq!((request.after, request.before), (Some(above), Some(below)));
    }

    #[test]
    fn what_is_no_cursor_of_the_list_is_refused_and_not_repeated() {
        let foreign = ListTag(*b"oth").cursor(&Position {
            key: 0,
            id: Uuid::nil(),
        });
        for cursor in ["", "<script>", &foreign] {
            let after = advice(&PageArguments {
                after: Some(cursor.to_owned()),
                ..PageArguments::default()
            });
            assert_eq!(after, "Send a cursor of this list as `after`, or leave it out.");
            let before = advice(&PageArguments {
                before: Some(cursor.to_owned()),
                ..PageArguments::default()
            });
            assert_eq!(before, "Send a cursor of this list as `before`, or leave it out.");
        }
    }
}
