//! The page of what happened to an account.

use std::time::Duration;

use portcullis::features::audit;

use crate::{
    page::{get, location, sign_up},
    support::{PASSWORD, TestApp},
};

const AGENT: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0";

#[tokio::test]
async fn it_shows_what_happened_where_and_with_which_device() {
    let app = TestApp::start().await;
    let browser = app.browser();
    sign_up(&browser, "ada").await;
    let elsewhere = app.anonymous().agent(AGENT);
    elsewhere.login("ada@example.com", PASSWORD).await.tokens("login");
    for _ in 0..2 {
        app.anonymous().login("ada@example.com", "wrong").await;
    }
    audit::flush_refused(&app.app).await.unwrap();
    let account = get(&browser, "/account").await;
    assert!(
        account.text.contains("href=\"/account/activity\""),
        "{}",
        account.text
    );
    let page = get(&browser, "/account/activity").await;
    for part in [
        "The account was created.",
        "Somebody signed in.",
        "2 sign-ins were refused.",
        "Firefox on Linux",
        "127.0.0.1",
        "<time datetime=\"",
    ] {
        assert!(page.text.contains(part), "{part}: {}", page.text);
    }
    let german = "mutation { updateProfile(input: { locale: \"de\" }) { userErrors { code } } }";
    browser.query(german).await.data("updateProfile");
    let german = get(&browser, "/account/activity").await;
    for part in [
        "Aktivität",
        "Das Konto wurde angelegt.",
        "2 Anmeldungen wurden abgelehnt.",
    ] {
        assert!(german.text.contains(part), "{part}: {}", german.text);
    }
}

#[tokio::test]
async fn it_is_for_the_owner_alone_and_a_sign_in_leads_back_to_it() {
    let app = TestApp::start().await;
    let stranger = app.browser();
    let answer = get(&stranger, "/account/activity").await;
    assert_eq!(location(&answer), "/login?next=%2Faccount%2Factivity");
    let ada = app.browser();
    sign_up(&ada, "ada").await;
    sign_up(&stranger, "eve").await;
    let page = get(&stranger, "/account/activity").await;
    assert_eq!(page.text.matches("The account was created.").count(), 1);
}

#[tokio::test]
async fn its_pages_have_twenty_events_and_lead_to_each_other() {
    let app = TestApp::start().await;
    let browser = app.browser();
    sign_up(&browser, "ada").await;
    for _ in 0..44 {
        app.pass(Duration::from_mins(5));
        app.anonymous()
            .login("ada@example.com", PASSWORD)
            .await
            .tokens("login");
    }
    let signed_in = |page: &str| page.matches("Somebody signed in.").count();
    let link = |page: &str, text: &str| -> Option<String> {
        let (before, _) = page.split_once(&format!("\">{text}</a>"))?;
        Some(before.rsplit_once("href=\"")?.1.to_owned())
    };
    let mut pages = vec![get(&browser, "/account/activity").await.text];
    assert_eq!(link(&pages[0], "Newer"), None);
    while let Some(older) = link(pages.last().unwrap(), "Older") {
        pages.push(get(&browser, &older).await.text);
    }
    let counts: Vec<_> = pages.iter().map(|page| signed_in(page)).collect();
    assert_eq!(counts, [20, 20, 4]);
    assert!(pages[2].contains("The account was created."));
    let back = get(&browser, &link(&pages[2], "Newer").unwrap()).await.text;
    let times = |page: &str| -> Vec<String> {
        let times = page.split("<time datetime=\"").skip(1);
        times
            .map(|rest| rest.split_once('"').unwrap().0.to_owned())
            .collect()
    };
    assert_eq!(times(&back), times(&pages[1]));
    for odd in ["?after=x", "?before=", "?after=%00&before=1"] {
        let page = get(&browser, &format!("/account/activity{odd}")).await;
        assert_eq!(times(&page.text), times(&pages[0]), "{odd}");
    }
}
