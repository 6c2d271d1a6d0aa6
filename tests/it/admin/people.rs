//! The lists of users: every page of every order, and what no index serves.

use sea_orm::{ActiveModelTrait as _, EntityTrait as _, IntoActiveModel as _};

use super::*;

/// Users with names and addresses that sort differently, some of whom never signed in.
async fn crowd(app: &TestApp) -> Vec<entity::user::Model> {
    for number in 0..9_usize {
        app.pass(std::time::Duration::from_millis(7));
        let name = format!("user{number}");
        app.user(&name).await;
        let (shown, key) = [
            ("Zoë Äbel", "zoë äbel"),
            ("ada", "ada"),
            ("Ada Byron", "ada byron"),
        ][number % 3];
        let email = format!("{}{number}@example.com", ["b", "a", "ab"][number / 3]);
        let login = if number % 4 == 0 {
            "NULL".to_owned()
        } else {
            format!("{}", 1000 - number / 2)
        };
        let status = if number % 2 == 0 { "active" } else { "disabled" };
        app.sql(&format!(
            "UPDATE users SET name = '{shown}', name_key = '{key}', email = '{email}', email_key = '{email}', \
             last_login_at = {login}, status = '{status}' WHERE email_key = '{name}@example.com'"
        ))
        .await;
    }
    app.sql("INSERT INTO user_roles (user_id, role) SELECT id, 'staff' FROM users WHERE status = 'active'")
        .await;
    entity::user::Entity::find()
        .all(app.app.db.reader())
        .await
        .unwrap()
}

/// The addresses of a page, and its cursors.
async fn page(client: &Client, arguments: &str) -> (Vec<String>, Value) {
    let query = format!(
        "{{ users({arguments}) {{ nodes {{ email }} pageInfo {{ hasNextPage hasPreviousPage startCursor endCursor }} }} }}"
    );
    let answer = client.query(&query).await;
    let users = answer.data("users");
    let emails = users["nodes"].as_array().unwrap().iter();
    (
        emails
            .map(|user| user["email"].as_str().unwrap().to_owned())
            .collect(),
        users["pageInfo"].clone(),
    )
}

/// By what users are sorted.
type Key = fn(&entity::user::Model) -> (i64, String, uuid::Uuid);

#[tokio::test]
async fn every_order_is_walked_in_both_directions_and_meets_everybody_once() {
    let app = TestApp::start().await;
    let all = crowd(&app).await;
    let ada = Admin::with(&app, "zz-admin", &["admin"]).await;
    app.sql("UPDATE users SET last_login_at = 5 WHERE email_key = 'zz-admin@example.com'")
        .await;
    let mut all = all;
    all.push(app.row(&ada.person.email).await.unwrap());
    let orders: [(&str, Key); 4] = [
        ("CREATED_AT", |user| (0, String::new(), user.id.0)),
        ("NAME", |user| (0, user.name_key.clone(), user.id.0)),
        ("EMAIL", |user| (0, user.email_key.clone(), user.id.0)),
        ("LAST_LOGIN_AT", |user| {
            (user.last_login_at.unwrap_or(i64::MIN), String::new(), user.id.0)
        }),
    ];
    for (field, key) in orders {
        for direction in ["ASC", "DESC"] {
            let mut sorted: Vec<_> = all.iter().collect();
            sorted.sort_by_key(|user| key(user));
            if direction == "DESC" {
                sorted.reverse();
            }
            let expected: Vec<_> = sorted.iter().map(|user| user.email.clone()).collect();
            let order = format!("orderBy: {{ field: {field}, direction: {direction} }}");
            for (size, from, cursor, has_more) in [
                ("first", "after", "endCursor", "hasNextPage"),
                ("last", "before", "startCursor", "hasPreviousPage"),
            ] {
                let mut walked = Vec::new();
                let mut bound = String::new();
                loop {
                    let (mut emails, info) = page(&ada.client, &format!("{size}: 3, {bound} {order}")).await;
                    if size == "last" {
                        emails.reverse();
                    }
                    walked.extend(emails);
                    if info[has_more] == false {
                        break;
                    }
                    bound = format!("{from}: {}, ", info[cursor]);
                }
                if size == "last" {
                    walked.reverse();
                }
                assert_eq!(walked, expected, "{field} {direction} {size}");
            }
        }
    }
}

