//! The age of the mail that has waited longest, which monitoring watches.

use std::{sync::Arc, time::Duration};

use portcullis::{
    features::mail::measure,
    server::{health::Stopping, post},
};

use super::{deliver, start, write_to};
use crate::support::{At, Fault, TestApp};

fn age(app: &TestApp) -> i64 {
    app.app.metrics.oldest_mail_seconds.get()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_age_is_that_of_the_oldest_mail_also_if_another_is_due_before_it() {
    let (app, smtp) = start().await;
    smtp.change(|script| {
        script.faults.insert(At::Rcpt, Fault::Reply("451 later"));
    });
    write_to(&app, "ada").await;
    deliver(&app).await;
    app.pass(Duration::from_secs(5));
    write_to(&app, "eve").await;
    measure(&app.app).await;
    assert_eq!(age(&app), 5);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_age_is_measured_while_the_mail_server_does_not_answer() {
    let (app, smtp) = start().await;
    smtp.change(|script| {
        script.faults.insert(At::End, Fault::Silence);
    });
    write_to(&app, "ada").await;
    let post_office = post::post_office(&app.app.config).unwrap();
    let sending = post::run(Arc::clone(&app.app), post_office, Stopping::default());
    let waiting = async {
        tokio::time::sleep(Duration::from_millis(500)).await;
        app.pass(Duration::from_secs(40));
        while age(&app) < 40 {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::select! {
        () = sending => {}
        () = waiting => {}
        () = tokio::time::sleep(Duration::from_secs(10)) => {}
    }
    assert_eq!(age(&app), 40);
}
