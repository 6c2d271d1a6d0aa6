//! The page that downloads everything that is held on a person.

use crate::{
    page::{get, location, send, sign_up},
    support::{PASSWORD, TestApp},
};

const DOWNLOAD: &str = "/account/data/download";

#[tokio::test]
async fn a_person_confirms_who_they_are_and_gets_the_file() {
    let app = TestApp::start().await;
    let browser = app.browser();
    sign_up(&browser, "ada").await;
    let account = get(&browser, "/account").await;
    assert!(
        account.text.contains("href=\"/account/data\""),
        "{}",
        account.text
    );
    let answer = send(&browser, "/account/data", DOWNLOAD, &[]).await;
    let proof = "/reauthenticate?next=%2Faccount%2Fdata&notice=confirm-first";
    assert_eq!(location(&answer), proof);
    let fields = [("password", PASSWORD), ("next", "/account/data")];
    let answer = send(&browser, proof, "/reauthenticate", &fields).await;
    assert_eq!(location(&answer), "/account/data?notice=confirmed");
    let page = get(&browser, "/account/data?notice=confirmed").await;
    assert!(page.text.contains("You can now go on."), "{}", page.text);
    let file = send(&browser, "/account/data", DOWNLOAD, &[]).await;
    assert_eq!(file.status, 200, "{}", file.text);
    assert_eq!(
        file.header("content-disposition"),
        Some("attachment; filename=\"account-data.json\"")
    );
    assert_eq!(file.header("cache-control"), Some("no-store"));
    assert_eq!(file.body["profile"]["email"], "ada@example.com");
    assert!(
        file.body["events"].to_string().contains("\"way\":\"page\""),
        "{}",
        file.text
    );
}

#[tokio::test]
async fn it_is_for_the_owner_alone_and_no_forged_form_downloads() {
    let app = TestApp::start().await;
    let stranger = app.browser();
    let answer = get(&stranger, "/account/data").await;
    assert_eq!(location(&answer), "/login?next=%2Faccount%2Fdata");
    let browser = app.browser();
    sign_up(&browser, "ada").await;
    let forged = [("form_token", "forged")];
    let answer = send(&browser, "/account/data", DOWNLOAD, &forged).await;
    assert_eq!(location(&answer), "/account/data?notice=form-out-of-date");
    let answer = get(&browser, DOWNLOAD).await;
    assert_eq!(location(&answer), "/account/data");
}
