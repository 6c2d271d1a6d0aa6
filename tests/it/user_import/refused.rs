//! `importUsers`: what it refuses, user by user or as a whole.

use super::*;
use crate::{
    admin::{Admin, codes},
    support::TestApp,
};

/// What would keep a thread for minutes, or take the memory of the machine.
const BOMBS: [&str; 11] = [
    "$2b$15$MIy3g2prFGIQpYL5O16QWuZ2ksfj8ZbtoBz5AoQdYl05y342WelP6",
    "bcrypt$$2b$31$MIy3g2prFGIQpYL5O16QWuZ2ksfj8ZbtoBz5AoQdYl05y342WelP6",
    "bcrypt_sha256$$2b$31$MIy3g2prFGIQpYL5O16QWuZ2ksfj8ZbtoBz5AoQdYl05y342WelP6",
    r#"{"passwordHash": "$2a$20$QuhAUx3/C5UnQMfRQcgl/.zW1alyCgqtHVeTLo/freLHYvFoU5Uwu"}"#,
    "pbkdf2_sha256$2000001$quietSnow0123456789012$jGpC27TSzhG4L0PvESiO/vJ+Nw4jyoJG49gT9xPHRP0=",
    "pbkdf2:sha256:4000000000$4Lh5FCt8OB0sRMRm$468c39ceea0fd3431400578af1dacf7d3a6358be54721da37d58ef9d05e0c5a6",
    "$pbkdf2-sha256$99999999$cXVpZXQgc25vdyBzYWx0IQ$ozcqJIpg1k14OglrWMqNLkg4rmL8FtQganYyJPcacbQ",
    "$scrypt$ln=30,r=8,p=1$cXVpZXQgc25vdyBzYWx0IQ$bFiqVwvu6rD6Fd+zmXj50IXqTsJRJ+Pn34XQ38rJAVI",
    "$argon2id$v=19$m=4194304,t=1,p=1$cXVpZXQgc25vdyBzYWx0IQ$b8XcHWl23gJctvfpkfCw7vJE5gEI+korxhHzT2yhnHM",
    "$argon2id$v=19$m=8192,t=100000,p=1$cXVpZXQgc25vdyBzYWx0IQ$b8XcHWl23gJctvfpkfCw7vJE5gEI+korxhHzT2yhnHM",
    r#"{"secretData": "{\"value\":\"jGpC27TSzhG4L0PvESiO/vJ+Nw4jyoJG49gT9xPHRP0=\",\"salt\":\"cXVpZXQgc25vdyBzYWx0IQ==\"}", "credentialData": "{\"hashIterations\":2000000000,\"algorithm\":\"pbkdf2-sha256\"}"}"#,
];

#[tokio::test]
async fn a_hash_that_is_too_costly_is_refused_in_every_form_without_being_computed() {
    let app = TestApp::start().await;
    let admin = Admin::with(&app, "joe", &["importer"]).await;
    let werkzeug = format!("scrypt:1073741824:8:1$pok0uhlkeL96AIIe${}", "d1".repeat(64));
    let firebase = hash_of("Firebase, Supabase").replace("n=14", "n=30");
    let django = hash_of("Django argon2").replace("m=102400", "m=4194304");
    let scrypt = hash_of("Django scrypt").replace("scrypt$16384$", "scrypt$1048576$");
    let bombs = BOMBS
        .into_iter()
        .chain([&*werkzeug, &*firebase, &*django, &*scrypt]);
    let bombs: Vec<_> = bombs.collect();
    let users: Vec<_> = bombs
        .iter()
        .enumerate()
        .map(|(number, hash)| with_hash(&format!("bomb{number}"), hash))
        .collect();
    // Computing one of them would take minutes.
    let answer = import(&admin.client, users.into()).await;
    for (bomb, codes) in bombs.iter().zip(outcomes(&answer)) {
        assert_eq!(codes, ["PASSWORD_HASH_TOO_COSTLY"], "{bomb}");
        assert!(!answer.text.contains(bomb));
    }
    assert_eq!(rows(&app).await.len(), 1);
}

