//! The forms of the page of one person, as they are shown.

use entity::user;

use crate::features::page::fields::Fields;

/// The forms with fields, and what is wrong with the last one that was sent.
#[derive(Default)]
pub(super) struct Forms {
    /// None until something was typed.
    pub(super) update: Option<Fields>,
    pub(super) disable: Option<Fields>,
    pub(super) delete: Option<Fields>,
    /// The roles that were ticked.
    pub(super) roles: Option<Vec<String>>,
    /// What concerns no single field, of any form.
    pub(super) problem: Option<String>,
}

impl Forms {
    /// With the typed values of a form that was refused.
    pub(super) fn with(mut self, fields: Fields) -> Self {
        self.problem = fields.error("").map(str::to_owned);
        match fields.id {
            "update" => self.update = Some(fields),
            "disable" => self.disable = Some(fields),
            "delete" => self.delete = Some(fields),
            _ => {}
        }
        self
    }

    /// The form of name and address.
    pub(super) fn take_update(&mut self, user: &user::Model) -> Fields {
        self.update.take().unwrap_or_else(|| {
            Fields::new("update")
                .typed("name", user.name.as_str())
                .typed("email", user.email.as_str())
        })
    }
}
