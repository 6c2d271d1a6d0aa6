//! Where a sign-in leads to.

use crate::{
    page::{get, location, send, sign_up},
    support::{PASSWORD, TestApp},
};

#[tokio::test]
async fn a_sign_in_leads_to_addresses_of_the_settings_and_to_no_others() {
    const APP: &str = "https://app.example.com/welcome?from=login;now";
    let app = TestApp::with(|config| config.redirect_urls = vec![APP.to_owned()]).await;
    sign_up(&app.browser(), "ada").await;
    for (next, leads_to) in [
        (APP, APP),
        ("/account", "/account"),
        ("https://app.example.com/welcome", "/account"),
        ("https://app.example.com/welcome?from=login", "/account"),
        ("https://evil.example", "/account"),
        ("//evil.example", "/account"),
        ("/\\evil.example", "/account"),
        ("javascript:alert(1)", "/account"),
    ] {
        let browser = app.browser();
        let fields = [
            ("email", "ada@example.com"),
            ("password", PASSWORD),
            ("next", next),
        ];
        let answer = send(&browser, "/login", "/login", &fields).await;
        assert_eq!(location(&answer), leads_to, "{next}");
        let query = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("next", next)
            .finish();
        // Who is signed in already is led there at once.
        assert_eq!(
            location(&get(&browser, &format!("/login?{query}")).await),
            leads_to
        );
    }
    // Browsers ask the policy before they follow a form to another origin.
    let page = get(&app.browser(), "/login").await;
    let policy = page.header("content-security-policy").unwrap().to_owned();
    let (origin, _) = APP.split_once("/welcome").unwrap();
    assert!(
        policy.contains(&format!("form-action 'self' {origin};")),
        "{policy}"
    );
}
