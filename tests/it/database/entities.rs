//! The entities are what the migrations made.

use std::collections::BTreeMap;

use entity::{
    address_reservation, attempt_streak, audit_erasure, audit_event, audit_seal, data_key, form_receipt,
    identity, lease, mail, mail_budget, mail_suppression, one_time_token, passkey, recovery_code, session,
    signing_key, totp_factor, unlinked_identity, user, user_role,
};
use migration::ColumnKind;
use sea_orm::{ColumnTrait, EntityTrait, Iterable, QuerySelect as _, sea_query::ColumnType};

use crate::support::TestApp;

/// Name, kind and nullability of each column, by the entity.
fn columns<E: EntityTrait>() -> BTreeMap<String, (&'static str, bool)> {
    let column = |column: E::Column| {
        let definition = column.def();
        let kind = match definition.get_column_type() {
            ColumnType::Uuid => "uuid",
            ColumnType::String(_) | ColumnType::Text => "text",
            ColumnType::Integer => "integer",
            ColumnType::BigInteger => "big integer",
            other => panic!("{other:?} is not compared"),
        };
        (
            sea_orm::IdenStatic::as_str(&column).to_owned(),
            (kind, definition.is_null()),
        )
    };
    E::Column::iter().map(column).collect()
}

/// The same by the migrations.
fn made(table: &str) -> BTreeMap<String, (&'static str, bool)> {
    let tables = migration::tables();
    let table = tables.into_iter().find(|it| it.name == table);
    let kind = |kind| match kind {
        ColumnKind::Uuid => "uuid",
        ColumnKind::Text(_) => "text",
        ColumnKind::Integer => "integer",
        ColumnKind::BigInteger => "big integer",
    };
    let columns = table.expect("no migration makes it").columns;
    columns
        .into_iter()
        .map(|column| (column.name, (kind(column.kind), column.is_nullable)))
        .collect()
}

/// The start compares the database with what the migrations made; this compares that with the entity, and reads rows
/// by it.
async fn check<E: EntityTrait + Default>(app: &TestApp) {
    let name = E::default().table_name().to_owned();
    assert_eq!(columns::<E>(), made(&name), "{name}");
    let rows = E::find().limit(10).all(app.app.db.reader()).await;
    assert!(rows.is_ok(), "{name}: {:?}", rows.err());
}

#[tokio::test]
async fn every_entity_has_the_columns_of_its_table() {
    let app = TestApp::start().await;
    app.user("ada").await;
    check::<user::Entity>(&app).await;
    check::<user_role::Entity>(&app).await;
    check::<session::Entity>(&app).await;
    check::<signing_key::Entity>(&app).await;
    check::<attempt_streak::Entity>(&app).await;
    check::<form_receipt::Entity>(&app).await;
    check::<lease::Entity>(&app).await;
    check::<data_key::Entity>(&app).await;
    check::<one_time_token::Entity>(&app).await;
    check::<mail::Entity>(&app).await;
    check::<mail_suppression::Entity>(&app).await;
    check::<mail_budget::Entity>(&app).await;
    check::<address_reservation::Entity>(&app).await;
    check::<passkey::Entity>(&app).await;
    check::<totp_factor::Entity>(&app).await;
    check::<recovery_code::Entity>(&app).await;
    check::<identity::Entity>(&app).await;
    check::<unlinked_identity::Entity>(&app).await;
    check::<audit_erasure::Entity>(&app).await;
    check::<audit_event::Entity>(&app).await;
    check::<audit_seal::Entity>(&app).await;
    // And no table is without one.
    assert_eq!(migration::tables().len(), 21);
}
