//! Many at the same moment.

use futures_util::future::join_all;

use super::{EMAIL, Social, come_back, confirm_all};
use crate::support::rounds;

/// How many come at once.
const RACERS: usize = 16;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_on_one_callback_one_gets_the_account_and_it_has_one_identity() {
    for _ in 0..rounds(2) {
        let social = Social::start().await;
        let browser = social.app.browser();
        let callback = social.consent(&browser, "/oauth/corp/start").await;
        // Even a provider that takes a code as often as it comes gives one session.
        social.provider.takes_codes_again();
        let browsers: Vec<_> = (0..RACERS).map(|_| browser.copy()).collect();
        let answers = join_all(browsers.iter().map(|browser| come_back(browser, &callback))).await;
        let winners = answers.iter().filter(|answer| answer.status == 303).count();
        assert_eq!(winners, 1);
        assert_eq!(social.counts().await, (1, 1, 1));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_flows_of_one_person_end_in_one_account() {
    for _ in 0..rounds(1) {
        for is_known in [false, true] {
            let social = Social::start().await;
            if is_known {
                social.app.user("ada").await;
                confirm_all(&social.app).await;
            }
            let before = social.counts().await;
            let browsers: Vec<_> = (0..RACERS).map(|_| social.app.browser()).collect();
            let mut callbacks = Vec::new();
            for browser in &browsers {
                callbacks.push(social.consent(browser, "/oauth/corp/start").await);
            }
            let pairs = browsers.iter().zip(&callbacks);
            let answers = join_all(pairs.map(|(browser, callback)| come_back(browser, callback))).await;
            for answer in &answers {
                assert!(
                    [303, 409, 429].contains(&answer.status.as_u16()),
                    "{}",
                    answer.status
                );
            }
            let winners = answers.iter().filter(|answer| answer.status == 303).count();
            assert!(winners >= 1, "somebody gets in");
            let after = social.counts().await;
            assert_eq!((after.0, after.1), (1, 1), "known: {is_known}");
            assert_eq!(after.2, before.2 + u64::try_from(winners).unwrap());
            assert!(social.app.row(EMAIL).await.is_some());
        }
    }
}