#[tokio::test]
async fn each_user_fails_alone_with_all_that_is_wrong() {
    let app = TestApp::start().await;
    let admin = Admin::with(&app, "joe", &["mover"]).await;
    let many: Vec<_> = (0..51).map(|n| format!("role{n}")).collect();
    let users = json!([
        { "name": " ", "email": "", "passwordHash": "1234", "createdAt": "2026-11-22T12:00:00.001Z" },
        user("fine"),
        { "name": "x".repeat(101), "email": format!("{}@example.com", "x".repeat(65)) },
        { "name": "a\u{0}b", "email": "a\u{0}b@example.com" },
        { "name": "=1+1", "email": "=1+1@example.com", "createdAt": "1969-12-31T23:59:59.999Z" },
        { "name": "roles", "email": "roles@example.com", "roles": ["nobody knows it"] },
        { "name": "many", "email": "many@example.com", "roles": many },
        with_hash("shiny", "09d46fed25a0dff0f8175da6b416ee18c0c0d02414bf370f854082c4f23ce02f"),
        { "name": "=1+1", "email": "-formula+@example.com" },
    ]);
    let answer = import(&admin.client, users).await;
    let expected: [&[&str]; 9] = [
        &["REQUIRED", "REQUIRED", "PASSWORD_HASH_INVALID", "INVALID_TIME"],
        &[],
        &["TOO_LONG", "TOO_LONG"],
        &["INVALID_CHARACTERS", "INVALID_CHARACTERS"],
        &["INVALID_TIME"],
        &["INVALID_ROLE"],
        &["INVALID_ROLE"],
        &["PASSWORD_HASH_INVALID"],
        &[],
    ];
    assert_eq!(outcomes(&answer), expected);
    let errors = &answer.data("importUsers")["results"][0]["userErrors"];
    let fields: Vec<_> = errors
        .as_array()
        .unwrap()
        .iter()
        .map(|error| &error["field"][2])
        .collect();
    assert_eq!(fields, ["name", "email", "passwordHash", "createdAt"]);
    let message = &answer.data("importUsers")["results"][7]["userErrors"][0]["message"];
    assert_eq!(*message, "A digest of HMAC-SHA256 needs the key that made it.");
    // Cells that spreadsheets would compute are text like any other.
    let formula = app.row("-formula+@example.com").await.unwrap();
    assert_eq!(formula.name, "=1+1");
    assert_eq!(rows(&app).await.len(), 3);
}

#[tokio::test]
async fn a_call_takes_a_hundred_users_and_no_more() {
    let app = TestApp::start().await;
    let admin = Admin::with(&app, "joe", &["importer"]).await;
    let users: Vec<_> = (0..101).map(|number| user(&format!("user{number}"))).collect();
    let answer = import(&admin.client, users.clone().into()).await;
    let payload = answer.data("importUsers");
    assert_eq!(payload["results"], json!([]));
    assert_eq!(codes(&answer), ["LIMIT_REACHED"]);
    assert_eq!(payload["userErrors"][0]["field"], json!(["users"]));
    assert_eq!(rows(&app).await.len(), 1);
    let answer = import(&admin.client, users[..100].into()).await;
    assert_eq!(outcomes(&answer), vec![Vec::<String>::new(); 100]);
    assert_eq!(
        outcomes(&import(&admin.client, json!([])).await),
        Vec::<Vec<String>>::new()
    );
    assert_eq!(events(&app).await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn weak_hashes_are_paid_for_by_the_network_and_others_cost_nothing() {
    let app = TestApp::builder()
        .behind_proxy()
        .config(|config| config.account_writes = 0)
        .start()
        .await;
    let admin = Admin::with(&app, "joe", &["importer"]).await;
    let here = admin.client.at("203.0.113.7");
    let batch = |round: usize, hash: &str| -> Value {
        let names = (0..100).map(|number| with_hash(&format!("user{round}-{number}"), hash));
        names.collect::<Vec<_>>().into()
    };
    let weak = hash_of("bcrypt 4");
    assert_eq!(outcomes(&import(&here, batch(0, &weak)).await).concat(), [""; 0]);
    let answer = import(&here, batch(1, &weak)).await;
    assert_eq!(answer.codes(), ["RATE_LIMITED"]);
    assert_eq!(rows(&app).await.len(), 101);
    // Those who exist need no hash, and neither do strong ones or a dry run.
    assert_eq!(
        outcomes(&import(&here, batch(0, &weak)).await).concat().len(),
        100
    );
    assert_eq!(
        outcomes(&import(&here, batch(2, &hash_of("bcrypt 8"))).await).concat(),
        [""; 0]
    );
    let dry = json!({ "users": batch(1, &weak), "isDryRun": true });
    assert_eq!(outcomes(&run(&here, dry).await).concat(), [""; 0]);
    let elsewhere = admin.client.at("198.51.100.7");
    assert_eq!(
        outcomes(&import(&elsewhere, batch(1, &weak)).await).concat(),
        [""; 0]
    );
}