#[tokio::test]
async fn filters_find_who_they_say_and_their_counts_agree() {
    let app = TestApp::start().await;
    let all = crowd(&app).await;
    let ada = Admin::with(&app, "zz-admin", &["admin"]).await;
    let third = entity::user::Model::clone(&all[3]);
    let instant = |millis: i64| portcullis::platform::graphql::scalars::DateTime::from_millis(millis);
    let text = |millis: i64| async_graphql::ScalarType::to_value(&instant(millis)).to_string();
    for (filter, finds) in [
        (
            "search: \"ADA\"",
            Box::new(|user: &entity::user::Model| user.name_key.starts_with("ada"))
                as Box<dyn Fn(&_) -> bool>,
        ),
        (
            "search: \"zoë Ä\"",
            Box::new(|user: &entity::user::Model| user.name_key.starts_with("zoë ä")),
        ),
        ("search: \"nobody\"", Box::new(|_| false)),
        ("search: \"%\"", Box::new(|_| false)),
        (
            "search: \"a1@\"",
            Box::new(|user: &entity::user::Model| user.email_key.starts_with("a1@")),
        ),
        (
            "search: \" A4@Example.com \"",
            Box::new(|user: &entity::user::Model| user.email_key == "a4@example.com"),
        ),
        (
            "status: DISABLED",
            Box::new(|user: &entity::user::Model| user.status == entity::user::Status::Disabled),
        ),
        (
            "role: \"staff\"",
            Box::new(|user: &entity::user::Model| user.status == entity::user::Status::Active),
        ),
        ("role: \"nobody\"", Box::new(|_| false)),
        (
            &format!("createdFrom: {}", text(third.created_at)),
            Box::new(|user: &entity::user::Model| user.created_at >= third.created_at),
        ),
        (
            &format!("createdTo: {}, role: \"staff\"", text(third.created_at)),
            Box::new(|user: &entity::user::Model| {
                user.created_at < third.created_at && user.status == entity::user::Status::Active
            }),
        ),
        (
            &format!(
                "createdFrom: {}, createdTo: {}, status: DISABLED",
                text(third.created_at),
                text(third.created_at + 1)
            ),
            Box::new(|user: &entity::user::Model| {
                user.created_at == third.created_at && user.status == entity::user::Status::Disabled
            }),
        ),
    ] {
        let mut expected: Vec<_> = all
            .iter()
            .filter(|user| finds(user))
            .map(|user| user.email.clone())
            .collect();
        let query = format!(
            "{{ users(first: 50, filter: {{ {filter} }}) {{ totalCount isTotalCountExact nodes {{ email }} }} }}"
        );
        let answer = ada.client.query(&query).await;
        let users = answer.data("users");
        let found = users["nodes"]
            .as_array()
            .unwrap()
            .iter()
            .map(|user| user["email"].as_str().unwrap().to_owned());
        let mut found: Vec<_> = found.filter(|email| email != "zz-admin@example.com").collect();
        let others = users["totalCount"].as_u64().unwrap() - found.len() as u64;
        assert!(
            others <= 1 && users["isTotalCountExact"] == true,
            "{filter}: {}",
            answer.text
        );
        found.sort();
        expected.sort();
        assert_eq!(found, expected, "{filter}");
    }
    let by_address = "search: \"ab\" }, orderBy: { field: EMAIL, direction: ASC";
    let (emails, _) = page(&ada.client, &format!("filter: {{ {by_address} }}")).await;
    assert_eq!(emails, ["ab6@example.com", "ab7@example.com", "ab8@example.com"]);
}

#[tokio::test]
async fn an_address_is_found_by_a_beginning_with_the_letters_of_its_domain() {
    let app = TestApp::start().await;
    let ada = Admin::with(&app, "ada", &["admin"]).await;
    app.user("zoe").await;
    app.sql(
        "UPDATE users SET email = 'zoe@Bücher.example', email_key = 'zoe@xn--bcher-kva.example'
            WHERE email_key = 'zoe@example.com'",
    )
    .await;
    for search in [
        "zoe@bü",
        "zoe@büch",
        "ZOE@BÜCHER",
        "zoe@bu\u{308}cher.ex",
        "zoe@bücher.example",
        "zoe@xn--bcher-kva.ex",
    ] {
        let (found, _) = page(&ada.client, &format!("filter: {{ search: \"{search}\" }}")).await;
        assert_eq!(found, ["zoe@Bücher.example"], "{search}");
    }
    for search in ["zoe@bücher.org", "zoe@büx", "eve@bü"] {
        let (found, _) = page(&ada.client, &format!("filter: {{ search: \"{search}\" }}")).await;
        assert_eq!(found, [""; 0], "{search}");
    }
}

