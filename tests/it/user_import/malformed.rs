//! `user import`: nothing of a file is dropped without a word.

use super::*;

/// A file: its name, its content, the summary, and the beginning of each line on standard error.
struct Case(&'static str, &'static str, &'static str, &'static [&'static str]);

/// Each of these creates Ada at most, and names the line with a sentence.
const REFUSED_RECORDS: [Case; 15] = [
    Case(
        "elements.json",
        "[{ADA},\n7,\n\"text, [{\",\nnull,\n[{EVE}]]",
        "1 created, 0 skipped, 4 refused",
        &[
            "line 2: The record is not a JSON object.",
            "line 3: The record is not a JSON object.",
            "line 4: The record is not a JSON object.",
            "line 5: The record is not a JSON object.",
        ],
    ),
    Case(
        "after.json",
        "[{ADA}]\nand more, \"text\"\n",
        "1 created, 0 skipped, 1 refused",
        &["line 2: There is text that belongs to no user. Remove it"],
    ),
    Case(
        "before.json",
        "users =\r\n[{ADA}]",
        "1 created, 0 skipped, 1 refused",
        &["line 1: There is text"],
    ),
    Case(
        "brackets.json",
        "[{ADA}]]]",
        "1 created, 0 skipped, 1 refused",
        &["line 1: There is text"],
    ),
    Case(
        "null.json",
        "null",
        "0 created, 0 skipped, 1 refused",
        &["line 1: There is text"],
    ),
    Case(
        "other.json",
        "{\"accounts\": [\n{ADA}]}",
        "0 created, 0 skipped, 1 refused",
        &["line 1: The object has neither an address nor a list `users`."],
    ),
    Case(
        "object.json",
        "{\"users\": {\"a1\": {ADA}}}",
        "0 created, 0 skipped, 1 refused",
        &["line 1: The object has neither an address nor a list `users`."],
    ),
    Case(
        "double.json",
        "[{ADA},\r{\"email\": \"eve@example.com\", \"email\": \"bob@example.com\"}]",
        "1 created, 0 skipped, 1 refused",
        &["line 2: Two values have the same name, "],
    ),
    Case(
        "double.jsonl",
        "{ADA}\n{\"email\": \"eve@example.com\", \"roles\": [], \"Roles\": [\"admin\"]}",
        "1 created, 0 skipped, 1 refused",
        &["line 2: Two values have the same name, "],
    ),
    Case(
        "returns.jsonl",
        "{ADA}\r{EVE}\r",
        "0 created, 0 skipped, 1 refused",
        &["line 1: There is a carriage return without a line feed."],
    ),
    Case(
        "open.csv",
        "email,name\nada@example.com,Ada\neve@example.com,\"Eve\nbob@example.com,Bob\n",
        "1 created, 0 skipped, 1 refused",
        &["line 3: A quotation mark in this record is never closed"],
    ),
    Case(
        "quoted.csv",
        "email,name\neve@example.com,\"Eve \"E\" Moneypenny\"\nada@example.com,Ada",
        "1 created, 0 skipped, 1 refused",
        &["line 2: There is text after the quotation mark"],
    ),
    Case(
        "returns.csv",
        "email,name\neve@example.com,Eve\rbob@example.com,Bob\nada@example.com,Ada\n",
        "1 created, 0 skipped, 1 refused",
        &["line 2: There is a carriage return without a line feed."],
    ),
    Case(
        "columns.csv",
        "email,name\nada@example.com,Ada\neve@example.com\n",
        "1 created, 0 skipped, 1 refused",
        &["line 3: The record has more or fewer cells than the header."],
    ),
    Case(
        "nested.json",
        "{\"users\": [{ADA}], \"more\": 1}\n]",
        "1 created, 0 skipped, 1 refused",
        &["line 2: There is text"],
    ),
];

/// Each of these is refused as a whole.
const REFUSED_FILES: [Case; 9] = [
    Case(
        "empty.jsonl",
        "\n",
        "",
        &["the file has no users: check that it is the right one, and complete"],
    ),
    Case("empty.json", "", "", &["the file has no users"]),
    Case("list.json", "[]", "", &["the file has no users"]),
    Case("users.json", "{\"users\": []}", "", &["the file has no users"]),
    Case("empty.csv", "", "", &["the file has no users"]),
    Case("header.csv", "email,name\n", "", &["the file has no users"]),
    Case(
        "double.csv",
        "email,name,E-Mail\nada@example.com,Ada,eve@example.com\n",
        "",
        &["the header of the file cannot be used: Two values have the same name, "],
    ),
    Case(
        "returns.csv",
        "email,name\rada@example.com,Ada\r",
        "",
        &["the header of the file cannot be used: There is a carriage return without a line feed."],
    ),
    Case(
        "open.csv",
        "email,\"name\nada@example.com,Ada\n",
        "",
        &["the header of the file cannot be used: A quotation mark in this record is never closed"],
    ),
];

impl Case {
    fn content(&self) -> String {
        let user = |name: &str| format!("\"name\": \"{name}\", \"email\": \"{name}@example.com\"");
        self.1.replace("ADA", &user("ada")).replace("EVE", &user("eve"))
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_user_is_named_with_its_line_and_what_to_do() {
    let (app, program) = server().await;
    for case in REFUSED_RECORDS {
        app.sql("DELETE FROM users").await;
        let Case(name, _, summary, lines) = case;
        let finished = program.run(&["user", "import", &file(&program, name, case.content())]);
        assert_eq!(finished.status, Some(1), "{name}: {finished:?}");
        assert!(finished.out.contains(summary), "{name}: {finished:?}");
        let warnings: Vec<_> = finished
            .err
            .lines()
            .filter(|line| line.contains("warning"))
            .collect();
        assert_eq!(warnings.len(), lines.len(), "{name}: {finished:?}");
        for (warning, line) in warnings.iter().zip(lines) {
            assert!(warning.contains(line), "{name}: {warning}");
        }
        let emails: Vec<_> = rows(&app).await.into_iter().map(|row| row.email).collect();
        let created: &[&str] = if summary.starts_with('1') {
            &["ada@example.com"]
        } else {
            &[]
        };
        assert_eq!(emails, created, "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_without_users_or_with_a_bad_header_is_refused() {
    let (app, program) = server().await;
    for case in REFUSED_FILES {
        let Case(name, _, _, lines) = case;
        let finished = program.run(&["user", "import", &file(&program, name, case.content())]);
        assert_eq!(finished.status, Some(1), "{name}: {finished:?}");
        for line in lines {
            assert!(
                format!("{}{}", finished.out, finished.err).contains(line),
                "{name}: {finished:?}"
            );
        }
        assert!(!finished.err.contains("again to go on"), "{name}: {finished:?}");
        assert_eq!(rows(&app).await, [], "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn cells_stand_between_commas_semicolons_or_tabs() {
    let (app, program) = server().await;
    let long = format!(
        "{};email;name\n7;long@example.com;\"Long, L\"\n",
        "x".repeat(40_000)
    );
    for (name, content, options, expected) in [
        ("long.csv", long.as_str(), &[][..], "Long, L"),
        (
            "quoted.csv",
            "\"a,b,c,d\";email;name\n7;quoted@example.com;Quoted\n",
            &[],
            "Quoted",
        ),
        // The tab of the ending, though the header has more commas.
        (
            "tabs.tsv",
            "email\tname\tone, two, three\ntabs@example.com\tTabs, T\t7\n",
            &[],
            "Tabs, T",
        ),
        (
            "told.csv",
            "email\tname, as shown, to all\tname\ntold@example.com\t1\tTold, T\n",
            &["--separator", "tab"],
            "Told, T",
        ),
        (
            "mail.tsv",
            "email,name\nmail@example.com,Mail\n",
            &["--separator", "comma"],
            "Mail",
        ),
    ] {
        let path = file(&program, name, content);
        let done = program.done(&[&["user", "import", &path], options].concat());
        assert!(
            done.starts_with("1 user: 1 created, 0 skipped, 0 refused; "),
            "{name}: {done}"
        );
        let email = format!("{}@example.com", name.split('.').next().unwrap());
        assert_eq!(app.row(&email).await.unwrap().name, expected);
    }
    let lines = file(&program, "users.jsonl", "{}");
    let refused = program.run(&["user", "import", &lines, "--separator", "tab"]);
    assert_eq!(
        refused.complaint(1),
        "only CSV has a separator: leave --separator out, or say --format csv"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_confirmed_telephone_number_of_supabase_confirms_no_address() {
    let (app, program) = server().await;
    let content = "email,email_confirmed_at,confirmed_at\n\
        ada@example.com,,2020-01-02 03:04:05+00\n\
        bob@example.com,2020-01-02 03:04:05+00,2020-01-02 03:04:05+00\n";
    let path = file(&program, "supabase.csv", content);
    program.done(&["user", "import", &path]);
    for (email, is_verified) in [("ada@example.com", false), ("bob@example.com", true)] {
        let row = app.row(email).await.unwrap();
        assert_eq!(row.email_verified_at.is_some(), is_verified, "{email}");
    }
}
