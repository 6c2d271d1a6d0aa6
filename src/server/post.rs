//! Mail: who gets which letter, and the worker that sends them.

use std::{sync::Arc, time::Duration};

use futures_util::future::BoxFuture;
use tokio::{
    select,
    time::{interval, sleep},
};

use super::health::Stopping;
use crate::{
    context::App,
    features::{
        email_change, email_login, email_verification,
        mail::{self, Compose, Composed, Letters, Lookup, PostOffice, Recipient, Round},
        password_reset,
        social_login::{self, AddressMail},
    },
    platform::{
        config::{Config, ConfigError},
        failure::Failed,
        mail::Smtp,
        rng::Rng,
    },
};

/// How often the worker looks without being woken: for mails that were put off, and for those of servers that died.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// How long a woken worker waits, so that the transaction with the mail can commit.
const COMMIT_DELAY: Duration = Duration::from_millis(15);

/// Maximum of a random wait in addition. Without it, an attacker could time a request to meet the work on the mail, and
/// learn from the delay whether the address has an account.
const MAX_RANDOM_DELAY: Duration = Duration::from_millis(400);

/// Pause while the mail server cannot be reached.
const BLOCKED_PAUSE: Duration = Duration::from_secs(10);

/// Everything that sending needs, from the settings. Reads the files that they name.
pub fn post_office(config: &Config) -> Result<PostOffice, ConfigError> {
    Ok(PostOffice {
        letters: Letters::load(config)?,
        smtp: config.smtp().map(|settings| Smtp::new(&settings)).transpose()?,
        composer: Box::new(Composer),
    })
}

/// Passes each request to the feature that answers it.
struct Composer;

impl Compose for Composer {
    fn compose<'a>(
        &'a self,
        app: &'a App,
        lookup: Lookup,
    ) -> BoxFuture<'a, Result<Option<Composed>, Failed>> {
        Box::pin(async move {
            match lookup {
                Lookup::PasswordReset {
                    email_key,
                    asker,
                    requester,
                } => password_reset::compose(app, &email_key, asker, requester).await,
                Lookup::Verification { email_key } => email_verification::compose(app, &email_key).await,
                Lookup::Registration {
                    email_key,
                    address,
                    locale,
                    secret,
                } => {
                    let to = Recipient {
                        address,
                        locale,
                        name: None,
                    };
                    email_verification::compose_registration(app, &email_key, to, secret).await
                }
                Lookup::NewAddress {
                    user_id,
                    email_key,
                    address,
                    secret,
                } => email_change::compose(app, &user_id, &email_key, address, secret).await,
                Lookup::SignInCode {
                    email_key,
                    code,
                    secret,
                    asker,
                } => email_login::compose(app, &email_key, code, secret, asker).await,
                Lookup::SocialAddress {
                    email_key,
                    address,
                    locale,
                    provider,
                    was_unlinked,
                    code,
                    asker,
                } => {
                    let to = Recipient {
                        address,
                        locale,
                        name: None,
                    };
                    let mail = AddressMail {
                        to,
                        provider,
                        code,
                        asker,
                    };
                    social_login::compose(app, &email_key, was_unlinked, mail).await
                }
            }
        })
    }
}

/// Sends mail until the server stops; then it finishes the one in hand.
pub async fn run(app: Arc<App>, post_office: PostOffice, stopping: Stopping) {
    select! {
        () = send(&app, &post_office, &stopping) => {}
        () = measure(&app) => {}
    }
}

/// Measures the age of the oldest mail, also while one takes long or the mail server cannot be reached.
async fn measure(app: &App) {
    let mut looks = interval(LOOK_EVERY);
    loop {
        looks.tick().await;
        mail::measure(app).await;
    }
}

async fn send(app: &App, post_office: &PostOffice, stopping: &Stopping) {
    let mut looks = interval(LOOK_EVERY);
    while !stopping.has_begun() {
        select! {
            () = app.mail_queued.notified() => sleep(COMMIT_DELAY + random_delay(&*app.rng)).await,
            _ = looks.tick() => {}
        }
        let is_stopping = || stopping.has_begun();
        loop {
            match post_office.deliver(app, &is_stopping).await {
                Ok(Round::Busy) if !is_stopping() => {}
                Ok(Round::Busy | Round::Idle) => break,
                Ok(Round::Blocked) => {
                    pause(stopping).await;
                    break;
                }
                Err(failure) => {
                    tracing::warn!(?failure, "could not work through the outbox");
                    pause(stopping).await;
                    break;
                }
            }
        }
    }
}

fn random_delay(rng: &dyn Rng) -> Duration {
    MAX_RANDOM_DELAY * u32::from(u16::from_le_bytes(rng.bytes::<2>())) / u32::from(u16::MAX)
}

/// Waits, unless the server stops.
async fn pause(stopping: &Stopping) {
    let until = tokio::time::Instant::now() + BLOCKED_PAUSE;
    while !stopping.has_begun() && tokio::time::Instant::now() < until {
        sleep(Duration::from_millis(100)).await;
    }
}
