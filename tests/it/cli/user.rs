//! `user`: accounts that are created and changed while a server runs.

use serde_json::{Value, json};

use crate::support::{Client, PASSWORD, Program};

const CREATE: &[&str] = &[
    "user",
    "create",
    "--name",
    "Ada",
    "--email",
    "Ada@Example.com",
    "--role",
    "staff",
    "--password-stdin",
    "--json",
];

const ROLES: &str = "staff,support";

/// A program with these roles.
async fn program(roles: &str) -> Program {
    Program::new().await.with("ROLES", roles)
}

/// Creates Ada, and returns the JSON that was printed.
fn create(program: &Program) -> Value {
    let made = program.run_with_input(CREATE, &format!("{PASSWORD}\n"));
    assert_eq!(made.status, Some(0), "{made:?}");
    assert_eq!(made.err, "");
    serde_json::from_str(&made.out).unwrap()
}

/// The token of Ada; none when she may not sign in.
async fn token(client: &Client) -> Option<String> {
    let answer = client.login("ada@example.com", PASSWORD).await;
    let token = &answer.data("login")["tokens"]["accessToken"];
    token.as_str().map(str::to_owned)
}

#[tokio::test]
async fn an_account_made_at_the_command_line_signs_in_until_it_is_disabled() {
    // A command is another process, whose changes a server notices within this time: here at once.
    let program = program(ROLES).await.with("SESSION_CACHE", "0s");
    let server = program.serve().await;
    let ada = create(&program);
    assert_eq!(ada["email"], "Ada@Example.com");
    assert_eq!(
        (&ada["status"], &ada["roles"]),
        (&json!("ACTIVE"), &json!(["staff"]))
    );
    let id = ada["id"].as_str().unwrap();

    let token = token(&server.client()).await.unwrap();
    let signed_in = Client::new(server.url().to_owned(), Some(token));
    assert_eq!(signed_in.me().await.data("me")["roles"], json!(["staff"]));

    let printed = program.done(&["user", "set-role", "ADA@example.com", "support", "admin"]);
    assert_eq!(
        printed,
        format!("user {id} (Ada@Example.com) has the roles admin, support")
    );
    assert_eq!(
        signed_in.me().await.data("me")["roles"],
        json!(["admin", "support"])
    );

    let printed = program.done(&["user", "disable", id]);
    assert_eq!(
        printed,
        format!("disabled user {id} (Ada@Example.com); 1 session ended")
    );
    assert_eq!(signed_in.me().await.reason(), "SESSION_REVOKED");
    assert_eq!(self::token(&server.client()).await, None);
    let list: Value = serde_json::from_str(&program.done(&["user", "list", "--json"])).unwrap();
    assert_eq!(
        (&list[0]["id"], &list[0]["status"]),
        (&json!(id), &json!("DISABLED"))
    );

    let printed = program.done(&["user", "enable", "ada@example.com"]);
    assert_eq!(printed, format!("enabled user {id} (Ada@Example.com)"));
    assert_eq!(signed_in.me().await.reason(), "SESSION_REVOKED");
    assert!(self::token(&server.client()).await.is_some());

    let events = program.done(&["audit", "export"]);
    let events: Vec<Value> = events
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let by_command: Vec<_> = events
        .iter()
        .filter(|event| event["actorKind"] == "command_line")
        .inspect(|event| assert!(event.to_string().contains("os_user"), "{event}"))
        .map(|event| event["kind"].as_str().unwrap())
        .collect();
    assert_eq!(
        by_command,
        [
            "user_created",
            "roles_changed",
            "user_disabled",
            "user_enabled",
            "audit_read"
        ]
    );
}

#[tokio::test]
async fn the_list_has_a_line_for_each_account() {
    let program = program(ROLES).await;
    program.done(&["migrate", "up"]);
    assert_eq!(program.done(&["user", "list"]), "");
    assert_eq!(program.done(&["user", "list", "--json"]), "[]");
    let id = create(&program)["id"].as_str().unwrap().to_owned();
    let list = program.done(&["user", "list"]);
    let words: Vec<_> = list.split_whitespace().collect();
    assert_eq!(words, [&*id, "active", "Ada@Example.com", "Ada", "staff"]);
}

