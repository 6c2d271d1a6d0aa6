//! Which code hashes the passwords: nobody but the operator notices.

use portcullis::platform::crypto::{HashEngine, instructions};

use crate::support::{PASSWORD, Program, TestApp};

#[tokio::test]
async fn people_sign_in_whichever_engine_hashed_their_password() {
    for [first, then] in [
        [HashEngine::Portable, HashEngine::Simd],
        [HashEngine::Simd, HashEngine::Portable],
    ] {
        let app = TestApp::with(|config| config.hash_engine = first).await;
        let ada = app.user("ada").await;
        let stored = app.row(&ada.email).await.unwrap().password_hash.unwrap();
        assert!(stored.starts_with("$argon2id$v=19$m=8,t=1,p=1$"), "{stored}");

        let other = app.another(|config| config.hash_engine = then).await;
        let client = other.anonymous();
        assert_eq!(client.login(&ada.email, PASSWORD).await.user_errors("login"), []);
        let wrong = client.login(&ada.email, "a lantern under snow").await;
        assert_eq!(wrong.user_errors("login")[0].0, "INVALID_CREDENTIALS");
        // Nothing was made anew: to the other engine the hash is as good as its own.
        let kept = app.row(&ada.email).await.unwrap().password_hash.unwrap();
        assert_eq!(kept, stored, "{first:?}, {then:?}");
    }
}

#[tokio::test]
async fn the_log_tells_once_of_an_engine_that_was_asked_for() {
    let lines = |log: String| log.lines().filter(|line| line.contains("hash_engine")).count();
    let usual = Program::new().await;
    assert_eq!(lines(usual.serve().await.log()), 0);
    let simd = Program::new().await.with("HASH_ENGINE", "simd");
    let log = simd.serve().await.log();
    assert_eq!(lines(log.clone()), 1, "{log}");
    // Either that it is in use, or that the processor lacks what it needs.
    let is_told = match instructions() {
        Some(instructions) => log.contains(instructions),
        None => log.contains("no instructions"),
    };
    assert!(is_told, "{log}");
}

#[tokio::test]
async fn an_engine_that_does_not_exist_stops_the_start() {
    let program = Program::new().await.with("HASH_ENGINE", "fastest");
    let finished = program.run(&["serve"]);
    let complaint = finished.complaint(78);
    assert!(complaint.contains("hash_engine"), "{complaint}");
    assert!(
        complaint.ends_with("must be one of: portable, simd"),
        "{complaint}"
    );
}
