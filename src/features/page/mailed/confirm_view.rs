//! What the pages show that confirm an address.

use super::view::{Asks, Fact, Form, View};
use crate::{
    features::{
        email_change::Change,
        email_verification::{Registration, Shown},
        page::{
            date::date,
            fields::Fields,
            kept::Waiting,
            next::{self, ACCOUNT},
            page_context::PageContext,
        },
    },
    platform::http::cookies::AuthCookie,
};
use entity::user;

/// The page for the visitor: a button for the owner, else a form for the password, and one for a new password.
pub(super) fn view_of(page: &PageContext, shown: Shown, confirm: Fields, renew: Fields) -> View {
    match shown {
        Shown::Account(user) => of_account(page, &user, confirm, renew),
        Shown::Registration(registration) => of_sign_up(page, &registration, confirm, renew),
        Shown::Change(change) => of_change(page, &change, confirm),
    }
}

fn of_account(page: &PageContext, user: &user::Model, confirm: Fields, renew: Fields) -> View {
    let t = &page.t;
    let is_owner = page
        .caller
        .as_ref()
        .is_some_and(|caller| caller.user.id == user.id);
    let mut view = View::new(t.text("confirm-heading"));
    view.lines
        .push(t.with("confirm-text", &[("email", user.email.as_str().into())]));
    if is_owner {
        return view.with(button(confirm, t.text("confirm-address")));
    }
    // The owner of the mailbox sees whether this is their own account.
    view.lines
        .push(t.with("confirm-made-on", &[("date", date(t, user.created_at).into())]));
    view.username = Some(user.email.clone());
    if user.password_hash.is_none() {
        view.lines.push(t.text("confirm-set-text"));
        return view.with(new_password(page, renew, None));
    }
    view.lines.push(t.text("confirm-password-text"));
    let instead = Some((t.text("confirm-renew"), t.text("confirm-renew-text")));
    view.with(password(confirm, t.text("confirm-address")))
        .with(new_password(page, renew, instead))
}

fn of_sign_up(page: &PageContext, registration: &Registration, confirm: Fields, renew: Fields) -> View {
    let t = &page.t;
    let waiting = page.kept(AuthCookie::Registration).map(Waiting::read);
    let waiting = waiting.filter(|waiting| registration.is_of_client(&waiting.secret));
    let mut view = View::new(t.text("finish-heading"));
    let email = registration.email.as_str();
    view.lines.push(t.with("finish-text", &[("email", email.into())]));
    if let Some(waiting) = waiting {
        let next = next::allowed(&page.context.app.config, waiting.next.as_deref());
        view.next = next.filter(|next| *next != ACCOUNT).map(str::to_owned);
        return view.with(button(confirm, t.text("finish-sign-up")));
    }
    view.lines.push(t.text("finish-password-text"));
    view.username = Some(email.to_owned());
    let instead = Some((t.text("finish-renew"), t.text("finish-renew-text")));
    view.with(password(confirm, t.text("finish-sign-up")))
        .with(new_password(page, renew, instead))
}

/// Shows the present address to its owner only: the new one may be mistyped, and then a stranger reads this.
fn of_change(page: &PageContext, change: &Change, confirm: Fields) -> View {
    let t = &page.t;
    let mut view = View::new(t.text("change-email-heading"));
    let new = Fact::new(t.text("new-email"), change.new_email.as_str());
    let owner = page
        .caller
        .as_ref()
        .filter(|caller| caller.user.email_key == change.old_email_key);
    if let Some(owner) = owner {
        view.facts
            .push(Fact::new(t.text("present-email"), owner.user.email.as_str()));
        view.facts.push(new);
        return view.with(button(confirm, t.text("confirm-address")));
    }
    view.facts.push(new);
    view.lines.push(t.text("change-email-password-text"));
    view.with(password(confirm, t.text("confirm-address")))
}

fn button(fields: Fields, button: String) -> Form {
    Form {
        fields,
        asks: Asks::Nothing,
        button,
        is_danger: false,
        instead: None,
    }
}

fn password(fields: Fields, label: String) -> Form {
    Form {
        asks: Asks::Password,
        ..button(fields, label)
    }
}

fn new_password(page: &PageContext, fields: Fields, instead: Option<(String, String)>) -> Form {
    Form {
        asks: Asks::NewPassword,
        instead,
        ..button(fields, page.t.text("set-password"))
    }
}
