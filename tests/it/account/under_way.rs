//! What changes while a password is being hashed: what was proven must still hold where it takes effect.
//!
//! What happens is ready in a transaction, past which the call cannot write, and is let through once the call has read
//! the account.

use portcullis::platform::{
    crypto::{Asker, PasswordHash},
    db::Invalidates,
};
use sea_orm::ConnectionTrait as _;
use serde_json::json;

use super::{
    CHANGE_PASSWORD, Device, NEW, assert_done, change_password_only, delete_account, opens, proven,
    reauthenticate, refusal, refusals, update_profile,
};
use crate::support::{Answer, Client, PASSWORD, Person, TestApp, until};

const END_SESSIONS: &str = "UPDATE sessions SET revoked_at = 1, revocation_reason = 'logout'";

/// What can be under way.
#[derive(Debug, Clone, Copy)]
enum Call {
    ChangePassword,
    Reauthenticate,
    DeleteAccount,
}

const CALLS: [Call; 3] = [Call::ChangePassword, Call::Reauthenticate, Call::DeleteAccount];

impl Call {
    /// With the right password.
    async fn by(self, client: Client) -> Answer {
        match self {
            Self::ChangePassword => change_password_only(&client, PASSWORD, NEW).await,
            Self::Reauthenticate => reauthenticate(&client, PASSWORD).await,
            Self::DeleteAccount => delete_account(&client, json!({ "currentPassword": PASSWORD })).await,
        }
    }

    /// Where the input has the current password.
    fn field(self) -> &'static str {
        match self {
            Self::Reauthenticate => "password",
            Self::ChangePassword | Self::DeleteAccount => "currentPassword",
        }
    }
}

/// Ada, signed in on her phone.
struct UnderWay {
    app: TestApp,
    ada: Person,
    phone: Device,
}

impl UnderWay {
    async fn start() -> Self {
        let app = TestApp::start().await;
        let ada = app.user("ada").await;
        let phone = Device::of(&app, &ada).await;
        Self { app, ada, phone }
    }

    /// What becomes of a call from the phone when this happens after it has read the account, and before it can write.
    async fn meanwhile(&self, call: Call, happens: &[&str]) -> Answer {
        self.meanwhile_of(call.by(self.phone.client.clone()), happens)
            .await
    }

    async fn meanwhile_of(
        &self,
        call: impl Future<Output = Answer> + Send + 'static,
        happens: &[&str],
    ) -> Answer {
        let asked = || self.app.clock.asked();
        // To find out who calls, the clock is asked so many times.
        let before = asked();
        self.phone.client.me().await;
        let to_read = asked() - before;

        let ready = self.app.app.db.begin(Invalidates::All).await.unwrap();
        for sql in happens {
            ready.execute_unprepared(sql).await.unwrap();
        }
        let before = asked();
        let calling = tokio::spawn(call);
        until("the account is read", async || asked() >= before + to_read).await;
        ready.commit().await.unwrap();
        calling.await.unwrap()
    }

    async fn stored(&self) -> Option<String> {
        self.app.row(&self.ada.email).await.unwrap().password_hash
    }
}

/// A hash that is cheap to verify.
async fn hash(app: &TestApp, password: &str) -> PasswordHash {
    app.app
        .hasher
        .hash(Asker::Stranger, &password.into())
        .await
        .unwrap()
}

fn put(hash: &PasswordHash) -> String {
    format!("UPDATE users SET password_hash = '{}'", hash.as_str())
}

#[tokio::test]
async fn a_session_that_ends_meanwhile_does_nothing_more() {
    for call in CALLS {
        let here = UnderWay::start().await;
        let before = here.app.row(&here.ada.email).await;
        let answer = here.meanwhile(call, &[END_SESSIONS]).await;
        assert_eq!(answer.reason(), "SESSION_REVOKED", "{call:?}");
        assert_eq!(here.app.row(&here.ada.email).await, before, "{call:?}");
        let row = here.phone.row(&here.app).await.unwrap();
        assert_eq!((row.reauthenticated_at, row.revoked_at), (None, Some(1)));
    }
}

#[tokio::test]
async fn an_account_that_is_disabled_meanwhile_stays_as_it_is() {
    for call in CALLS {
        let here = UnderWay::start().await;
        let before = here.stored().await;
        let disable = ["UPDATE users SET status = 'disabled'", END_SESSIONS];
        let answer = here.meanwhile(call, &disable).await;
        // Not that the password is wrong: it is not.
        assert_eq!(answer.reason(), "SESSION_REVOKED", "{call:?}");
        assert_eq!(here.stored().await, before, "{call:?}");
        assert_eq!(here.phone.row(&here.app).await.unwrap().reauthenticated_at, None);
    }
}

