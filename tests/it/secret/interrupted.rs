//! The command dies at any moment, and the same command completes the work.

use std::time::Duration;

use portcullis::{features::secret, platform::db::StartLock};

use super::{command, held::Held, operator, replace_leaked, secrets, server, with_file};
use crate::{
    audit::findings,
    support::{Statements, TestApp},
};

/// Longer than a lease of a command that died.
const LEASE: Duration = Duration::from_mins(4);

/// Runs the command until the database has answered this many statements, and then drops it. Returns whether it was
/// done before.
async fn run_for(app: &TestApp, answered: usize) -> bool {
    let statements = Statements::default();
    let builder = TestApp::builder().sharing_database_of(app).watched(&statements);
    let assembling = Box::pin(builder.config(with_file).try_assemble());
    let mut command = Box::new(assembling.await.unwrap());
    statements.take();
    let lock = StartLock::acquire(&command.db).await.unwrap();
    let enough = async {
        let mut seen = 0;
        loop {
            seen += statements.take().len();
            if seen >= answered {
                return;
            }
            tokio::task::yield_now().await;
        }
    };
    let is_done = {
        let work = Box::pin(secret::replace_leaked(&mut command, operator(), 0, &lock));
        tokio::select! {
            biased;
            () = enough => false,
            done = work => {
                done.unwrap();
                true
            }
        }
    };
    lock.release().await;
    is_done
}

#[tokio::test]
async fn at_every_statement_servers_start_afterwards_and_the_command_can_complete_it() {
    let app = server().await;
    let mut held = Held::new(&app, "held").await;
    let mut answered = 0;
    while !run_for(&app, answered).await {
        app.until_database_is_idle().await;
        let again = command(&app).await;
        let report = portcullis::features::audit::verify(&again, None).await.unwrap();
        assert_eq!(report.findings, [], "after {answered} statements");
        assert!(
            secrets(&app).len() > 1 || answered < 20,
            "nothing tells that it is incomplete"
        );
        app.pass(LEASE);
        answered += 2;
    }
    assert!(answered > 20, "{answered}");
    assert_eq!(secrets(&app).len(), 1);
    let again = app.another(with_file).await;
    assert_eq!(findings(&again).await, []);
    held.assert_ended(&again).await;
}

#[tokio::test]
async fn an_interrupted_command_is_repeated_with_another_secret() {
    let app = server().await;
    let mut held = Held::new(&app, "held").await;
    app.app.config.put_new_secret_in_front(&*app.app.rng).unwrap();
    let [interrupted, former] = &secrets(&app)[..] else {
        panic!("two secrets")
    };
    let done = replace_leaked(command(&app).await).await.unwrap();
    assert_eq!(done.former.len(), 2);
    let [last] = &secrets(&app)[..] else {
        panic!("one secret")
    };
    assert!(last != interrupted && last != former);
    held.assert_ended(&app.another(with_file).await).await;
}
