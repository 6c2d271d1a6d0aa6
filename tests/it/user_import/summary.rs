//! `user import`: what it says of users it refused, and of values it did not read.

use super::*;

#[tokio::test(flavor = "multi_thread")]
async fn values_that_are_not_read_and_missing_passwords_are_told() {
    let (app, program) = server().await;
    let users = format!(
        "email,passwd,plan,password_hash\nada@example.com,secret,free,\nbob@example.com,x,y,{}\neve@example.com,,,\n",
        hash_of("bcrypt 8")
    );
    let users = file(&program, "users.csv", users);
    let told = "2 without a password; not read: passwd, plan";
    assert_eq!(
        program.done(&["user", "import", &users, "--dry-run"]),
        format!("3 users: 3 valid, 0 skipped, 0 refused; {told}")
    );
    let report_path = program.database.folder().join("report.jsonl");
    let report_path = report_path.to_str().unwrap();
    let done = program.done(&["user", "import", &users, "--json", "--report", report_path]);
    let summary: Value = serde_json::from_str(&done).unwrap();
    assert_eq!(
        (&summary["withoutPassword"], &summary["notRead"]),
        (&json!(2), &json!(["passwd", "plan"]))
    );
    assert_eq!(rows(&app).await.len(), 3);
    // Those who are skipped have nothing that is new.
    assert_eq!(
        program.done(&["user", "import", &users]),
        "3 users: 0 created, 3 skipped, 0 refused; not read: passwd, plan"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_record_is_reported_with_its_address_and_names() {
    let (app, program) = server().await;
    let records = [
        json!({ "email": "closed@example.com", "isSuspended": true }),
        json!({ "email": "unclear@example.com", "userStatus": "pending" }),
        json!({ "email": "time@example.com", "createdAt": "yesterday" }),
        json!({ "email": "one@example.com", "mail": "other@example.com" }),
        json!({ "email": "fine@example.com", "role": "staff" }),
    ];
    let users = file(
        &program,
        "users.jsonl",
        records.map(|it| it.to_string()).join("\n"),
    );
    let report_path = program.database.folder().join("report.jsonl");
    let report_path = report_path.to_str().unwrap();
    let finished = program.run(&["user", "import", &users, "--report", report_path]);
    assert_eq!(finished.complaint(1), "4 users were refused");
    let lines = report(report_path);
    let expected = [
        (
            "closed@example.com",
            "ACCOUNT_DISABLED",
            "The account is disabled in the other system",
        ),
        (
            "unclear@example.com",
            "INVALID_VALUE",
            "The value of userStatus is `pending`, which says neither",
        ),
        (
            "time@example.com",
            "INVALID_VALUE",
            "The value of createdAt is not of the expected kind.",
        ),
        (
            "one@example.com",
            "AMBIGUOUS_VALUE",
            "email and mail mean the same and have different values.",
        ),
    ];
    for (line, (email, code, message)) in lines.iter().zip(expected) {
        assert_eq!(
            (&line["email"], &line["reasons"][0]["code"]),
            (&json!(email), &json!(code))
        );
        let found = line["reasons"][0]["message"].as_str().unwrap();
        assert!(found.starts_with(message), "{found}");
    }
    let status = lines[1]["reasons"][0]["message"].as_str().unwrap();
    assert!(
        status.contains("(active, enabled") && status.contains("(disabled, "),
        "{status}"
    );
    assert_eq!(rows(&app).await.len(), 1);
    assert_eq!(events(&app).await, [json!({ "total": "5", "created": "1" })]);
}

#[tokio::test(flavor = "multi_thread")]
async fn after_twenty_warnings_the_rest_is_counted_and_a_batch_of_refused_records_is_recorded() {
    let (app, program) = server().await;
    let users = (0..23).map(|number| format!("user{number}@example.com,yes\n"));
    let users = file(
        &program,
        "users.csv",
        format!("email,locked\n{}", users.collect::<String>()),
    );
    let finished = program.run(&["user", "import", &users, "--dry-run"]);
    let warnings = finished
        .err
        .lines()
        .filter(|line| line.contains(": warning: line "));
    assert_eq!(warnings.count(), 20, "{finished:?}");
    let more = "portcullis: warning: 3 more users were refused; --report FILE writes all of them to a file\n";
    assert!(finished.err.contains(more), "{finished:?}");
    let dry = json!({ "dry_run": "true", "total": "23", "valid": "0" });
    assert_eq!(events(&app).await, [dry]);
}

#[tokio::test]
async fn a_first_line_that_is_no_header_is_not_repeated() {
    let program = Program::new().await;
    program.done(&["migrate", "up"]);
    let line = format!("Ada;ada@example.com;{}\n", hash_of("bcrypt 8"));
    let users = file(&program, "users.csv", line);
    let refused = program.run(&["user", "import", &users]);
    assert!(
        !refused.err.contains("ada@example.com") && !refused.err.contains("$2b$"),
        "{refused:?}"
    );
    assert!(
        refused
            .complaint(1)
            .contains("with semicolons between the columns, and these are Ada;"),
        "{refused:?}"
    );
}
