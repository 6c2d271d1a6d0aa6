//! Several servers that share an outbox.

use std::{collections::BTreeSet, time::Duration};

use entity::mail::State;
use portcullis::features::mail::Round;

use super::{deliver, outbox, start, states, write_to};
use crate::support::{At, Fault, TestApp, with_mail_server};

async fn deliver_all(app: &TestApp) {
    while deliver(app).await == Round::Busy {}
}

#[tokio::test(flavor = "multi_thread")]
async fn two_servers_send_every_mail_once() {
    const MAILS: usize = 60;
    let (app, smtp) = start().await;
    let other = app.another(|config| with_mail_server(config, smtp.port)).await;
    for nth in 0..MAILS {
        write_to(&app, &format!("p{nth}")).await;
    }
    tokio::join!(deliver_all(&app), deliver_all(&other));
    let to: Vec<_> = smtp.accepted().into_iter().flat_map(|mail| mail.to).collect();
    assert_eq!(to.len(), MAILS);
    assert_eq!(to.into_iter().collect::<BTreeSet<_>>().len(), MAILS);
    assert!(states(&app).await.iter().all(|state| *state == State::Sent));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_in_the_hands_of_a_server_that_died_is_taken_over() {
    let (app, smtp) = start().await;
    let other = app.another(|config| with_mail_server(config, smtp.port)).await;
    write_to(&app, "ada").await;
    smtp.change(|script| {
        script.faults.insert(At::End, Fault::Silence);
    });
    {
        // Dropped in the middle of sending, as if it had died.
        let sending = deliver(&app);
        let _ = tokio::time::timeout(Duration::from_millis(500), sending).await;
    }
    smtp.change(|script| script.faults.clear());
    app.pass(Duration::from_mins(1));
    assert_eq!(deliver(&other).await, Round::Idle, "it may still be sending");
    app.pass(Duration::from_secs(31));
    deliver(&other).await;
    let mail = outbox(&app).await.remove(0);
    assert_eq!((mail.state, mail.attempts), (State::Sent, 2));
}
