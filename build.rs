//! Builds again when `scripts/graphiql` has brought or changed the files to embed.

fn main() {
    println!("cargo::rerun-if-changed=assets/graphiql");
    println!("cargo::rerun-if-changed=src/server/graphiql/page");
}
