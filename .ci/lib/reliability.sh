# Whether what was acknowledged is kept, whoever hangs up and whatever stops: the short form, on all three databases.

step_reliability() {
    # The build that the instructions are counted on.
    cargo build --locked --profile quick --bin portcullis
    timeout 900 scripts/reliability --short --binary target/quick/portcullis
}
