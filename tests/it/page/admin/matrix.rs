//! Which role may open which page and send which form: the paths are those of the router, so that none is forgotten.

use std::fmt::Write as _;

use portcullis::{features::page::admin_paths, platform::config::Roles};

use super::*;

/// The table, as it should be.
const MATRIX: &str = include_str!("matrix.txt");

const ROLES: &str = "read:read_users,manage:manage_users,grant:manage_roles,bring:import_users,\
                     support:read_users+manage_users,editor";

/// The columns: a role, and whether a proof of identity was just given.
const WHO: [(&str, Option<&str>, bool); 11] = [
    ("nobody", None, false),
    ("user", Some(""), true),
    ("editor", Some("editor"), true),
    ("read", Some("read"), true),
    ("manage", Some("manage"), true),
    ("support", Some("support"), true),
    ("grant", Some("grant"), true),
    ("import", Some("bring"), true),
    ("auditor", Some("auditor"), true),
    ("unproven", Some("admin"), false),
    ("admin", Some("admin"), true),
];

/// What an answer means.
fn meaning(answer: &Answer) -> String {
    match (answer.status.as_u16(), answer.header("location")) {
        (303, Some(to)) if to.starts_with("/login") => "login".to_owned(),
        (303, Some(to)) if to.starts_with("/reauthenticate") => "prove".to_owned(),
        (303, Some(_)) => "done".to_owned(),
        (405, _) => "405".to_owned(),
        (status, _) => status.to_string(),
    }
}

#[tokio::test]
async fn each_page_and_form_is_open_to_its_permission_and_to_nobody_else() {
    let app = TestApp::with(|config| {
        config.account_writes = 0;
        config.mfa_required_roles = Vec::new();
        config.roles = Roles::parse(ROLES).unwrap();
    })
    .await;
    let mut people = Vec::new();
    for (name, role, is_proven) in WHO {
        let browser = match role {
            None => app.browser(),
            Some("") => with_roles(&app, name, &[]).await,
            Some(role) => with_roles(&app, name, &[role]).await,
        };
        if is_proven {
            let page = get(&browser, "/reauthenticate").await;
            press(&browser, &page, "/reauthenticate", &[("password", PASSWORD)]).await;
        }
        people.push((name, browser));
    }
    let mut table = format!("{:38}", "");
    for (name, _) in &people {
        write!(table, "{name:>9}").unwrap();
    }
    let unknown = open(&people[1].1, "/unknown").await;
    let mut number = 0;
    for path in admin_paths() {
        for method in [Method::GET, Method::POST] {
            write!(table, "\n{:38}", format!("{method} {path}")).unwrap();
            for (name, browser) in &people {
                number += 1;
                let target = app.user(&format!("target{number}")).await;
                let path = path.replace("{id}", &target.id);
                let answer = if method == Method::GET {
                    open(browser, &path).await
                } else {
                    let from = if *name == "nobody" { "/login" } else { "/account" };
                    let guest = format!("guest{number}@example.com");
                    let email = if path.ends_with("/delete") {
                        &target.email
                    } else {
                        &guest
                    };
                    let users = format!("email\n{guest}\n");
                    let fields = [
                        ("name", "Guest"),
                        ("email", email),
                        ("users", users.as_str()),
                        ("user", &target.id),
                    ];
                    post(browser, from, &path, &fields).await
                };
                if answer.status.as_u16() == 404 && method == Method::GET {
                    assert_eq!(blank(&answer.text), blank(&unknown.text), "{name} {path}");
                }
                write!(table, "{:>9}", meaning(&answer)).unwrap();
                if matches!(*name, "nobody" | "user" | "editor" | "unproven") {
                    let row = app.row(&target.email).await.expect("the account is still there");
                    assert_eq!(row.name, format!("target{number}"), "{name} {path}");
                    assert!(app.row(&format!("guest{number}@example.com")).await.is_none());
                }
            }
        }
    }
    table.push('\n');
    assert!(table == MATRIX, "the table is now:\n{table}");
}

/// A page without what is random in it.
fn blank(text: &str) -> String {
    let mut parts = text.split("nonce=\"");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| text + part.split_once('"').unwrap().1)
}
