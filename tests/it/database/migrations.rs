//! The changes of the schema, there and back.

use sea_orm::{ConnectionTrait as _, Database, DatabaseConnection, DbBackend, Statement};

use crate::support::TestDatabase;

async fn open(database: &TestDatabase) -> DatabaseConnection {
    Database::connect(&database.url).await.unwrap()
}

#[tokio::test]
async fn every_change_can_be_taken_back_and_applied_again() {
    let database = TestDatabase::empty().await;
    let connection = open(&database).await;
    let known = migration::known();
    let count = u32::try_from(known.len()).unwrap();
    for _ in 0..2 {
        migration::up(&connection).await.unwrap();
        assert_eq!(migration::applied(&connection).await.unwrap(), known);
        migration::down(&connection, count).await.unwrap();
        assert_eq!(
            migration::applied(&connection).await.unwrap(),
            Vec::<String>::new()
        );
    }
    // One by one, as an operator would go back.
    migration::up(&connection).await.unwrap();
    for left in (0..known.len()).rev() {
        migration::down(&connection, 1).await.unwrap();
        assert_eq!(migration::applied(&connection).await.unwrap(), known[..left]);
    }
    connection.close().await.unwrap();
}

#[tokio::test]
async fn a_change_that_stopped_half_way_is_finished_at_the_next_start() {
    let database = TestDatabase::empty().await;
    let connection = open(&database).await;
    migration::up(&connection).await.unwrap();
    // As if the process had ended between each change and the note that it was made.
    connection
        .execute_unprepared("DELETE FROM portcullis_migrations")
        .await
        .unwrap();
    migration::up(&connection).await.unwrap();
    assert_eq!(migration::applied(&connection).await.unwrap(), migration::known());
    connection.close().await.unwrap();
}

#[tokio::test]
async fn text_is_compared_byte_by_byte() {
    let database = TestDatabase::empty().await;
    let connection = open(&database).await;
    migration::up(&connection).await.unwrap();
    let backend = connection.get_database_backend();
    for (one, other) in [("a", "\u{e1}"), ("a", "A"), ("\u{e1}", "a\u{301}")] {
        for (id, email) in [(1, one), (2, other)] {
            let id = match backend {
                DbBackend::MySql => format!("UNHEX('{id:032}')"),
                DbBackend::Sqlite => format!("x'{id:032}'"),
                _ => format!("'{id:032}'"),
            };
            let insert = format!(
                "INSERT INTO users (id, name, name_key, email, email_key, status, created_at, updated_at) \
                 VALUES ({id}, '-', '-', '-', '{email}', 'active', 0, 0)"
            );
            connection.execute_unprepared(&insert).await.unwrap();
        }
        let find = Statement::from_string(
            backend,
            format!("SELECT email_key FROM users WHERE email_key = '{one}'"),
        );
        assert_eq!(
            connection.query_all_raw(find).await.unwrap().len(),
            1,
            "{one} {other}"
        );
        connection.execute_unprepared("DELETE FROM users").await.unwrap();
    }
    connection.close().await.unwrap();
}
