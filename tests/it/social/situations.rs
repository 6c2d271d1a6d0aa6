//! Every situation in which somebody can arrive from a provider: what is known of the identity, who has the address,
//! and whether the provider is trusted for it.

use serde_json::{Value, json};

use super::{EMAIL, Social, TRUSTED, come_back, confirm_all, get, stepped_up_browser, submit, who};
use crate::{
    mfa::WithTotp,
    page::location,
    support::{Browser, TestApp},
};

/// What is known of the identity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Known {
    /// Nothing.
    No,
    /// It is linked to Ada's account.
    Linked,
    /// Ada has unlinked it.
    Unlinked,
}

/// The account with Ada's address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Account {
    None,
    Unconfirmed,
    Confirmed,
    WithFactor,
    WithRole,
}

/// What happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Happens {
    /// A new account, at once.
    New,
    /// A sign-in to Ada's account.
    SignIn,
    /// The same, after the second factor.
    SecondFactor,
    /// A sign-in after a mailed code; nothing of Ada's earlier account is left.
    TakenOverByCode,
    /// A new account, after a mailed code.
    NewByCode,
    /// A refusal: the account exists.
    Exists,
    /// A refusal that only the mail tells: the page answers as for a free address.
    ExistsByMail,
}

const ACCOUNTS: [Account; 5] = [
    Account::None,
    Account::Unconfirmed,
    Account::Confirmed,
    Account::WithFactor,
    Account::WithRole,
];

fn expected(known: Known, account: Account, is_trusted: bool) -> Option<Happens> {
    use Happens::{Exists, ExistsByMail, New, NewByCode, SecondFactor, SignIn, TakenOverByCode};
    Some(match (known, account, is_trusted) {
        // There is no such thing: an identity belongs to an account.
        (Known::Linked | Known::Unlinked, Account::None, _) => return None,
        (Known::Linked, Account::WithFactor, _) | (Known::No, Account::WithFactor, true) => SecondFactor,
        (Known::Linked, _, _) | (Known::No, Account::Confirmed, true) => SignIn,
        (Known::No, Account::None, true) => New,
        (Known::No, Account::None, false) => NewByCode,
        (Known::No, Account::Unconfirmed, _) => TakenOverByCode,
        (Known::No, Account::WithRole, true) | (Known::Unlinked, _, true) => Exists,
        (Known::No | Known::Unlinked, _, false) => ExistsByMail,
    })
}

/// Ada's account, and how she gives her second factor.
async fn prepare(social: &Social, known: Known, account: Account) -> Option<WithTotp> {
    let app = &social.app;
    if account == Account::None {
        return None;
    }
    app.user("ada").await;
    if known != Known::No {
        let browser = stepped_up_browser(app, EMAIL).await;
        let callback = social.consent(&browser, "/oauth/corp/start?link").await;
        let linked = come_back(&browser, &callback).await;
        assert_eq!(location(&linked), "/account/security?notice=identity-linked");
        if known == Known::Unlinked {
            let id = social.identities().await[0].id.to_string();
            let page = get(&browser, "/account/security").await;
            let token = crate::page::form_token(&page);
            let request = browser.request(reqwest::Method::POST, "/account/identities/unlink");
            let fields = [("form_token", token.as_str()), ("identity", &id)];
            let answer = browser.send(request.form(&fields)).await;
            assert_eq!(location(&answer), "/account/security?notice=identity-unlinked");
        }
    }
    let mut factor = None;
    match account {
        Account::None | Account::Unconfirmed => {}
        Account::Confirmed => confirm_all(app).await,
        Account::WithFactor => {
            // Unlinking has ended her other sessions.
            factor = Some(WithTotp::of(app, app.sign_in(EMAIL).await).await);
            confirm_all(app).await;
        }
        Account::WithRole => {
            confirm_all(app).await;
            app.sql("INSERT INTO user_roles (user_id, role) SELECT id, 'editor' FROM users")
                .await;
        }
    }
    factor
}

async fn has_code(app: &TestApp) -> Option<String> {
    let mails = app.mails().await;
    let newest = mails.iter().rev().find(|mail| mail.kind == "address_code");
    newest.map(crate::support::Letter::code)
}

/// Gives the mailed code; where there is none, one that cannot be right.
async fn give_code(app: &TestApp, browser: &Browser) -> crate::support::Answer {
    let code = has_code(app).await.unwrap_or_else(|| "0000-0000".to_owned());
    submit(browser, "/oauth/code", &[("code", &code)]).await
}

