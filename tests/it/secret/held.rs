//! What people hold, and whether it still works.

use portcullis::features::attempt::known_networks;
use serde_json::{Value, json};

use crate::{
    mfa::{WithTotp, challenge, codes, passkey_login, verify, with_passkey},
    support::{Answer, Authenticator, PASSWORD, Person, TestApp},
};

/// What four people hold of one server.
pub(super) struct Held {
    ada: Person,
    /// A link that sets Ada's password.
    reset_link: String,
    /// Tess has an authenticator app, and waits for her second factor.
    pub(super) tess: WithTotp,
    waiting: Value,
    /// Rita has just given her second factor, and her client did not get the answer.
    repeated: (Value, Value, String),
    /// Pia has a passkey and recovery codes.
    pub(super) pia: Person,
    passkey: Authenticator,
    pia_codes: Vec<String>,
    /// How many networks Ada's account knows.
    networks: usize,
}

impl Held {
    pub(super) async fn new(app: &TestApp, suffix: &str) -> Self {
        let name = |name: &str| format!("{name}-{suffix}");
        let (pia_client, passkey, pia_codes) = with_passkey(app, &name("pia")).await;
        let ada = app.user(&name("ada")).await;
        // A right password makes a network known.
        let ada = app.sign_in(&ada.email).await;
        let asked = app
            .anonymous()
            .call("requestPasswordReset", "email", json!({ "email": ada.email }))
            .await;
        assert_eq!(codes(&asked), [""; 0]);
        let reset_link = app.mail(&ada.email, "reset_password").await.token();
        let rita = WithTotp::new(app, &name("rita")).await;
        let tess = WithTotp::new(app, &name("tess")).await;
        let waiting = challenge(&app.anonymous(), &tess.person.email).await;
        let ritas = challenge(&app.anonymous(), &rita.person.email).await;
        let factor = json!({ "totpCode": rita.next_code(app) });
        let signed_in = verify(&app.anonymous(), &ritas, factor.clone()).await;
        let repeated = (ritas, factor, session_of(&signed_in));
        let pia = Person {
            email: format!("{}@example.com", name("pia")),
            client: pia_client,
            ..app.user(&name("other")).await
        };
        let networks = count_networks(app, &ada.email).await;
        assert!(networks > 0);
        Self {
            ada,
            reset_link,
            tess,
            waiting,
            repeated,
            pia,
            passkey,
            pia_codes,
            networks,
        }
    }

    /// Uses everything at this server.
    pub(super) async fn assert_works(&mut self, app: &TestApp) {
        let anonymous = app.anonymous();
        let (waiting, factor, session) = &self.repeated;
        let again = verify(&anonymous, waiting, factor.clone()).await;
        assert_eq!(&session_of(&again), session);
        assert_eq!(
            count_networks(app, &self.ada.email).await,
            self.networks,
            "known networks"
        );
        let kept = app.mails().await;
        assert!(kept.iter().any(|mail| mail.to == self.ada.email), "the outbox");

        let me = app.bearer(&self.ada.token).me().await;
        assert_eq!(me.data("me")["id"], *self.ada.id);
        let tokens = anonymous
            .refresh(&self.ada.refresh_token)
            .await
            .tokens("refreshSession");
        let me = app.bearer(&tokens.access).me().await;
        assert_eq!(me.data("me")["id"], *self.ada.id);

        let code = json!({ "recoveryCode": self.tess.recovery_codes[0] });
        assert_eq!(codes(&verify(&anonymous, &self.waiting, code).await), [""; 0]);
        let waiting = challenge(&anonymous, &self.tess.person.email).await;
        let code = json!({ "totpCode": self.tess.next_code(app) });
        assert_eq!(codes(&verify(&anonymous, &waiting, code).await), [""; 0]);
        assert_eq!(
            codes(&passkey_login(&anonymous, &mut self.passkey).await),
            [""; 0]
        );
        assert_eq!(codes(&self.reset(app).await), [""; 0]);
    }

    /// Tries everything at this server: nothing works, but passwords and passkeys do.
    pub(super) async fn assert_ended(&mut self, app: &TestApp) {
        let anonymous = app.anonymous();
        let (waiting, factor, _) = &self.repeated;
        assert_eq!(
            codes(&verify(&anonymous, waiting, factor.clone()).await),
            ["MFA_CHALLENGE_EXPIRED"]
        );
        assert_eq!(count_networks(app, &self.ada.email).await, 0, "known networks");
        self.assert_tokens_ended(app).await;
        let code = json!({ "recoveryCode": self.tess.recovery_codes[0] });
        assert_eq!(
            codes(&verify(&anonymous, &self.waiting, code).await),
            ["MFA_CHALLENGE_EXPIRED"]
        );
        assert_eq!(codes(&self.reset(app).await), ["TOKEN_INVALID"]);
        // There is no app left to ask for.
        let tess = app.anonymous().login(&self.tess.person.email, PASSWORD).await;
        assert_eq!(codes(&tess), [""; 0]);
        assert!(tess.data("login")["tokens"].is_object());

        let waiting = challenge(&anonymous, &self.pia.email).await;
        assert_eq!(waiting["methods"], json!(["PASSKEY"]));
        let code = json!({ "recoveryCode": self.pia_codes[0] });
        assert_eq!(
            codes(&verify(&anonymous, &waiting, code).await),
            ["MFA_CODE_INVALID"]
        );
        assert_eq!(
            codes(&passkey_login(&anonymous, &mut self.passkey).await),
            [""; 0]
        );
    }

    /// Tries the tokens of the session at this server.
    pub(super) async fn assert_tokens_ended(&self, app: &TestApp) {
        assert_eq!(app.bearer(&self.ada.token).me().await.reason(), "TOKEN_INVALID");
        let refreshed = app.anonymous().refresh(&self.ada.refresh_token).await;
        assert_eq!(codes(&refreshed), ["REFRESH_TOKEN_INVALID"]);
    }

    async fn reset(&self, app: &TestApp) -> Answer {
        let input = json!({ "token": self.reset_link, "newPassword": PASSWORD });
        app.anonymous().call("resetPassword", "isReset", input).await
    }
}

fn session_of(answer: &Answer) -> String {
    let id = answer.data("verifyMfa")["session"]["id"].as_str();
    id.unwrap_or_else(|| panic!("{}", answer.text)).to_owned()
}

async fn count_networks(app: &TestApp, email: &str) -> usize {
    let user = app.row(email).await.unwrap();
    known_networks(&app.app, &user).await.unwrap().len()
}