#[tokio::test]
async fn what_no_index_serves_is_refused_with_what_there_is() {
    let app = TestApp::start().await;
    let ada = Admin::with(&app, "ada", &["admin"]).await;
    for arguments in [
        "filter: { status: ACTIVE, role: \"staff\" }",
        "filter: { search: \"a\", status: ACTIVE }",
        "filter: { search: \"a\", role: \"staff\" }",
        "filter: { search: \"a\", createdFrom: \"2026-01-01T00:00:00Z\" }",
        "filter: { search: \"a\" }, orderBy: { field: CREATED_AT }",
        "filter: { search: \"a\" }, orderBy: { field: LAST_LOGIN_AT }",
        "filter: { status: ACTIVE }, orderBy: { field: NAME }",
        "filter: { role: \"staff\" }, orderBy: { field: EMAIL }",
        "filter: { createdTo: \"2026-01-01T00:00:00Z\" }, orderBy: { field: LAST_LOGIN_AT }",
    ] {
        let answer = ada
            .client
            .query(&format!("{{ users({arguments}) {{ nodes {{ id }} }} }}"))
            .await;
        assert_eq!(answer.codes(), ["BAD_USER_INPUT"], "{arguments}");
        let message = answer.body["errors"][0]["message"].as_str().unwrap();
        assert!(
            message.contains("by creation (CREATED_AT) with `status` or with `role`"),
            "{message}"
        );
        assert_eq!(answer.body["data"], json!({ "users": null }));
    }
    // A cursor of one order leads nowhere in another.
    let (_, info) = page(&ada.client, "orderBy: { field: NAME }").await;
    let answer = ada
        .client
        .query(&format!(
            "{{ users(after: {}) {{ nodes {{ id }} }} }}",
            info["endCursor"]
        ))
        .await;
    assert_eq!(answer.codes(), ["BAD_USER_INPUT"]);
}

#[tokio::test]
async fn a_page_costs_the_same_statements_however_many_users_it_has() {
    let first = TestApp::start().await;
    crowd(&first).await;
    let ada = Admin::with(&first, "zz-admin", &["admin"]).await;
    let (app, statements) = first.another_watched(|_| {}).await;
    let client = ada.client.on(&app);
    let mut costs = Vec::new();
    // That the list is read is recorded once.
    page(&client, "first: 1").await;
    for size in [1, 10] {
        statements.take();
        page(&client, &format!("first: {size}")).await;
        let with_roles = format!("{{ users(first: {size}) {{ nodes {{ id name roles }} }} }}");
        assert_eq!(client.query(&with_roles).await.codes(), [""; 0]);
        costs.push(statements.take().len());
    }
    assert_eq!(costs[0], costs[1], "{costs:?}");
}

#[tokio::test]
async fn a_user_is_found_by_id_and_by_address_with_sessions_and_factors() {
    let app = TestApp::start().await;
    let ada = Admin::with(&app, "ada", &["admin"]).await;
    let eve = app.user("eve").await;
    let fields = "{ id name roles mfa { isEnabled recoveryCodesRemaining } passkeys { id } identities { id }
        sessions { totalCount nodes { id isCurrent } } }";
    for by in [
        format!("id: \"{}\"", eve.id),
        "email: \" EVE@example.com\"".to_owned(),
    ] {
        let answer = ada
            .client
            .query(&format!("{{ user(by: {{ {by} }}) {fields} }}"))
            .await;
        let user = answer.data("user");
        assert_eq!(user["id"], eve.id.as_str());
        assert_eq!(
            user["sessions"]["nodes"],
            json!([{ "id": eve.session_id, "isCurrent": false }])
        );
    }
    for by in ["email: \"nobody@example.com\"", "email: \"\"", "id: \"\""] {
        let answer = ada
            .client
            .query(&format!("{{ user(by: {{ {by} }}) {{ id }} }}"))
            .await;
        assert_eq!(answer.data("user"), &Value::Null);
    }
    // What others cannot see stays so for those without the permission.
    let answer = eve
        .client
        .query(&format!("{{ user(by: {{ id: \"{}\" }}) {{ id }} }}", eve.id))
        .await;
    assert_eq!(answer.codes(), ["FORBIDDEN"]);
}

#[tokio::test]
async fn long_lists_are_counted_to_ten_thousand() {
    let app = TestApp::start().await;
    let ada = Admin::with(&app, "ada", &["admin"]).await;
    let model = app.row(&ada.person.email).await.unwrap();
    for chunk in 0..21_u128 {
        let rows = (0..500_u128).map(|number| {
            let number = chunk * 500 + number;
            entity::user::Model {
                id: entity::UserId(uuid::Uuid::from_u128(0x7000_8000_0000_0000_0000 + number)),
                email: format!("n{number}@example.com"),
                email_key: format!("n{number}@example.com"),
                ..model.clone()
            }
            .into_active_model()
            .reset_all()
        });
        entity::user::Entity::insert_many(rows)
            .exec_without_returning(app.app.db.writer())
            .await
            .unwrap();
    }
    let answer = ada
        .client
        .query("{ users(first: 1) { totalCount isTotalCountExact } }")
        .await;
    assert_eq!(
        answer.data("users"),
        &json!({ "totalCount": 10_000, "isTotalCountExact": false })
    );
}
