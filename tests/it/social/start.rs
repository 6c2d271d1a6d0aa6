//! The start page binds a flow to its browser, and asks if another site began it.

use super::{REDIRECT, Social, get};
use crate::page::location;

const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

async fn authorization_path(social: &Social) -> String {
    let input =
        serde_json::json!({ "provider": "corp", "redirectUrl": REDIRECT, "codeChallenge": CHALLENGE });
    let answer = social
        .app
        .anonymous()
        .call("startSocialLogin", "authorizationUrl", input)
        .await;
    let url = answer.data("startSocialLogin")["authorizationUrl"]
        .as_str()
        .unwrap()
        .to_owned();
    url.strip_prefix("http://localhost:8000")
        .expect("it is a page of ours")
        .to_owned()
}

#[tokio::test]
async fn a_link_of_another_site_asks_first_and_names_the_application() {
    let social = Social::start().await;
    let path = authorization_path(&social).await;
    for site in ["cross-site", "same-site", "none"] {
        let browser = social.app.browser().on(&[("sec-fetch-site", site)]);
        let page = get(&browser, &path).await;
        assert_eq!(page.status, 200, "{site}");
        assert!(page.text.contains("app.example.com"), "{}", page.text);
        assert!(!browser.cookies().contains_key("portcullis-social"), "{site}");
        let plain = get(&browser, "/oauth/corp/start").await;
        assert!(plain.text.contains("Continue with Corp"), "{site}");
        assert!(!browser.cookies().contains_key("portcullis-social"), "{site}");
        // The button of this page leads on.
        let own = browser.on(&[("sec-fetch-site", "same-origin")]);
        assert!(location(&get(&own, &path).await).starts_with(&social.provider.url));
        assert!(own.cookies().contains_key("portcullis-social"), "{site}");
    }
    // An older browser says it by the address of the page alone.
    let old = social.app.browser();
    let page = get(&old.on(&[]), &path).await;
    assert_eq!(page.status, 200);
    let clicked = get(
        &old.on(&[("referer", "http://localhost:8000/oauth/corp/start")]),
        &path,
    )
    .await;
    assert!(location(&clicked).starts_with(&social.provider.url));
}

#[tokio::test]
async fn a_request_is_of_its_provider_unchanged_and_ten_minutes_old_at_most() {
    let social = Social::start().await;
    let path = authorization_path(&social).await;
    let browser = social.app.browser();
    for bad in [
        path.replace("/corp/", "/other/"),
        format!("{path}x"),
        path.split('.').next().unwrap().to_owned(),
        "/oauth/corp/start?request=".to_owned(),
    ] {
        let status = get(&browser, &bad).await.status.as_u16();
        assert!([404, 410].contains(&status), "{bad}: {status}");
    }
    social.app.pass(std::time::Duration::from_mins(10));
    assert_eq!(get(&browser, &path).await.status, 410);
    assert!(!browser.cookies().contains_key("portcullis-social"));
}

#[tokio::test]
async fn only_an_own_page_begins_to_link_and_only_after_a_proof() {
    let social = Social::start().await;
    let browser = social.app.browser();
    assert!(location(&get(&browser, "/oauth/corp/start?link").await).starts_with("/login"));
    browser.signup("ada").await;
    let unproven = get(&browser, "/oauth/corp/start?link").await;
    assert!(
        location(&unproven).starts_with("/reauthenticate"),
        "{}",
        unproven.text
    );
    let proven = super::stepped_up_browser(&social.app, "ada@example.com").await;
    let foreign = proven.on(&[("sec-fetch-site", "cross-site")]);
    assert_eq!(
        location(&get(&foreign, "/oauth/corp/start?link").await),
        "/account/security"
    );
    assert!(location(&get(&proven, "/oauth/corp/start?link").await).starts_with(&social.provider.url));
}

#[tokio::test]
async fn the_link_of_somebody_else_connects_nothing_in_a_browser_that_is_signed_in() {
    let social = Social::start().await;
    let mallory = social.app.user("mallory").await;
    let client = super::stepped_up(&social.app, &mallory.client).await;
    let input =
        serde_json::json!({ "provider": "corp", "redirectUrl": REDIRECT, "codeChallenge": CHALLENGE });
    let start =
        "mutation ($input: StartSocialLoginInput!) { startIdentityLink(input: $input) { authorizationUrl } }";
    let answer = client.run(start, serde_json::json!({ "input": input })).await;
    let url = answer.data("startIdentityLink")["authorizationUrl"]
        .as_str()
        .unwrap();
    let path = url.strip_prefix("http://localhost:8000").unwrap();
    let ada = social.app.browser();
    ada.signup("ada").await;
    assert_eq!(get(&ada, path).await.status, 410);
    assert!(location(&get(&social.app.browser(), path).await).starts_with(&social.provider.url));
}

#[tokio::test]
async fn nobody_is_sent_to_an_unknown_provider() {
    let social = Social::start().await;
    for path in [
        "/oauth/google/start",
        "/oauth/google/callback",
        "/oauth/Corp/start",
        "/oauth//start",
    ] {
        let status = get(&social.app.browser(), path).await.status.as_u16();
        assert!([404, 410].contains(&status), "{path}: {status}");
    }
}
