//! The committed schema is the one that is served.

use portcullis::server::schema::sdl;

#[test]
fn the_committed_schema_is_current() {
    let committed = include_str!("../../../schema.graphql");
    similar_asserts::assert_eq!(
        committed.trim_end(),
        sdl().trim_end(),
        "if the change is meant: cargo run -- schema > schema.graphql"
    );
}
