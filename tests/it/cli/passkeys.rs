//! Passkeys that were made for another domain.

use sea_orm::{ConnectionTrait as _, Database};

use super::create_ada;
use crate::support::Program;

/// One passkey for each account.
const INSERT: &str = "INSERT INTO passkeys (id, user_id, credential_key, credential_id, public_key, algorithm, sign_count, \
                      aaguid, transports, backup, user_handle, rp_id, name, created_at) SELECT id, id, 'k', 'c', 'p', \
                      -7, 0, id, '', 'synced', 'h', 'accounts.example.com', 'n', 0 FROM users";

#[tokio::test]
async fn neither_a_start_nor_doctor_overlooks_them() {
    let program = Program::new().await;
    program.done(&["migrate", "up"]);
    create_ada(&program);
    assert!(program.done(&["doctor"]).contains("for localhost"));
    let db = Database::connect(program.database_url()).await.unwrap();
    db.execute_unprepared(INSERT).await.unwrap();
    db.close().await.unwrap();
    let refused = program.run(&["serve"]);
    let line = refused.complaint(1);
    assert!(
        line.contains("passkey_rp_id: the passkeys in this database were made for accounts.example.com"),
        "{line}"
    );
    let examined = program.run(&["doctor"]);
    assert_eq!(examined.status, Some(1), "{examined:?}");
    assert!(
        examined.out.contains("set passkey_rp_id to that domain"),
        "{examined:?}"
    );
    let back = program.with("PUBLIC_URL", "https://accounts.example.com");
    assert!(back.done(&["doctor"]).contains("for accounts.example.com"));
}
