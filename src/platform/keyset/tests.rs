use super::*;

fn at(key: i64, id: u128) -> Position {
    Position {
        key,
        id: Uuid::from_u128(id),
    }
}

/// Lists of up to seven items, the greatest first, with some equal keys.
fn lists() -> impl Iterator<Item = Vec<Position>> {
    (0..=7).map(|length| {
        let item = |index: u16| at(i64::from(index) / 3 - 1, u128::from(index * 7 % 11));
        let mut list: Vec<_> = (0..length).map(item).collect();
        list.sort_unstable_by(|a, b| b.cmp(a));
        list
    })
}

fn requests(list: &[Position]) -> Vec<PageRequest> {
    let mut bounds: Vec<_> = list.iter().copied().map(Some).collect();
    bounds.push(None);
    let mut requests = Vec::new();
    for direction in [Direction::Forward, Direction::Backward] {
        for size in 1..=8 {
            for &after in &bounds {
                for &before in &bounds {
                    requests.push(PageRequest {
                        direction,
                        size,
                        after,
                        before,
                    });
                }
            }
        }
    }
    requests
}

/// The query of a store, by brute force.
fn fetched(list: &[Position], request: &PageRequest) -> Vec<Position> {
    let mut rows = list.to_vec();
    rows.retain(|it| request.after.is_none_or(|after| *it < after));
    rows.retain(|it| request.before.is_none_or(|before| *it > before));
    match request.direction {
        Direction::Forward => rows.sort_unstable_by(|a, b| b.cmp(a)),
        Direction::Backward => rows.sort_unstable(),
    }
    rows.truncate(usize::try_from(request.limit()).unwrap());
    rows
}

/// `EdgesToReturn`, `HasPreviousPage` and `HasNextPage` as in the Relay specification, over the whole list by index.
fn model(list: &[Position], request: &PageRequest) -> Page<Position> {
    let index = |of: Position| list.iter().position(|it| *it == of).unwrap();
    let from = request.after.map_or(0, |after| index(after) + 1);
    let to = request.before.map_or(list.len(), index);
    let within = list.get(from..to).unwrap_or_default();
    let size = usize::from(request.size);
    let surplus = within.len().saturating_sub(size);
    match request.direction {
        Direction::Forward => Page {
            items: within[..within.len() - surplus].to_vec(),
            has_next: surplus > 0,
            has_previous: list[..from].iter().next().is_some(),
        },
        Direction::Backward => Page {
            items: within[surplus..].to_vec(),
            has_next: list[to..].iter().next().is_some(),
            has_previous: surplus > 0,
        },
    }
}

#[test]
fn every_page_of_every_short_list_is_what_the_specification_tells() {
    let mut checked = 0;
    for list in lists() {
        for request in requests(&list) {
            let page = request.page(fetched(&list, &request));
            assert_eq!(page, model(&list, &request), "{request:?} of {list:?}");
            checked += 1;
        }
    }
    assert!(checked > 3_000, "{checked} pages");
}

#[test]
fn walking_down_and_up_meets_every_item_once_and_ends() {
    for list in lists() {
        for size in 1..=8 {
            let mut down = Vec::new();
            let mut up = Vec::new();
            let mut request = PageRequest {
                direction: Direction::Forward,
                size,
                after: None,
                before: None,
            };
            loop {
                let page = request.page(fetched(&list, &request));
                down.extend(page.items);
                if !page.has_next {
                    break;
                }
                request.after = down.last().copied();
            }
            request = PageRequest {
                direction: Direction::Backward,
                size,
                after: None,
                before: None,
            };
            loop {
                let page = request.page(fetched(&list, &request));
                up.extend(page.items.into_iter().rev());
                if !page.has_previous {
                    break;
                }
                request.before = up.last().copied();
            }
            up.reverse();
            assert_eq!((&down, &up), (&list, &list), "{size} at a time");
        }
    }
}

#[test]
fn a_position_needs_no_item_to_begin_a_page() {
    let list = [at(3, 3), at(2, 2), at(1, 1)];
    let request = PageRequest {
        direction: Direction::Forward,
        size: 1,
        after: Some(at(2, 9)),
        before: None,
    };
    let page = request.page(fetched(&list, &request));
    assert_eq!((page.items, page.has_next), (vec![at(2, 2)], true));
}

#[test]
fn a_changed_page_keeps_its_place() {
    let page = Page {
        items: vec![1, 2],
        has_next: true,
        has_previous: false,
    };
    let changed = Page {
        items: vec!["1", "2"],
        has_next: true,
        has_previous: false,
    };
    assert_eq!(page.map(|it| if it == 1 { "1" } else { "2" }), changed);
}
