//! Addresses that refuse mail.

use std::time::Duration;

use entity::mail::State;
use portcullis::features::mail;
use serde_json::json;

use super::{deliver, outbox, start};
use crate::support::{At, Fault, TestApp};

const DAY: Duration = Duration::from_hours(24);

async fn request(app: &TestApp) {
    let input = json!({ "email": "ada@example.com" });
    app.anonymous().call("requestPasswordReset", "email", input).await;
    deliver(app).await;
}

#[tokio::test]
async fn after_three_refusals_an_address_gets_no_more_mail_until_the_operator_says_so() {
    let (app, smtp) = start().await;
    app.user("ada").await;
    smtp.change(|script| {
        script
            .faults
            .insert(At::Rcpt, Fault::Reply("550 5.1.1 no such user"));
    });
    deliver(&app).await;
    for _ in 0..2 {
        app.pass(DAY);
        request(&app).await;
    }
    let refused = smtp
        .lines()
        .iter()
        .filter(|line| line.starts_with("RCPT"))
        .count();
    assert_eq!(refused, 3);
    smtp.change(|script| script.faults.clear());
    request(&app).await;
    assert!(smtp.accepted().is_empty());
    let states: Vec<_> = outbox(&app).await.into_iter().map(|mail| mail.state).collect();
    assert_eq!(states, [State::Failed; 4]);
    assert!(mail::unsuppress(&app.app, "ADA@example.com").await.unwrap());
    app.pass(Duration::from_hours(1));
    request(&app).await;
    assert_eq!(smtp.accepted().len(), 1);
}

#[tokio::test]
async fn a_mail_that_arrives_makes_the_refusals_before_it_forgotten() {
    let (app, smtp) = start().await;
    app.user("ada").await;
    let refuse = |refuses: bool| {
        smtp.change(|script| {
            script.faults.clear();
            if refuses {
                script
                    .faults
                    .insert(At::Rcpt, Fault::Reply("550 5.1.1 no such user"));
            }
        });
    };
    refuse(true);
    deliver(&app).await;
    request(&app).await;
    refuse(false);
    request(&app).await;
    refuse(true);
    request(&app).await;
    refuse(false);
    app.pass(Duration::from_hours(1));
    request(&app).await;
    assert_eq!(smtp.accepted().len(), 2);
}

#[tokio::test]
async fn the_operator_stops_mail_to_an_address() {
    let (app, smtp) = start().await;
    mail::suppress(&app.app, "ada@example.com").await.unwrap();
    app.user("ada").await;
    deliver(&app).await;
    assert!(smtp.accepted().is_empty());
}

/// Three mails at once are easy to cause, while a mail server has a bad hour.
#[tokio::test]
async fn refusals_of_one_day_count_once() {
    let (app, smtp) = start().await;
    app.user("ada").await;
    smtp.change(|script| {
        script
            .faults
            .insert(At::Rcpt, Fault::Reply("550 5.7.1 relaying denied"));
    });
    deliver(&app).await;
    for _ in 0..3 {
        request(&app).await;
    }
    smtp.change(|script| script.faults.clear());
    app.pass(Duration::from_hours(1));
    request(&app).await;
    assert_eq!(smtp.accepted().len(), 1);
}

/// Anybody can fill a mailbox, and then ask for mails to it.
#[tokio::test]
async fn a_full_mailbox_gets_its_mail_later() {
    for full in ["552 mailbox full", "552 5.2.2 over quota", "550 5.2.2 over quota"] {
        let (app, smtp) = start().await;
        app.user("ada").await;
        smtp.change(|script| {
            script.faults.insert(At::Rcpt, Fault::Reply(full));
        });
        deliver(&app).await;
        smtp.change(|script| script.faults.clear());
        app.pass(Duration::from_mins(1));
        deliver(&app).await;
        assert_eq!(smtp.accepted().len(), 1, "{full}");
    }
}
