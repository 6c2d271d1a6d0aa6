//! How often one may try to prove who one is.

mod account;
mod answer;
mod doors;
mod network;
mod owner;
mod parallel;
mod servers;
mod stored;
mod unknown_client;

use entity::attempt_streak;
use sea_orm::EntityTrait as _;

use crate::support::{Answer, Client, TestApp};

const WRONG: &str = "not the password";

/// What became of an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tried {
    /// The password was right.
    Right,
    /// It was looked at, and wrong.
    Wrong,
    /// It was not looked at; how many seconds to wait.
    TooMany(u64),
}

impl Tried {
    fn of(answer: &Answer) -> Self {
        if answer.codes() == ["RATE_LIMITED"] {
            let seconds = answer.body["errors"][0]["extensions"]["retryAfterSeconds"].as_u64();
            let header = answer.header("retry-after").map(|text| text.parse().unwrap());
            assert_eq!(seconds, header, "{}", answer.text);
            return Self::TooMany(seconds.unwrap());
        }
        assert!(answer.codes().is_empty(), "{}", answer.text);
        let (_, payload) = answer.body["data"].as_object().unwrap().iter().next().unwrap();
        match payload["userErrors"].as_array().unwrap().as_slice() {
            [] => Self::Right,
            [error] => {
                let code = error["code"].as_str().unwrap();
                assert!(
                    ["INVALID_CREDENTIALS", "CURRENT_PASSWORD_INCORRECT"].contains(&code),
                    "{code}"
                );
                Self::Wrong
            }
            _ => panic!("{}", answer.text),
        }
    }

    fn is_too_many(self) -> bool {
        matches!(self, Self::TooMany(_))
    }
}

async fn login(client: &Client, email: &str, password: &str) -> Tried {
    Tried::of(&client.login(email, password).await)
}

/// Fails as often as that.
async fn fail(client: &Client, email: &str, times: usize) {
    for time in 1..=times {
        assert_eq!(login(client, email, WRONG).await, Tried::Wrong, "time {time}");
    }
}

async fn rows(app: &TestApp) -> Vec<attempt_streak::Model> {
    attempt_streak::Entity::find()
        .all(app.app.db.writer())
        .await
        .unwrap()
}

/// How many passwords the server has compared with a hash.
fn verified(app: &TestApp) -> u64 {
    app.app.metrics.password_verifications.get()
}
