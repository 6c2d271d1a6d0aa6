//! The page of `/account/security`.

use askama::Template;
use axum::{http::StatusCode, response::Response};

use crate::{
    context::Caller,
    features::{
        identity,
        mfa::{self, Factors},
        page::{
            fields::Fields, next::SECURITY, oauth::ProviderLink, page_context::PageContext, response::Frame,
            shown_time::ShownTime,
        },
        passkey::{self, MAX_PER_ACCOUNT},
        recovery_code,
    },
    platform::failure::{Failed, Failure},
};

/// So few recovery codes are a reason to make new ones.
const FEW_CODES: u64 = 3;

#[expect(
    clippy::struct_excessive_bools,
    reason = "the parts of a page that are there or not"
)]
#[derive(Template)]
#[template(path = "security.html")]
struct SecurityPage<'a> {
    frame: Frame<'a>,
    sections: Sections,
    has_app: bool,
    is_protected: bool,
    codes_left: String,
    are_codes_few: bool,
    passkeys: Vec<Row>,
    identities: Vec<IdentityRow>,
    /// The providers that are not connected yet.
    connectable: Vec<ProviderLink>,
    /// Whether passkeys can be added.
    can_add: bool,
    /// Whether passkeys work on this server.
    has_passkeys: bool,
    can_remove_password: bool,
    /// Whether the address must be confirmed before a factor can be added.
    must_confirm_address: bool,
    /// Whether the account has a factor that this session has not given, though a role needs it.
    must_confirm: bool,
}

/// What is wrong in which section.
struct Sections {
    app: Fields,
    passkeys: Fields,
    codes: Fields,
    password: Fields,
    identities: Fields,
}

/// A passkey, as a line of the list.
struct Row {
    id: String,
    name: String,
    is_synced: bool,
    created: ShownTime,
    last_used: Option<ShownTime>,
    /// Labels of the buttons for screen readers: they name the passkey.
    rename: String,
    remove: String,
}

/// A connected account, as a line of the list.
struct IdentityRow {
    id: String,
    provider: String,
    email: Option<String>,
    created: ShownTime,
    last_used: Option<ShownTime>,
    /// Label of the button for screen readers: it names the provider.
    disconnect: String,
}

impl Sections {
    fn new(problem: Option<Fields>) -> Self {
        let mut sections = Self {
            app: Fields::new("app"),
            passkeys: Fields::new("passkeys"),
            codes: Fields::new("codes"),
            password: Fields::new("password-off"),
            identities: Fields::new("identities"),
        };
        if let Some(fields) = problem {
            match fields.id {
                "app" => sections.app = fields,
                "passkeys" => sections.passkeys = fields,
                "codes" => sections.codes = fields,
                "identities" => sections.identities = fields,
                _ => sections.password = fields,
            }
        }
        sections
    }
}

/// The page, with what is wrong in one of its sections.
pub(super) async fn render(
    page: &PageContext,
    status: StatusCode,
    problem: Option<Fields>,
    notice: Option<&str>,
) -> Response {
    const NOTICES: [&str; 15] = [
        "identity-linked",
        "identity-unlinked",
        "app-on",
        "app-off",
        "passkey-added",
        "passkey-renamed",
        "passkey-removed",
        "password-removed",
        "codes-shown-once",
        "app-expired",
        "confirmed",
        "mfa-required",
        "form-out-of-date",
        "form-without-cookie",
        "passkey-expired",
    ];
    let Some(caller) = page.caller.as_ref() else {
        return page.to_login_for(SECURITY);
    };
    let (factors, unused, identities) = match page.done(state(page, caller).await) {
        Ok(state) => state,
        Err(response) => return response,
    };
    let notice = notice.or(page.lacks_factor.then_some("mfa-required"));
    let (t, nonce) = (&page.t, page.nonce());
    let must_confirm_address = mfa::must_confirm_address(&page.context.app, &caller.user);
    let is_enabled = passkey::is_enabled(&page.context.app);
    let template = SecurityPage {
        frame: page.frame(&nonce, page.notice(notice, &NOTICES)),
        sections: Sections::new(problem),
        has_app: factors.totp.is_some(),
        is_protected: factors.is_any(),
        codes_left: t.with("codes-left", &[("count", unused.into())]),
        are_codes_few: unused <= FEW_CODES,
        can_add: is_enabled && !must_confirm_address && factors.passkeys.len() < MAX_PER_ACCOUNT,
        has_passkeys: is_enabled || !factors.passkeys.is_empty(),
        can_remove_password: caller.user.password_hash.is_some() && !factors.passkeys.is_empty(),
        must_confirm_address,
        must_confirm: page.lacks_factor && factors.is_any(),
        passkeys: factors.passkeys.iter().map(|it| row(page, it)).collect(),
        connectable: connectable(page, &identities),
        identities: identities.iter().map(|it| identity_row(page, it)).collect(),
    };
    page.page(status, &nonce, &template)
}

async fn state(page: &PageContext, caller: &Caller) -> Result<(Factors, u64, Vec<identity::Model>), Failed> {
    let app = &page.context.app;
    let factors = Factors::of(app, caller.user.id).await.map_err(Failure::from)?;
    let unused = recovery_code::count_unused(app.db.reader(), caller.user.id).await;
    let identities = identity::of_user(app.db.reader(), caller.user.id).await;
    Ok((
        factors,
        unused.map_err(Failure::from)?,
        identities.map_err(Failure::from)?,
    ))
}

/// Links to the providers that are not connected yet. None while a required second factor is missing.
fn connectable(page: &PageContext, identities: &[identity::Model]) -> Vec<ProviderLink> {
    let app = &page.context.app;
    let is_connected = |id: &str| identities.iter().any(|identity| identity.provider == id);
    let providers = app
        .providers
        .all()
        .filter(|it| !page.lacks_factor && !is_connected(it.id()));
    let links = providers.map(|provider| ProviderLink {
        to: format!("/oauth/{}/start?link", provider.id()),
        text: page.t.with("connect", &[("provider", provider.name().into())]),
    });
    links.collect()
}

fn identity_row(page: &PageContext, identity: &identity::Model) -> IdentityRow {
    let provider = identity::provider_name(&page.context.app, &identity.provider);
    IdentityRow {
        id: identity.id.to_string(),
        provider: provider.to_owned(),
        email: identity.email.clone(),
        created: ShownTime::of(identity.created_at),
        last_used: identity.last_used_at.map(ShownTime::of),
        disconnect: page
            .t
            .with("disconnect-provider", &[("provider", provider.into())]),
    }
}

fn row(page: &PageContext, passkey: &passkey::Model) -> Row {
    let label = |text| page.t.with(text, &[("name", passkey.name.as_str().into())]);
    Row {
        id: passkey.id.to_string(),
        name: passkey.name.clone(),
        is_synced: passkey::is_synced(passkey),
        created: ShownTime::of(passkey.created_at),
        last_used: passkey.last_used_at.map(ShownTime::of),
        rename: label("rename-passkey"),
        remove: label("remove-passkey"),
    }
}
