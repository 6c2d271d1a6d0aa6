//! The statements that a server sends to its database.

use std::sync::{Arc, Mutex};

use portcullis::platform::db::Db;
use sea_orm::Statement;

/// Statements with their values, in the order in which they were answered.
#[derive(Debug, Clone, Default)]
pub(crate) struct Statements(Arc<Mutex<Vec<Statement>>>);

impl Statements {
    /// Records the statements from now on.
    pub(crate) fn watch(&self, db: &mut Db) {
        let kept = self.0.clone();
        db.watch(move |statement| kept.lock().unwrap().push(statement.clone()));
    }

    /// Returns the statements since the last call.
    pub(crate) fn take(&self) -> Vec<Statement> {
        std::mem::take(&mut *self.0.lock().unwrap())
    }
}
