//! The end that nobody asked for.

use sea_orm::{ConnectionTrait as _, Database, Statement};
use serde_json::json;

use crate::support::{PASSWORD, Program};

#[tokio::test]
async fn an_account_that_was_acknowledged_outlives_a_crash() {
    let program = Program::new().await;
    let mut server = program.serve().await;
    for round in 0..4 {
        let email = format!("ada{round}@example.com");
        let signup = json!({ "name": "Ada", "email": email, "password": PASSWORD });
        let answer = server.client().signup(signup).await;
        server.kill();
        assert_eq!(answer.data("signup")["userErrors"], json!([]));

        server = program.serve().await;
        let answer = server.client().login(&email, PASSWORD).await;
        assert_eq!(answer.data("login")["userErrors"], json!([]));
    }
    server.kill();
    if program.database.is_sqlite() {
        let database = Database::connect(program.database_url()).await.unwrap();
        let check = Statement::from_string(database.get_database_backend(), "PRAGMA integrity_check");
        let row = database.query_one_raw(check).await.unwrap().unwrap();
        assert_eq!(row.try_get_by_index::<String>(0).unwrap(), "ok");
        database.close().await.unwrap();
    }
}