#[tokio::test]
async fn an_account_that_is_gone_meanwhile_is_told_as_a_session_that_ended() {
    for call in CALLS {
        let here = UnderWay::start().await;
        let answer = here.meanwhile(call, &["DELETE FROM users"]).await;
        assert_eq!(answer.reason(), "SESSION_REVOKED", "{call:?}");
    }
}

#[tokio::test]
async fn a_password_that_is_changed_meanwhile_proves_nothing_any_more() {
    for call in CALLS {
        let here = UnderWay::start().await;
        let other = hash(&here.app, "a lamp that came meanwhile").await;
        let answer = here.meanwhile(call, &[&put(&other)]).await;
        let expected = refusal("CURRENT_PASSWORD_INCORRECT", Some(call.field()));
        assert_eq!(refusals(&answer), [expected], "{call:?}");
        assert_eq!(here.stored().await.as_deref(), Some(other.as_str()), "{call:?}");
        let row = here.phone.row(&here.app).await.unwrap();
        assert_eq!((row.reauthenticated_at, row.revoked_at), (None, None), "{call:?}");
    }
}

#[tokio::test]
async fn a_password_that_is_taken_away_meanwhile_proves_nothing_any_more() {
    for call in CALLS {
        let here = UnderWay::start().await;
        let answer = here
            .meanwhile(call, &["UPDATE users SET password_hash = NULL"])
            .await;
        assert!(!refusals(&answer).is_empty(), "{call:?}");
        assert_eq!(here.stored().await, None, "{call:?}");
        assert_eq!(here.phone.row(&here.app).await.unwrap().reauthenticated_at, None);
    }
}

/// As a login does where the cost was raised.
#[tokio::test]
async fn a_hash_that_is_made_anew_of_the_same_password_does_no_harm() {
    for call in CALLS {
        let here = UnderWay::start().await;
        let same = hash(&here.app, PASSWORD).await;
        assert_done(&here.meanwhile(call, &[&put(&same)]).await);
        match call {
            Call::ChangePassword => assert!(opens(&here.app, &here.ada, NEW).await),
            Call::DeleteAccount => assert_eq!(here.app.row(&here.ada.email).await, None),
            Call::Reauthenticate => {
                assert!(
                    here.phone
                        .row(&here.app)
                        .await
                        .unwrap()
                        .reauthenticated_at
                        .is_some()
                );
            }
        }
    }
}

#[tokio::test]
async fn a_proof_from_before_must_still_count_and_the_hash_may_be_another_one() {
    const CHANGED: &str = "UPDATE users SET password_hash = 'x'";
    const FORGOTTEN: &str = "UPDATE sessions SET reauthenticated_at = NULL";
    for (happens, refused_with) in [
        (&[CHANGED][..], None),
        (&[CHANGED, FORGOTTEN], Some("REAUTHENTICATION_REQUIRED")),
        (&[FORGOTTEN], Some("REAUTHENTICATION_REQUIRED")),
    ] {
        let here = UnderWay::start().await;
        let client = proven(&here.app, &here.phone.client).await;
        let answer = here
            .meanwhile_of(async move { delete_account(&client, json!({})).await }, happens)
            .await;
        let expected: Vec<_> = refused_with.map(|code| refusal(code, None)).into_iter().collect();
        assert_eq!(refusals(&answer), expected, "{happens:?}");
        assert_eq!(
            here.app.row(&here.ada.email).await.is_some(),
            refused_with.is_some()
        );
    }
}

#[tokio::test]
async fn an_account_that_has_a_password_meanwhile_asks_for_it() {
    let here = UnderWay::start().await;
    let client = proven(&here.app, &here.phone.client).await;
    let set = hash(&here.app, "a lamp that came meanwhile").await;
    here.app.put_hash(&here.ada.email, None).await;
    let input = json!({ "input": { "newPassword": NEW } });
    let answer = here
        .meanwhile_of(
            async move { client.run(CHANGE_PASSWORD, input).await },
            &[&put(&set)],
        )
        .await;
    assert_eq!(refusals(&answer), [refusal("REQUIRED", Some("currentPassword"))]);
    assert_eq!(here.stored().await.as_deref(), Some(set.as_str()));
}

#[tokio::test]
async fn a_name_is_not_said_to_be_changed_when_the_account_is_gone() {
    let here = UnderWay::start().await;
    let client = here.phone.client.clone();
    let answer = here
        .meanwhile_of(
            async move { update_profile(&client, json!({ "name": "Countess" })).await },
            &["DELETE FROM users"],
        )
        .await;
    assert_eq!(answer.reason(), "SESSION_REVOKED");
}
