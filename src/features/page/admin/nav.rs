//! The links between the pages of administration.

use super::PAGES;
use crate::{
    features::{
        page::{
            next::{ADMIN, AUDIT, INVITE},
            page_context::PageContext,
        },
        proof,
    },
    platform::config::Permissions,
};

/// The links to the pages that the caller may see.
pub(super) struct Nav {
    pub(super) links: Vec<NavLink>,
    /// Where to confirm who it is; none if that was done, or nothing here needs it.
    pub(super) proof: Option<String>,
}

/// One of them.
pub(super) struct NavLink {
    pub(super) to: &'static str,
    pub(super) text: String,
    pub(super) is_here: bool,
}

impl Nav {
    /// Those on the page at this path, which changes nothing.
    pub(super) fn of(page: &PageContext, permissions: &Permissions, here: &str) -> Self {
        let open = PAGES
            .iter()
            .filter(|(_, permission)| permissions.contains(permission));
        let links = open.map(|(path, _)| NavLink {
            to: path,
            text: page.t.text(match *path {
                ADMIN => "people",
                AUDIT => "audit-log",
                INVITE => "invite",
                _ => "import",
            }),
            is_here: *path == here,
        });
        Self {
            links: links.collect(),
            proof: None,
        }
    }

    /// The same on a page with forms: without a proof of identity, it asks for that first.
    pub(super) fn with_proof(mut self, page: &PageContext, here: &str) -> Self {
        let caller = page.caller.as_ref();
        let is_proven = caller.is_some_and(|caller| proof::step_up(&page.context, caller).is_some());
        self.proof = (!is_proven).then(|| to_proof(here, ""));
        self
    }
}

/// The page that confirms who somebody is, and leads back to `here`.
pub(super) fn to_proof(here: &str, notice: &str) -> String {
    let next = crate::features::page::next::query(Some(here));
    format!("/reauthenticate{next}{notice}")
}
