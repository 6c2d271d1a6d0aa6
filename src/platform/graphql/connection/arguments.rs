//! Which page a query asks for.

use std::ops::RangeInclusive;

use super::ListTag;
use crate::platform::{
    failure::Denied,
    keyset::{Direction, PageRequest, Position},
};

/// Items on a page when the query does not say how many.
const DEFAULT_SIZE: u16 = 20;
/// Items on the largest page.
const MAX_SIZE: u16 = 100;
/// How many items a query can ask for.
const SIZES: RangeInclusive<u16> = 1..=MAX_SIZE;

/// What a page counts as when the query does not say how many items.
pub const DEFAULT_PAGE_SIZE: usize = DEFAULT_SIZE as usize;
/// What the largest page counts as.
pub const MAX_PAGE_SIZE: usize = MAX_SIZE as usize;

/// The arguments of a field that gives a connection, as they came.
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
    /// The page of `list` that is asked for: the first 20 items when nothing is said.
    ///
    /// Denied as bad input: sizes outside 1 to 100, both sizes at once, and what is no cursor of this list.
    pub fn request(&self, list: ListTag) -> Result<PageRequest, Denied> {
        let (direction, size) = match (self.first, self.last) {
            (Some(_), Some(_)) => return Err(bad("Send `first` or `last`, not both.")),
            (None, None) => (Direction::Forward, Some(DEFAULT_SIZE)),
            (Some(asked), None) => (Direction::Forward, size(asked)),
            (None, Some(asked)) => (Direction::Backward, size(asked)),
        };
        let size = size.ok_or_else(|| match direction {
            Direction::Forward => bad("Send as `first` a number from 1 to 100."),
            Direction::Backward => bad("Send as `last` a number from 1 to 100."),
        })?;
        Ok(PageRequest {
            direction,
            size,
            after: position(list, self.after.as_deref(), AFTER)?,
            before: position(list, self.before.as_deref(), BEFORE)?,
        })
    }
}

const AFTER: &str = "Send as `after` a cursor that this list has given, or leave it out.";
const BEFORE: &str = "Send as `before` a cursor that this list has given, or leave it out.";

fn position(list: ListTag, cursor: Option<&str>, advice: &'static str) -> Result<Option<Position>, Denied> {
    let read = |cursor| list.position(cursor).ok_or_else(|| bad(advice));
    cursor.map(read).transpose()
}

fn size(asked: i32) -> Option<u16> {
    u16::try_from(asked).ok().filter(|size| SIZES.contains(size))
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
        match arguments.request(LIST) {
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
        let request = PageRequest {
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
            let first = arguments(Some(size.into()), None).request(LIST).unwrap();
            assert_eq!((first.direction, first.size), (Direction::Forward, size));
            let last = arguments(None, Some(size.into())).request(LIST).unwrap();
            assert_eq!((last.direction, last.size), (Direction::Backward, size));
        }
    }

    #[test]
    fn other_sizes_are_refused_with_the_sizes_that_there_are() {
        for size in [i32::MIN, -65_535, -1, 0, 101, 65_537, i32::MAX] {
            let first = advice(&arguments(Some(size), None));
            assert_eq!(first, "Send as `first` a number from 1 to 100.");
            let last = advice(&arguments(None, Some(size)));
            assert_eq!(last, "Send as `last` a number from 1 to 100.");
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
            after: Some(LIST.cursor(above)),
            before: Some(LIST.cursor(below)),
            ..PageArguments::default()
        };
        let request = request.request(LIST).unwrap();
        assert_eq!((request.after, request.before), (Some(above), Some(below)));
    }

    #[test]
    fn what_is_no_cursor_of_the_list_is_refused_and_not_repeated() {
        let foreign = ListTag(*b"oth").cursor(Position {
            key: 0,
            id: Uuid::nil(),
        });
        for cursor in ["", "<script>", &foreign] {
            let after = advice(&PageArguments {
                after: Some(cursor.to_owned()),
                ..PageArguments::default()
            });
            assert_eq!(
                after,
                "Send as `after` a cursor that this list has given, or leave it out."
            );
            let before = advice(&PageArguments {
                before: Some(cursor.to_owned()),
                ..PageArguments::default()
            });
            assert_eq!(
                before,
                "Send as `before` a cursor that this list has given, or leave it out."
            );
        }
    }
}
