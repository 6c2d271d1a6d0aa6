//! `user import`: the files that other systems export.

use super::*;
use crate::support::PASSWORD;

#[tokio::test(flavor = "multi_thread")]
async fn exports_are_imported_as_they_are() {
    let (app, program) = server().await;
    let document: Value = serde_json::from_str(VECTORS).unwrap();
    let parameters = &document["firebase"];
    let key = file(&program, "signer.key", parameters["signerKey"].as_str().unwrap());
    let user: Value = serde_json::from_str(&hash_of("Firebase")).unwrap();
    let firebase = json!({ "users": [
        { "localId": "a1", "email": "firebase@example.com", "emailVerified": true, "displayName": "Ada [{\"",
            "passwordHash": user["passwordHash"], "salt": user["salt"], "createdAt": "1577934245000", "disabled": false,
            "providerUserInfo": [{ "providerId": "password", "email": "other@example.com" }] },
        { "localId": "a2", "email": "disabled@example.com", "disabled": true },
        { "localId": "a3", "providerUserInfo": [] },
    ] });
    let firebase = file(
        &program,
        "users.json",
        serde_json::to_string_pretty(&firebase).unwrap(),
    );
    let report_path = program.database.folder().join("report.jsonl");
    let separator = parameters["saltSeparator"].as_str().unwrap();
    let finished = program.run(&[
        "user",
        "import",
        &firebase,
        "--firebase-signer-key-file",
        &key,
        "--firebase-salt-separator",
        separator,
        "--report",
        report_path.to_str().unwrap(),
    ]);
    assert_eq!(
        finished.out, "3 users: 1 created, 0 skipped, 2 refused; not read: localId, providerUserInfo\n",
        "{finished:?}"
    );
    let codes: Vec<_> = report(report_path.to_str().unwrap())
        .iter()
        .flat_map(|line| line["reasons"].as_array().unwrap().clone())
        .map(|reason| reason["code"].clone())
        .collect();
    assert_eq!(codes, ["ACCOUNT_DISABLED", "REQUIRED", "REQUIRED"]);

    let credential: Value = serde_json::from_str(&hash_of("Keycloak pbkdf2-sha256 27500")).unwrap();
    let keycloak = json!({ "realm": "old", "roles": { "realm": [{ "name": "staff" }] }, "users": [
        { "username": "ada", "firstName": "Ada", "lastName": "Byron", "email": "keycloak@example.com",
            "emailVerified": true, "enabled": true, "createdTimestamp": 1_577_934_245_000_u64,
            "credentials": [credential], "realmRoles": ["default-roles-old"] },
    ], "clients": [{ "email": "client@example.com" }], "groups": [] });
    let auth0 = format!(
        "{}\n{}",
        json!({ "_id": { "$oid": "5f" }, "email": "auth0@example.com", "email_verified": true, "name": "Ada",
            "passwordHash": hash_of("bcrypt 8") }),
        json!([{ "email": "list@example.com", "passwordHash": hash_of("bcrypt 8") }]),
    );
    let supabase = format!(
        "id,email,encrypted_password,email_confirmed_at,created_at,raw_user_meta_data,banned_until\n\
         1,supabase@example.com,{},2020-01-02 03:04:05+00,2020-01-02 03:04:05.678+00,\"{{\"\"name\"\": \"\"Ada\"\"}}\",\n",
        hash_of("bcrypt 8"),
    );
    let django = format!(
        "username\tfirst_name\tlast_name\temail\tpassword\tis_active\tdate_joined\n\
         ada\tAda\t\tdjango@example.com\t{}\tt\t2020-01-02 03:04:05.123456+00\n",
        hash_of("Django pbkdf2_sha256"),
    );
    for (name, content, unread) in [
        ("realm.json", keycloak.to_string(), "; not read: realmRoles"),
        ("auth0.json", auth0, "; not read: _id"),
        ("supabase.csv", supabase, "; not read: id"),
        ("django.tsv", django, ""),
    ] {
        let path = file(&program, name, content);
        let done = program.done(&["user", "import", &path]);
        let users = if name == "auth0.json" {
            "2 users: 2"
        } else {
            "1 user: 1"
        };
        assert_eq!(
            done,
            format!("{users} created, 0 skipped, 0 refused{unread}"),
            "{name}"
        );
    }
    check_accounts(&app).await;
    assert_eq!(rows(&app).await.len(), 6);
}

/// The accounts of these files have the names and times that they had, and their owners sign in.
async fn check_accounts(app: &TestApp) {
    for (name, shown, is_verified) in [
        ("firebase", "Ada [{\"", true),
        ("keycloak", "Ada Byron", true),
        ("auth0", "Ada", true),
        ("list", "list", false),
        ("supabase", "Ada", true),
        ("django", "Ada", false),
    ] {
        let email = format!("{name}@example.com");
        let row = app.row(&email).await.unwrap();
        assert_eq!(
            (row.name.as_str(), row.email_verified_at.is_some()),
            (shown, is_verified),
            "{name}"
        );
        if !["auth0", "list"].contains(&name) {
            assert_eq!(row.created_at / 1_000, 1_577_934_245, "{name}");
        }
        app.anonymous().login(&email, PASSWORD).await.tokens("login");
    }
}
