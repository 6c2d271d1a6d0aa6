//! The open subscriptions of one socket.

use std::collections::HashMap;

use futures_util::{
    StreamExt as _,
    future::{self, AbortHandle},
    stream::{self, Abortable, BoxStream, SelectAll},
};

use super::super::graphql_endpoint::{Payload, Payloads};

/// Something to send about a subscription.
pub(super) struct Event {
    pub(super) id: String,
    /// None at the end of the subscription.
    pub(super) payload: Option<Payload>,
}

/// Subscriptions by id.
#[derive(Default)]
pub(super) struct Subscriptions {
    events: SelectAll<Abortable<BoxStream<'static, Event>>>,
    open: HashMap<String, AbortHandle>,
}

impl Subscriptions {
    pub(super) fn len(&self) -> usize {
        self.open.len()
    }

    pub(super) fn contains(&self, id: &str) -> bool {
        self.open.contains_key(id)
    }

    /// Opens a subscription.
    pub(super) fn open(&mut self, id: String, payloads: Payloads) {
        let (for_payload, for_end) = (id.clone(), id.clone());
        let events = payloads.map(move |payload| Event {
            id: for_payload.clone(),
            payload: Some(payload),
        });
        let end = stream::once(future::ready(Event {
            id: for_end,
            payload: None,
        }));
        let (handle, registration) = AbortHandle::new_pair();
        self.events
            .push(Abortable::new(events.chain(end).boxed(), registration));
        self.open.insert(id, handle);
    }

    /// Closes a subscription, if it is open. Nothing more of it comes.
    pub(super) fn close(&mut self, id: &str) {
        if let Some(handle) = self.open.remove(id) {
            handle.abort();
        }
    }

    /// Waits for something to send. For ever if no subscription is open.
    pub(super) async fn next(&mut self) -> Event {
        loop {
            match self.events.next().await {
                Some(event) => {
                    if event.payload.is_none() && self.open.remove(&event.id).is_none() {
                        continue;
                    }
                    return event;
                }
                None => future::pending().await,
            }
        }
    }
}
