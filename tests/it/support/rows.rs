//! What only a test may do: reach past the rules into the rows.

use entity::user;
use portcullis::features::{
    session,
    user::{self as users, EmailAddress, UserReference},
};
use sea_orm::{ColumnTrait as _, ConnectionTrait as _, EntityTrait as _, QueryFilter as _, sea_query::Expr};

use super::TestApp;

impl TestApp {
    /// The row of the user with this normalised address.
    pub(crate) async fn row(&self, email_key: &str) -> Option<user::Model> {
        user::Entity::find()
            .filter(user::Column::EmailKey.eq(email_key))
            .one(self.app.db.writer())
            .await
            .unwrap()
    }

    /// Puts a hash into the row of a user, past all the rules.
    pub(crate) async fn put_hash(&self, email_key: &str, hash: Option<&str>) {
        let done = user::Entity::update_many()
            .col_expr(user::Column::PasswordHash, Expr::value(hash.map(str::to_owned)))
            .filter(user::Column::EmailKey.eq(email_key))
            .exec(self.app.db.writer())
            .await
            .unwrap();
        assert_eq!(done.rows_affected, 1);
    }

    /// Forbids a user to sign in, as an administrator does.
    pub(crate) async fn disable(&self, email: &str) {
        let whom = UserReference::Email(EmailAddress::parse(email).unwrap());
        users::disable(&self.app, &whom, session::end_all_of)
            .await
            .unwrap();
    }

    /// Lets a user sign in again.
    pub(crate) async fn enable(&self, email: &str) {
        let whom = UserReference::Email(EmailAddress::parse(email).unwrap());
        users::enable(&self.app, &whom).await.unwrap();
    }

    /// Runs SQL past all the rules.
    pub(crate) async fn sql(&self, sql: &str) {
        self.app.db.writer().execute_unprepared(sql).await.unwrap();
    }
}
