//! A trigger or a view that somebody has put into the database.

use sea_orm::{ConnectionTrait as _, Database};

use crate::support::Program;

async fn sql(file: &str, sql: &str) {
    let database = Database::connect(format!("sqlite:{file}")).await.unwrap();
    database.execute_unprepared(sql).await.unwrap();
    database.close().await.unwrap();
}

#[tokio::test]
async fn a_foreign_trigger_or_view_is_named_and_neither_copied_nor_restored() {
    let program = Program::new().await;
    if !program.database.is_sqlite() {
        return;
    }
    program.serve().await.kill();
    let path = |name: &str| program.database.folder().join(name).to_str().unwrap().to_owned();
    let (clean, planted) = (path("clean.db"), path("planted.db"));
    program.done(&["backup", &clean]);
    std::fs::copy(&clean, &planted).unwrap();
    sql(
        &planted,
        "CREATE TRIGGER hook AFTER INSERT ON user_roles BEGIN DELETE FROM audit_events; END; \
         CREATE VIEW people AS SELECT * FROM users",
    )
    .await;
    let refused = program.run(&["restore", &planted]);
    let complaint = refused.complaint(1);
    assert!(
        complaint.contains("can change or hide its data: trigger hook, view people; find out"),
        "{refused:?}"
    );

    let live = program.data_dir().join("portcullis.db");
    sql(
        live.to_str().unwrap(),
        "CREATE TRIGGER hook AFTER INSERT ON users BEGIN SELECT 1; END",
    )
    .await;
    let doctor = program.run(&["doctor"]);
    assert!(
        doctor.out.contains("trigger hook") && doctor.out.contains("DROP TRIGGER"),
        "{doctor:?}"
    );
    assert_eq!(doctor.status, Some(1));
    let refused = program.run(&["backup", &path("another.db")]);
    assert!(refused.complaint(1).contains("trigger hook"), "{refused:?}");
    program.done(&["restore", &clean]);
    assert!(!program.run(&["doctor"]).out.contains("hook"));
}
