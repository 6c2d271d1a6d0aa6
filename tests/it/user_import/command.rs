//! `user import`: what it creates, and what it says.

use super::*;
use crate::support::{PASSWORD, Program, TestApp};

/// Signs in with the old password, after which the row has a hash of ours.
async fn sign_in(app: &TestApp, name: &str) {
    let email = format!("{name}@example.com");
    let answer = app.anonymous().login(&email, PASSWORD).await;
    assert_eq!(answer.data("login")["user"]["email"], email, "{}", answer.text);
    let ours = app.row(&email).await.unwrap().password_hash.unwrap();
    assert!(ours.starts_with("$argon2id$v=19$"), "{ours}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_users_of_a_shiny_application_and_of_two_flask_ones_sign_in_as_before() {
    let (app, program) = server().await;
    // The one has a table with HMAC-SHA256 under one key; the others have what Werkzeug writes by default and before 3.0.
    let shiny = format!(
        "user,email,password\nAda,shiny@example.com,{}\n",
        hash_of("HMAC-SHA256")
    );
    let shiny = file(&program, "shiny.csv", shiny);
    let key = file(&program, "hmac.key", format!("{HMAC_KEY}\n"));
    let flask = format!(
        "id;name;email;password_hash\r\n1;Bob;flask-scrypt@example.com;{}\r\n2;Eve;flask-pbkdf2@example.com;{}\r\n",
        hash_of("Werkzeug scrypt"),
        hash_of("Werkzeug pbkdf2:sha256:150000"),
    );
    let flask = file(&program, "flask.csv", flask);
    let refused = program.run(&["user", "import", &shiny]);
    assert_eq!(
        refused.out,
        "1 user: 0 created, 0 skipped, 1 refused; not read: user\n"
    );
    assert!(
        refused
            .err
            .contains("line 2: A digest of HMAC-SHA256 needs the key"),
        "{refused:?}"
    );
    assert!(
        refused.err.ends_with("portcullis: 1 user was refused\n"),
        "{refused:?}"
    );

    let done = program.done(&["user", "import", &shiny, "--hmac-key-file", &key]);
    assert_eq!(done, "1 user: 1 created, 0 skipped, 0 refused; not read: user");
    assert_eq!(
        program.done(&["user", "import", &flask]),
        "2 users: 2 created, 0 skipped, 0 refused; not read: id"
    );
    let stored = app.row("shiny@example.com").await.unwrap().password_hash.unwrap();
    assert!(
        stored.starts_with("$portcullis-wrapped$m=19456,t=2,p=1$"),
        "{stored}"
    );
    for name in ["shiny", "flask-scrypt", "flask-pbkdf2"] {
        sign_in(&app, name).await;
    }
    let counts = |created: &str, total: &str| json!({ "total": total, "created": created });
    assert_eq!(
        events(&app).await,
        [counts("0", "1"), counts("1", "1"), counts("2", "2")]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_run_skips_and_changes_nothing_and_both_reports_tell_each_line() {
    let (app, program) = server().await;
    let hash = hash_of("bcrypt 8");
    let lines = [
        json!({ "name": "Ada", "email": "ada@example.com", "passwordHash": hash, "emailVerified": true,
            "roles": ["staff"], "createdAt": "2020-01-02T03:04:05Z" }),
        json!({ "email": "bob@example.com", "password_hash": hash_of("bcrypt 4") }),
        json!({ "name": "Eve", "email": "ADA@example.com" }),
        json!({ "name": "Joe", "email": "joe", "password_hash": hash }),
    ];
    let text = lines.map(|line| line.to_string()).join("\n");
    let users = file(&program, "users.jsonl", text);
    let [first, second, third] = ["first.jsonl", "second.jsonl", "third.csv"]
        .map(|name| program.database.folder().join(name).to_str().unwrap().to_owned());
    let finished = program.run(&["user", "import", &users, "--report", &first, "--json"]);
    let summary: Value = serde_json::from_str(&finished.out).unwrap();
    assert_eq!(
        summary,
        json!({ "users": 4, "created": 2, "valid": 0, "skipped": 1, "refused": 1, "withoutPassword": 0, "notRead": [], "isDryRun": false,
            "isComplete": true, "lastLine": 4 })
    );
    assert_eq!(finished.complaint(1), "1 user was refused");
    let ada = app.row("ada@example.com").await.unwrap();
    assert_eq!((ada.name.as_str(), ada.created_at), ("Ada", 1_577_934_245_000));
    assert!(ada.email_verified_at.unwrap() > ada.created_at);
    assert_eq!(app.row("bob@example.com").await.unwrap().name, "bob");
    let message = "Another account has this address, so this user is skipped.";
    let taken = json!([{ "code": "EMAIL_TAKEN", "message": message }]);
    let told = report(&first);
    assert_eq!(
        told[..3],
        [
            json!({ "line": 1, "email": "ada@example.com", "result": "created", "reasons": [], "hashFormat": "bcrypt",
                "userId": ada.id.to_string() }),
            json!({ "line": 2, "email": "bob@example.com", "result": "created", "reasons": [], "hashFormat": "bcrypt",
                "userId": app.row("bob@example.com").await.unwrap().id.to_string() }),
            json!({ "line": 3, "email": "ADA@example.com", "result": "skipped", "reasons": taken, "hashFormat": null,
                "userId": null }),
        ]
    );
    assert_eq!(told[3]["email"], Value::Null);
    assert_eq!(
        (&told[3]["result"], &told[3]["reasons"][0]["code"]),
        (&json!("refused"), &json!("INVALID_EMAIL"))
    );

    let before = rows(&app).await;
    let again = program.run(&["user", "import", &users, "--report", &second]);
    assert_eq!(again.out, "4 users: 0 created, 3 skipped, 1 refused\n");
    assert_eq!(rows(&app).await, before);
    let results: Vec<_> = report(&second)
        .iter()
        .map(|line| line["result"].clone())
        .collect();
    assert_eq!(results, ["skipped", "skipped", "skipped", "refused"]);
    // A report is not overwritten, and nothing is imported without the one that was asked for.
    let refused = program.run(&["user", "import", &users, "--report", &first]);
    assert!(refused.complaint(1).contains("it exists already"), "{refused:?}");

    program.run(&["user", "import", &users, "--report", &third]);
    let csv = std::fs::read_to_string(&third).unwrap();
    assert!(
        csv.starts_with("line,email,result,reasons,messages,hashFormat,userId\r\n"),
        "{csv}"
    );
    assert!(
        csv.contains("\"1\",\"ada@example.com\",\"skipped\",\"EMAIL_TAKEN\""),
        "{csv}"
    );
    for text in [
        &csv,
        &std::fs::read_to_string(&first).unwrap(),
        &finished.err,
        &again.err,
        &again.out,
    ] {
        assert!(!text.contains("$2b$"), "{text}");
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = std::fs::metadata(&first).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dry_run_at_the_command_line_creates_nobody_and_knows_the_whole_file() {
    let (app, program) = server().await;
    app.user("joe").await;
    // Of the second batch, the first user was in the first.
    let lines = (0..300).map(|number| format!("{}\n", user(&format!("user{}", number % 251))));
    let lines = lines.chain([
        format!("{}\n", with_hash("weak", &hash_of("bcrypt 4"))),
        format!("{}\n", user("joe")),
    ]);
    let users = file(&program, "users.ndjson", lines.collect::<String>());
    let before = everything(&app).await;
    let done = program.done(&["user", "import", &users, "--dry-run"]);
    assert_eq!(
        done,
        "302 users: 252 valid, 50 skipped, 0 refused; 251 without a password"
    );
    assert_eq!(everything(&app).await, before);
    let done = program.done(&["user", "import", &users]);
    assert_eq!(
        done,
        "302 users: 252 created, 50 skipped, 0 refused; 251 without a password"
    );
}

#[tokio::test]
async fn what_cannot_be_imported_at_all_is_one_line() {
    let program = Program::new().await;
    program.done(&["migrate", "up"]);
    let table = file(&program, "users.csv", "name,address\nAda,ada@example.com\n");
    let text = file(&program, "users.txt", "");
    let long = file(&program, "long.key", "x".repeat(5_000));
    let hex = file(&program, "hex.key", "abc");
    let empty = file(&program, "empty.jsonl", "");
    let folder = program.database.folder().to_str().unwrap().to_owned();
    let is_folder = format!("cannot open {folder}: it is a folder, not a file");
    for (arguments, complaint) in [
        (
            vec![table.as_str()],
            "the first line of the file is no header with a column `email`: it was read with commas between the columns, \
             and these are name, address; add a header",
        ),
        (vec![&text], "the name of the file does not tell its format"),
        (vec!["-"], "the name of the file does not tell its format"),
        (vec!["nowhere.csv"], "cannot open nowhere.csv: "),
        (vec![&folder, "--format", "csv"], &is_folder),
        (vec![&empty, "--hmac-key-file", &long], "cannot use "),
        (
            vec![&empty, "--hmac-key-file", &hex, "--hmac-key-format", "hex"],
            "cannot use ",
        ),
        (vec![&empty, "--hmac-key-file", &empty], "cannot use "),
        (vec![&empty, "--firebase-signer-key-file", &hex], "cannot use "),
        (
            vec![&empty, "--report", "no/such/folder.jsonl"],
            "cannot write the report ",
        ),
    ] {
        let refused = program.run(&[&["user", "import"], arguments.as_slice()].concat());
        let lines: Vec<_> = refused.err.lines().collect();
        let last = lines.last().unwrap().strip_prefix("portcullis: ").unwrap();
        assert!(last.starts_with(complaint), "{arguments:?}: {refused:?}");
        assert_eq!(refused.status, Some(1));
    }
}