#[tokio::test]
async fn the_rules_of_the_sign_up_hold_here_too() {
    let program = program(ROLES).await;
    program.done(&["migrate", "up"]);
    create(&program);
    for (name, email, role, password, complaint) in [
        (
            "Ada",
            "ADA@example.com",
            "staff",
            PASSWORD,
            "another account has this email address",
        ),
        ("", "eve@example.com", "staff", PASSWORD, "Please enter a name."),
        ("Eve", "eve", "staff", PASSWORD, "Enter an email address"),
        ("Eve", "eve@example.com", "A B", PASSWORD, "there is no such role"),
        (
            "Eve",
            "eve@example.com",
            "staff",
            "short",
            "Choose a longer password",
        ),
        (
            "Eve",
            "eve@example.com",
            "staff",
            "password1",
            "Choose another password",
        ),
        (
            "Eve",
            "evening@example.com",
            "staff",
            "evening@example.com",
            "Choose a password that is not your email",
        ),
    ] {
        let refused = program.run_with_input(
            &[
                "user",
                "create",
                "--name",
                name,
                "--email",
                email,
                "--role",
                role,
                "--password-stdin",
            ],
            password,
        );
        let message = refused.complaint(1);
        assert!(message.starts_with(complaint), "{message}");
        assert!(password == "short" || !message.contains(password), "{message}");
    }
    assert_eq!(program.done(&["user", "list"]).lines().count(), 1);
}

#[tokio::test]
async fn nobody_gets_more_roles_than_a_token_can_carry() {
    let many: Vec<_> = (0..51).map(|n| format!("role{n}")).collect();
    let long: Vec<_> = (0..16).map(|n| format!("{n:02}{}", "r".repeat(61))).collect();
    let program = program(&[&["staff".to_owned()], &many[..], &long].concat().join(",")).await;
    program.done(&["migrate", "up"]);
    create(&program);
    for roles in [&many, &long] {
        let mut set = vec!["user", "set-role", "ada@example.com"];
        set.extend(roles.iter().map(String::as_str));
        let mut create = vec!["user", "create", "--name", "Eve", "--email", "eve@example.com"];
        create.push("--password-stdin");
        create.extend(roles.iter().flat_map(|role| ["--role", role]));
        for refused in [program.run(&set), program.run_with_input(&create, PASSWORD)] {
            let message = refused.complaint(1);
            assert!(
                message.contains("at most 50 roles") && message.contains("1000 characters"),
                "{message}"
            );
        }
    }
    let list = program.done(&["user", "list"]);
    assert_eq!(list.lines().count(), 1);
    assert!(list.ends_with("staff"), "{list}");
    let most: Vec<_> = many[..50].iter().map(String::as_str).collect();
    program.done(&[&["user", "set-role", "ada@example.com"], &most[..]].concat());
}

#[tokio::test]
async fn nobody_is_told_apart_from_nonsense() {
    let program = Program::new().await;
    program.done(&["migrate", "up"]);
    let absent = "01a2044c-db64-79cc-9e82-23a887d22031";
    for whom in ["nobody@example.com", absent] {
        let refused = program.run(&["user", "disable", whom]);
        assert_eq!(refused.complaint(1), "there is no such user");
    }
    let refused = program.run(&["user", "enable", "nobody"]);
    assert_eq!(refused.complaint(1), "name the user by email address or id");
}

#[tokio::test]
async fn a_password_is_not_read_from_a_pipe_unasked() {
    let program = Program::new().await;
    let refused = program.run_with_input(
        &["user", "create", "--name", "Ada", "--email", "ada@example.com"],
        PASSWORD,
    );
    assert!(refused.complaint(1).contains("--password-stdin"));
}
