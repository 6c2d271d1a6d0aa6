//! Clients at work, who go on until the server is gone.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use serde_json::{Value, json};
use tokio::{
    sync::watch,
    time::{Instant, sleep_until},
};

use super::wire::{Sent, Wire};
use crate::support::{PASSWORD, Tokens};

/// Goes on this long after the end of the delay, should it still meet somebody.
const AFTERWARDS: Duration = Duration::from_secs(2);

/// What a client asks for again and again.
#[derive(Debug, Clone, Copy)]
pub(super) enum Task {
    Me,
    Refresh,
    Login,
    Signup,
}

/// A person with an account, who can be several clients.
#[derive(Debug, Clone)]
pub(super) struct Worker {
    pub(super) url: String,
    pub(super) email: String,
    pub(super) tokens: Tokens,
    /// Requests answered so far, of all workers.
    pub(super) answered: Arc<AtomicUsize>,
    /// When the delay ends; none before the signal.
    pub(super) end: watch::Receiver<Option<Instant>>,
}

impl Worker {
    /// Sends one request after the other, until one is not answered.
    pub(super) async fn work(mut self, task: Task, keeps: bool) -> Vec<Sent> {
        let mut wire = Wire::new(&self.url, keeps);
        let mut all = Vec::new();
        while !self.is_over() {
            let document = self.document(task, all.len());
            let sent = wire
                .run(&format!("{task:?}"), &document, &self.tokens.access)
                .await;
            let is_answered = sent.answer.is_ok();
            if let Ok(answer) = &sent.answer {
                self.answered.fetch_add(1, Ordering::Relaxed);
                let refresh = &answer.body["data"]["refreshSession"]["tokens"]["refreshToken"];
                if let Some(refresh) = refresh.as_str() {
                    refresh.clone_into(&mut self.tokens.refresh);
                }
            }
            all.push(sent);
            if !is_answered {
                break;
            }
        }
        all
    }

    /// Opens a connection, and says nothing more on it until `before` the end of the delay.
    pub(super) async fn wait(mut self, before: Duration) -> Vec<Sent> {
        let mut wire = Wire::new(&self.url, true);
        let document = self.document(Task::Me, 0);
        let first = wire.run("Me at first", &document, &self.tokens.access).await;
        let end = *self.end.wait_for(Option::is_some).await.unwrap();
        sleep_until(end.unwrap().checked_sub(before).unwrap()).await;
        let last = wire
            .run("Me at the very end", &document, &self.tokens.access)
            .await;
        vec![first, last]
    }

    fn is_over(&self) -> bool {
        let end = *self.end.borrow();
        end.is_some_and(|end| Instant::now() > end + AFTERWARDS)
    }

    fn document(&self, task: Task, number: usize) -> Value {
        let (query, input) = match task {
            Task::Me => return json!({ "query": "{ me { id email } }" }),
            Task::Refresh => (
                "mutation ($input: RefreshSessionInput) { refreshSession(input: $input) {
                    tokens { accessToken refreshToken } userErrors { code } } }",
                json!({ "refreshToken": self.tokens.refresh }),
            ),
            Task::Login => (
                "mutation ($input: LoginInput!) { login(input: $input) { user { id } userErrors { code } } }",
                json!({ "email": self.email, "password": PASSWORD }),
            ),
            Task::Signup => (
                "mutation ($input: SignupInput!) { signup(input: $input) { user { id } userErrors { code } } }",
                json!({ "name": "Ada", "email": format!("{number}.{}", self.email), "password": PASSWORD }),
            ),
        };
        json!({ "query": query, "variables": { "input": input } })
    }
}
