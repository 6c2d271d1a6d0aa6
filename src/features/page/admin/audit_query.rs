//! Which events an address asks for.

use entity::AuditEventId;
use uuid::Uuid;

use super::address::address;
use crate::{
    features::{
        audit::EventKind,
        page::{link::only, next::AUDIT},
    },
    platform::{
        clock::Timestamp,
        keyset::{Direction, PageRequest, Position},
    },
};

/// Number of events on a page.
pub(super) const SIZE: u16 = 20;

/// Maximum length of a typed value, in characters: that of an address.
const MAX_LENGTH: usize = 320;

/// What an address asks for.
#[derive(Debug)]
pub(super) struct AuditQuery {
    pub(super) kind: Option<EventKind>,
    /// An id, or an address.
    pub(super) person: String,
    /// A day, as in the address.
    pub(super) since: String,
    after: Option<Position>,
    before: Option<Position>,
}

impl AuditQuery {
    pub(super) fn read(query: &str) -> Self {
        let typed = |name| -> String {
            let value = only(query, name).unwrap_or_default();
            value.trim().chars().take(MAX_LENGTH).collect()
        };
        let position = |name| {
            let id: AuditEventId = only(query, name)?.parse().ok()?;
            Some(Position { key: 0, id: id.0 })
        };
        let after = position("after");
        Self {
            kind: EventKind::from_word(&typed("type")),
            person: typed("person"),
            since: typed("since"),
            before: position("before").filter(|_| after.is_none()),
            after,
        }
    }

    /// The page without a filter by kind.
    pub(super) fn request(&self) -> PageRequest {
        PageRequest {
            direction: if self.before.is_some() {
                Direction::Backward
            } else {
                Direction::Forward
            },
            size: SIZE,
            after: self.after,
            before: self.before.or_else(|| self.first_position()),
        }
    }

    /// The positions between which a search by kind runs.
    pub(super) fn bounds(&self) -> (Option<Position>, Option<Position>) {
        (self.after, self.first_position())
    }

    /// Whether this is the first page.
    pub(super) fn is_first(&self) -> bool {
        self.after.is_none() && self.before.is_none()
    }

    /// Before all events of the first day. An id begins with the milliseconds of its time.
    fn first_position(&self) -> Option<Position> {
        let midnight: Timestamp = format!("{}T00:00:00Z", self.since).parse().ok()?;
        let millis = u128::try_from(midnight.as_millisecond()).ok()?;
        let id = Uuid::from_u128(millis.checked_shl(80)?);
        Some(Position { key: 0, id })
    }

    /// The same list from another position.
    pub(super) fn link(&self, parameter: &str, id: &str) -> String {
        let kind = self.kind.map_or("", EventKind::word);
        let parameters = [
            ("type", kind),
            ("person", self.person.as_str()),
            ("since", self.since.as_str()),
            (parameter, id),
        ];
        address(AUDIT, &parameters)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_begins_before_its_events_and_after_those_of_the_day_before() {
        let query = AuditQuery::read("since=2026-11-30&type=logout&person=%20x%20");
        assert_eq!(query.kind, Some(EventKind::Logout));
        assert_eq!(query.person, "x");
        let first = query.request().before.unwrap().id;
        let at = |text: &str| {
            let millis = text.parse::<Timestamp>().unwrap().as_millisecond();
            let millis = u128::try_from(millis).unwrap();
            Uuid::from_u128((millis << 80) | 0x7000_8000_0000_0000_0000)
        };
        assert!(at("2026-11-30T00:00:00Z") > first);
        assert!(at("2026-11-29T23:59:59.999Z") < first);
    }

    #[test]
    fn what_is_not_understood_asks_for_everything() {
        for query in [
            "",
            "since=yesterday&type=x&after=1&before=",
            "since=-1",
            "since=1900-01-01",
        ] {
            let request = AuditQuery::read(query).request();
            assert_eq!((request.after, request.before), (None, None), "{query}");
        }
    }
}