async fn happens(social: &Social, factor: Option<&WithTotp>) -> (Happens, Browser) {
    let app = &social.app;
    let had_account = app.row(EMAIL).await.is_some();
    let identities = social.identities().await.len();
    let browser = app.browser();
    let mut answer = social.sign_in(&browser).await;
    if answer.status == 409 {
        return (Happens::Exists, browser);
    }
    let mut was_mailed = false;
    if location(&answer) == "/oauth/address" {
        answer = submit(&browser, "/oauth/address", &[("email", EMAIL)]).await;
    }
    if location(&answer) == "/oauth/code" {
        was_mailed = true;
        let mails = app.mails().await;
        answer = give_code(app, &browser).await;
        if answer.status == 422 {
            assert!(
                mails.iter().any(|mail| mail.kind == "account_exists"),
                "the owner is told"
            );
            assert!(
                !mails.iter().any(|mail| mail.kind == "address_code"),
                "nobody gets a code"
            );
            return (Happens::ExistsByMail, browser);
        }
    }
    if location(&answer).starts_with("/login/mfa") {
        assert_eq!(who(&browser).await, Value::Null);
        let code = factor.expect("the account has no factor").next_code(app);
        assert_eq!(
            social.identities().await.len(),
            identities,
            "nothing is linked yet"
        );
        let answer = submit(&browser, "/login/mfa", &[("code", &code)]).await;
        assert_eq!(location(&answer), "/account");
        return (Happens::SecondFactor, browser);
    }
    assert_eq!(location(&answer), "/account");
    let happened = match (had_account, was_mailed) {
        (false, false) => Happens::New,
        (false, true) => Happens::NewByCode,
        (true, false) => Happens::SignIn,
        (true, true) => Happens::TakenOverByCode,
    };
    (happened, browser)
}

#[tokio::test]
async fn a_visitor_gets_what_both_sides_are_certain_of_and_nothing_else() {
    let mut count = 0;
    for known in [Known::No, Known::Linked, Known::Unlinked] {
        for account in ACCOUNTS {
            for is_trusted in [true, false] {
                let Some(expected) = expected(known, account, is_trusted) else {
                    continue;
                };
                count += 1;
                let situation = format!("{known:?} {account:?} trusted: {is_trusted}");
                let social = Social::with(if is_trusted { TRUSTED } else { "" }, |_| {}).await;
                let factor = prepare(&social, known, account).await;
                let before = social.counts().await;
                let (happened, browser) = happens(&social, factor.as_ref()).await;
                assert_eq!(happened, expected, "{situation}");
                let after = social.counts().await;
                let viewer = who(&browser).await;
                let is_signed_in = !matches!(expected, Happens::Exists | Happens::ExistsByMail);
                assert_eq!(viewer.is_object(), is_signed_in, "{situation}");
                let is_new = matches!(expected, Happens::New | Happens::NewByCode);
                assert_eq!(after.0, before.0 + u64::from(is_new), "{situation}: users");
                let links = is_signed_in && known == Known::No;
                assert_eq!(after.1, before.1 + u64::from(links), "{situation}: identities");
                if is_signed_in {
                    assert_eq!(viewer["email"], EMAIL, "{situation}");
                    let identities =
                        json!([{ "provider": { "id": "corp", "name": "Corp" }, "email": EMAIL }]);
                    assert_eq!(viewer["identities"], identities, "{situation}");
                    // What a squatter set does not survive the first proof of the address.
                    let keeps_password = account != Account::None && expected != Happens::TakenOverByCode;
                    assert_eq!(viewer["hasPassword"], keeps_password, "{situation}");
                }
            }
        }
    }
    assert_eq!(count, 26);
}

/// Whose identity it is when somebody who is signed in links it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Owner {
    Nobody,
    Self_,
    Other,
    SelfBefore,
    OtherBefore,
}

#[tokio::test]
async fn somebody_who_is_signed_in_links_what_belongs_to_nobody_else() {
    for owner in [
        Owner::Nobody,
        Owner::Self_,
        Owner::Other,
        Owner::SelfBefore,
        Owner::OtherBefore,
    ] {
        for is_trusted in [true, false] {
            let situation = format!("{owner:?} trusted: {is_trusted}");
            let social = Social::with(if is_trusted { TRUSTED } else { "" }, |_| {}).await;
            let app = &social.app;
            app.user("ada").await;
            app.user("eve").await;
            confirm_all(app).await;
            let first = match owner {
                Owner::Nobody => None,
                Owner::Self_ | Owner::SelfBefore => Some(EMAIL),
                Owner::Other | Owner::OtherBefore => Some("eve@example.com"),
            };
            if let Some(email) = first {
                let browser = stepped_up_browser(app, email).await;
                let callback = social.consent(&browser, "/oauth/corp/start?link").await;
                let linked = come_back(&browser, &callback).await;
                assert_eq!(location(&linked), "/account/security?notice=identity-linked");
                if matches!(owner, Owner::SelfBefore | Owner::OtherBefore) {
                    let id = social.identities().await[0].id.to_string();
                    let token = crate::page::form_token(&get(&browser, "/account/security").await);
                    let fields = [("form_token", token.as_str()), ("identity", id.as_str())];
                    let request = browser.request(reqwest::Method::POST, "/account/identities/unlink");
                    let unlinked = browser.send(request.form(&fields)).await;
                    assert_eq!(location(&unlinked), "/account/security?notice=identity-unlinked");
                }
            }
            let browser = stepped_up_browser(app, EMAIL).await;
            let callback = social.consent(&browser, "/oauth/corp/start?link").await;
            let answer = come_back(&browser, &callback).await;
            let viewer = who(&browser).await;
            if owner == Owner::Other {
                assert_eq!(answer.status, 422, "{situation}: {}", answer.text);
                assert!(answer.text.contains("belongs to another user"), "{situation}");
                assert_eq!(viewer["identities"], json!([]), "{situation}");
            } else {
                assert_eq!(
                    location(&answer),
                    "/account/security?notice=identity-linked",
                    "{situation}"
                );
                assert_eq!(viewer["identities"].as_array().unwrap().len(), 1, "{situation}");
            }
            assert_eq!(viewer["email"], EMAIL, "{situation}");
        }
    }
}
