//! Recovery codes.

use super::*;

#[tokio::test]
async fn new_codes_replace_the_earlier_ones_and_are_shown_once() {
    let ada = Protected::new(TestApp::start().await).await;
    let page = get(&ada.browser, SECURITY).await;
    let answer = press(&ada.browser, &page, "/account/recovery-codes", &[]).await;
    assert_eq!(answer.status.as_u16(), 200, "{}", answer.text);
    let codes = codes_of(&answer);
    assert!(codes.len() == 10 && !codes.contains(&ada.codes[0]));
    let again = press(&ada.browser, &page, "/account/recovery-codes", &[]).await;
    assert_eq!(location(&again), "/account/security?notice=codes-shown-once");
    let (browser, page) = ada.challenged().await;
    let old = press(&browser, &page, "/login/mfa", &[("code", &ada.codes[0])]).await;
    assert_eq!(old.status.as_u16(), 422);
    let new = press(&browser, &page, "/login/mfa", &[("code", &codes[0])]).await;
    assert_eq!(location(&new), "/account");
}

#[tokio::test]
async fn the_codes_of_the_page_come_back_as_a_file_without_script() {
    let ada = Protected::new(TestApp::start().await).await;
    let page = send(&ada.browser, SECURITY, "/account/recovery-codes", &[]).await;
    let file = press(&ada.browser, &page, "/account/recovery-codes/file", &[]).await;
    assert_eq!(file.header("content-type"), Some("text/plain; charset=utf-8"));
    assert_eq!(
        file.header("content-disposition"),
        Some("attachment; filename=\"recovery-codes.txt\"")
    );
    assert_eq!(file.header("cache-control"), Some("no-store"));
    let lines: Vec<_> = file.text.lines().collect();
    assert!(lines[0].contains("ada@example.com"), "{}", file.text);
    assert_eq!(lines[2..], codes_of(&page));
    // It is no printing press for texts of somebody else.
    let long = "x".repeat(41);
    for text in ["", "<script>", long.as_str(), "a;b"] {
        let answer = press(
            &ada.browser,
            &page,
            "/account/recovery-codes/file",
            &[("codes", text)],
        )
        .await;
        assert_eq!(
            location(&answer),
            "/account/security?notice=form-out-of-date",
            "{text}"
        );
    }
}

#[tokio::test]
async fn few_codes_are_pointed_out() {
    let ada = Protected::new(TestApp::start().await).await;
    for (used, is_few) in [(6, false), (7, true), (9, true), (10, true)] {
        let page = get(&ada.browser, SECURITY).await;
        assert!(!page.text.contains("class=\"warn\"") || used > 7);
        let gone = 10 - entity_codes(&ada.app).await;
        for code in &ada.codes[gone..used] {
            let (browser, page) = ada.challenged().await;
            let answer = press(&browser, &page, "/login/mfa", &[("code", code)]).await;
            assert_eq!(location(&answer), "/account");
        }
        let page = get(&ada.browser, SECURITY).await;
        assert_eq!(page.text.contains("class=\"warn\""), is_few, "{used}");
    }
    assert!(
        get(&ada.browser, SECURITY)
            .await
            .text
            .contains("You have none left.")
    );
}

/// How many are unused.
async fn entity_codes(app: &TestApp) -> usize {
    use sea_orm::{ColumnTrait as _, EntityTrait as _, PaginatorTrait as _, QueryFilter as _};
    let unused = entity::recovery_code::Entity::find()
        .filter(entity::recovery_code::Column::UsedAt.is_null())
        .count(app.app.db.writer())
        .await;
    usize::try_from(unused.unwrap()).unwrap()
}
