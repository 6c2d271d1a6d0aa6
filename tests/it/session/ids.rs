//! Ids: one form, and not to be guessed.

use std::collections::BTreeSet;

use uuid::{Uuid, Variant, Version};

use crate::{
    support::{PASSWORD, TestApp},
    token::part,
};

#[tokio::test]
async fn ids_are_uuids_of_version_7_that_share_nothing_but_the_time() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    let mut ids = vec![ada.id.clone()];
    for _ in 0..20 {
        let answer = app.anonymous().login(&ada.email, PASSWORD).await;
        let login = answer.data("login");
        let claims = part(login["tokens"]["accessToken"].as_str().unwrap(), 1);
        assert_eq!(claims["sid"], login["session"]["id"]);
        assert_eq!(claims["sub"], ada.id);
        for id in [&claims["sid"], &claims["jti"]] {
            ids.push(id.as_str().unwrap().to_owned());
        }
    }
    let now = u64::try_from(app.app.clock.now().as_millisecond()).unwrap();
    let mut parts = [BTreeSet::new(), BTreeSet::new(), BTreeSet::new()];
    for text in &ids {
        let id = Uuid::parse_str(text).unwrap();
        assert_eq!(&id.to_string(), text, "lower case, with hyphens");
        assert_eq!(
            (id.get_version(), id.get_variant()),
            (Some(Version::SortRand), Variant::RFC4122)
        );
        let bits = id.as_u128();
        assert_eq!(u64::try_from(bits >> 80).unwrap(), now);
        // 74 random bits: no stretch of them repeats or counts.
        parts[0].insert((bits >> 64) & 0xfff);
        parts[1].insert((bits >> 31) & 0x7fff_ffff);
        parts[2].insert(bits & 0x7fff_ffff);
    }
    assert!(parts[0].len() > ids.len() * 9 / 10, "{}", parts[0].len());
    assert_eq!((parts[1].len(), parts[2].len()), (ids.len(), ids.len()));
}
