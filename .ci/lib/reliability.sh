# Whether what was acknowledged is kept, also mail, when clients hang up or something stops: the short form, on all three
# databases.

step_reliability() {
    # The build that the instructions are counted on.
    cargo build --locked --profile quick --bin portcullis
    install_npm scripts/reliability.d
    timeout 1200 scripts/reliability --short --binary target/quick/portcullis
}
