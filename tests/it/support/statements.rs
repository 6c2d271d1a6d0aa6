//! What a server asks its database.

use std::sync::{Arc, Mutex};

use portcullis::platform::db::Db;
use sea_orm::Statement;

/// Statements in the order in which they were answered, with their values.
#[derive(Debug, Clone, Default)]
pub(crate) struct Statements(Arc<Mutex<Vec<Statement>>>);

impl Statements {
    /// Keeps from now on what is asked of the database.
    pub(crate) fn watch(&self, db: &mut Db) {
        let kept = self.0.clone();
        db.watch(move |statement| kept.lock().unwrap().push(statement.clone()));
    }

    /// Gives those that came since this was asked last.
    pub(crate) fn take(&self) -> Vec<Statement> {
        std::mem::take(&mut *self.0.lock().unwrap())
    }
}
