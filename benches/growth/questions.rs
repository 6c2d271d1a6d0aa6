//! What is asked of the servers.

use std::time::{Instant, SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};

use super::{
    accounts::{FIRST_USER, PASSWORD, email, scattered},
    client::{Times, request},
    database::Filled,
};

const ME: &str = "{ me { id name email isEmailVerified roles createdAt } }";
const SESSIONS: &str =
    "{ me { id sessions(first: 20) { nodes { id deviceName lastUsedAt isCurrent } totalCount } } }";

const LOGIN: &str = "mutation ($email: String!, $password: String!) {
    answer: login(input: { email: $email, password: $password }) { tokens { accessToken } userErrors { code } } }";
const SIGNUP: &str = "mutation ($email: String!, $password: String!) {
    answer: signup(input: { name: \"Ada Lovelace\", email: $email, password: $password }) {
        tokens { accessToken } userErrors { code } } }";

/// A list of users for an administrator: its first page from somewhere in the middle.
const USERS: &str = "query ($filter: UserFilterInput, $orderBy: UserOrderInput) {
    users(first: 10, filter: $filter, orderBy: $orderBy) { nodes { id name email roles } pageInfo { hasNextPage } } }";

/// So often is asked in a round what costs little.
const MANY: usize = 300;
/// So often what is written to disk.
const FEW: usize = 100;
/// With the round before the first, a thousand users have so many sessions that were not used lately.
pub const MOST_ROUNDS: usize = 9;

#[derive(Debug, Clone, Copy)]
pub enum Question {
    /// `me` in a session whose use was noted less than a minute ago.
    Me,
    /// `me` in one whose use was not: it is written down.
    MeNoted,
    /// The sessions of somebody.
    Sessions,
    /// A sign-in.
    Login,
    /// A wrong password: looks the account up, and counts the failure.
    WrongPassword,
    /// An address that nobody has.
    Nobody,
    /// A sign-up.
    Signup,
    /// Users who signed up before some time.
    ByTime,
    /// The same with a status.
    ByStatus,
    /// The same with a role.
    ByRole,
    /// Users whose name begins with these letters.
    ByName,
    /// Users whose address begins with these.
    ByEmail,
    /// Users by their last sign-in.
    ByLastLogin,
}

impl Question {
    pub const ALL: [Self; 13] = [
        Self::Me,
        Self::MeNoted,
        Self::Sessions,
        Self::Login,
        Self::WrongPassword,
        Self::Nobody,
        Self::Signup,
        Self::ByTime,
        Self::ByStatus,
        Self::ByRole,
        Self::ByName,
        Self::ByEmail,
        Self::ByLastLogin,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Self::Me => "me",
            Self::MeNoted => "me, its use noted",
            Self::Sessions => "session list",
            Self::Login => "login",
            Self::WrongPassword => "login, wrong password",
            Self::Nobody => "login, unknown address",
            Self::Signup => "signup",
            Self::ByTime => "users by time",
            Self::ByStatus => "users with a status",
            Self::ByRole => "users with a role",
            Self::ByName => "users by name",
            Self::ByEmail => "users by address",
            Self::ByLastLogin => "users by last sign-in",
        }
    }

    /// Asks it of this server for one round; the median in milliseconds.
    pub async fn ask(self, filled: &mut Filled) -> f64 {
        let mut times = Times::default();
        let often = match self {
            Self::Login | Self::WrongPassword | Self::Nobody | Self::Signup | Self::MeNoted => FEW,
            _ => MANY,
        };
        let mut connection = filled.connect().await;
        for _ in 0..often {
            let asked = self.request(filled);
            let begin = Instant::now();
            let answer = connection.ask(&asked).await;
            times.add(begin.elapsed());
            self.check(&answer.data());
        }
        times.quantiles(&[0.5])[0]
    }

    fn request(self, filled: &mut Filled) -> Vec<u8> {
        if let Some(variables) = self.list(filled) {
            let administrator = filled.users;
            return request(USERS, &variables, Some(&filled.issuer.token(administrator, 0)));
        }
        let (query, nth) = match self {
            Self::Me => (ME, Some(0)),
            Self::MeNoted => (ME, Some(1)),
            Self::Sessions => (SESSIONS, Some(0)),
            Self::Login | Self::WrongPassword | Self::Nobody => (LOGIN, None),
            _ => (SIGNUP, None),
        };
        if let Some(nth) = nth {
            let user = filled.somebody(nth);
            return request(query, &json!({}), Some(&filled.issuer.token(user, nth)));
        }
        let (email, password) = match self {
            Self::Login => (email(filled.somebody(0)), PASSWORD),
            Self::WrongPassword => (email(filled.somebody(0)), "a candle behind thick glass"),
            _ => (new_email(), PASSWORD),
        };
        request(query, &json!({ "email": email, "password": password }), None)
    }

    /// Which list of users it asks for, if it asks for one.
    fn list(self, filled: &mut Filled) -> Option<Value> {
        let somebody = filled.somebody(0);
        let time = i64::try_from(FIRST_USER + somebody).unwrap();
        let time = jiff::Timestamp::from_millisecond(time).unwrap().to_string();
        // One letter of sixteen: with a thousand users it is still more than a page.
        let letter = format!("{:08x}", scattered(somebody))[..1].to_owned();
        Some(match self {
            Self::ByTime => json!({ "filter": { "createdTo": time } }),
            Self::ByStatus => json!({ "filter": { "createdTo": time, "status": "ACTIVE" } }),
            Self::ByRole => json!({ "filter": { "createdTo": time, "role": "staff" } }),
            Self::ByName => json!({ "filter": { "search": format!("Ada {letter}") } }),
            Self::ByEmail => json!({ "filter": { "search": letter }, "orderBy": { "field": "EMAIL" } }),
            Self::ByLastLogin => json!({ "orderBy": { "field": "LAST_LOGIN_AT" } }),
            _ => return None,
        })
    }

    fn check(self, data: &Value) {
        let is_answered = match self {
            Self::Me | Self::MeNoted | Self::Sessions => data["me"]["id"].is_string(),
            Self::Login | Self::Signup => data["answer"]["tokens"].is_object(),
            Self::WrongPassword | Self::Nobody => {
                data["answer"]["userErrors"][0]["code"] == "INVALID_CREDENTIALS"
            }
            _ => data["users"]["nodes"].is_array(),
        };
        assert!(is_answered, "{self:?}: {data}");
    }
}

/// An address that nobody has, nor had.
fn new_email() -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    format!("{}@example.com", now.as_nanos())
}
