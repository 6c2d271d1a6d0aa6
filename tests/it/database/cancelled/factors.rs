//! The same with second factors, which need more than a session.

use std::time::Duration;

use portcullis::platform::clock::Clock as _;
use serde_json::{Value, json};

use super::{Asked, Here, Seen, When, drop_everywhere};
use crate::support::{PASSWORD, Person, totp_code};

/// What there is before the request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Before {
    /// A set-up that waits for its first code.
    SetUp,
    /// An app, and the challenge of a sign-in.
    App,
}

/// That, in somebody's hands.
struct Begun {
    /// Of the set-up, or of the challenge.
    token: Value,
    /// One that was not used yet.
    code: String,
    recovery_code: Value,
}

struct FactorCase {
    about: &'static str,
    before: Before,
    request: fn(&Begun) -> Value,
    parts: &'static [fn(&Seen) -> bool],
}

const FACTOR_CASES: &[FactorCase] = &[
    FactorCase {
        about: "confirmTotpSetup",
        before: Before::SetUp,
        request: |begun| {
            let input = json!({ "setupToken": begun.token, "code": begun.code });
            document("confirmTotpSetup", &input)
        },
        parts: &[
            |seen| seen.totp.is_some(),
            |seen| seen.recovery_codes.len() == 10,
            |seen| seen.own().unwrap().auth_methods == "password,totp",
            |seen| seen.others().all(|session| session.revoked_at.is_some()),
        ],
    },
    FactorCase {
        about: "verifyMfa",
        before: Before::App,
        request: |begun| {
            let factor = json!({ "totpCode": begun.code });
            document(
                "verifyMfa",
                &json!({ "challengeToken": begun.token, "factor": factor }),
            )
        },
        parts: &[is_code_used, |seen| seen.sessions.len() == 3],
    },
    FactorCase {
        about: "verifyMfa by a recovery code",
        before: Before::App,
        request: |begun| {
            let factor = json!({ "recoveryCode": begun.recovery_code });
            document(
                "verifyMfa",
                &json!({ "challengeToken": begun.token, "factor": factor }),
            )
        },
        parts: &[
            |seen| seen.recovery_codes.iter().any(|code| code.used_at.is_some()),
            |seen| seen.sessions.len() == 3,
        ],
    },
    FactorCase {
        about: "regenerateRecoveryCodes",
        before: Before::App,
        request: |_| json!({ "query": "mutation { regenerateRecoveryCodes { userErrors { code } } }" }),
        parts: &[|seen| {
            let set_up_at = seen.totp.as_ref().unwrap().created_at;
            assert_eq!(seen.recovery_codes.len(), 10);
            seen.recovery_codes.iter().all(|code| code.created_at > set_up_at)
        }],
    },
    FactorCase {
        about: "disableTotp",
        before: Before::App,
        request: |begun| document("disableTotp", &json!({ "code": begun.code })),
        parts: &[|seen| seen.totp.is_none(), |seen| seen.recovery_codes.is_empty()],
    },
];

fn is_code_used(seen: &Seen) -> bool {
    let app = seen.totp.as_ref().unwrap();
    app.last_step > app.created_at / 30_000
}

fn document(field: &str, input: &Value) -> Value {
    let (first, rest) = field.split_at(1);
    let kind = format!("{}{rest}Input", first.to_uppercase());
    let query =
        format!("mutation ($input: {kind}!) {{ {field}(input: $input) {{ userErrors {{ code }} }} }}");
    json!({ "query": query, "variables": { "input": input } })
}

impl Here {
    /// Begins as somebody who proved who they are, and whose token carries that from now on.
    async fn begin(&self, person: &mut Person, before: Before) -> Begun {
        let fields = "tokens { accessToken refreshToken }";
        let proof = json!({ "password": PASSWORD });
        let proven = person.client.call("reauthenticate", fields, proof).await;
        person.token = proven.tokens("reauthenticate").access;
        let client = self.app.bearer(&person.token);
        let started = client
            .query("mutation { startTotpSetup { setupToken secret userErrors { code } } }")
            .await;
        let set_up = started.data("startTotpSetup");
        let secret = set_up["secret"].as_str().unwrap();
        let code = || totp_code(secret, self.app.clock.now().as_second());
        if before == Before::SetUp {
            return Begun {
                token: set_up["setupToken"].clone(),
                code: code(),
                recovery_code: Value::Null,
            };
        }
        let input = json!({ "setupToken": set_up["setupToken"], "code": code() });
        let confirmed = client.call("confirmTotpSetup", "recoveryCodes", input).await;
        self.app.pass(Duration::from_secs(30));
        let input = json!({ "email": person.email, "password": PASSWORD });
        let fields = "mfaChallenge { challengeToken }";
        let login = self.app.anonymous().call("login", fields, input).await;
        Begun {
            token: login.data("login")["mfaChallenge"]["challengeToken"].clone(),
            code: code(),
            recovery_code: confirmed.data("confirmTotpSetup")["recoveryCodes"][0].clone(),
        }
    }

    async fn drop_factor_case(&self, case: &FactorCase, when: When) -> bool {
        let mut person = self.somebody(case.about, when).await;
        let begun = self.begin(&mut person, case.before).await;
        let asked = Asked {
            about: case.about,
            document: (case.request)(&begun),
            person,
            newcomer: String::new(),
            parts: case.parts,
        };
        self.drop_after(&asked, when).await
    }
}

#[tokio::test]
async fn whenever_a_change_of_second_factors_is_dropped_all_or_nothing_is_written() {
    let here = Here::start().await;
    for case in FACTOR_CASES {
        drop_everywhere(case.about, async |when| here.drop_factor_case(case, when).await).await;
    }
}
