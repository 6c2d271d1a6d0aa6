# The steps that look at the sources, and those that build and test them.

step_graphiql() {
    # Before the first build, which embeds the files.
    scripts/graphiql
}

step_fmt() {
    cargo fmt --all --check
}

step_scripts() {
    shellcheck --shell=bash --external-sources .ci/run .ci/lib/*.sh scripts/graphiql scripts/fuzz scripts/attack scripts/instructions scripts/reliability scripts/sockets
}

step_clippy() {
    cargo clippy --workspace --all-targets --locked -- -D warnings
}

step_docs() {
    RUSTDOCFLAGS='-D warnings' cargo doc --workspace --no-deps --locked
}

step_build() {
    build_program
}

# What a `me` costs.
step_instructions() {
    build_program
    scripts/instructions
}

# The README's test command.
step_test() {
    run_tests
}

step_test_postgres() {
    local before
    need_postgres
    before=$(postgres_writes)
    PORTCULLIS_TEST_DATABASE_URL=$(postgres_url) run_tests
    expect_more "$before" "$(postgres_writes)" PostgreSQL
}

step_test_mariadb() {
    local before
    need_mariadb
    before=$(mariadb_writes)
    PORTCULLIS_TEST_DATABASE_URL=$(mariadb_url) run_tests
    expect_more "$before" "$(mariadb_writes)" MariaDB
}

run_tests() {
    # No run takes this long; one that hangs is ended while there is time to tell.
    timeout 1800 cargo test --workspace --locked --no-fail-fast
}

# A suite that quietly ran on SQLite instead would have passed, too.
expect_more() {
    local before=$1 after=$2 server=$3
    if ((after <= before + 10)); then
        echo "The tests passed, but not on $server: it was hardly written to." >&2
        return 1
    fi
}

step_tidy() {
    # What the steps above made is ignored or was committed. A developer's own changes are no fault.
    local changes
    changes=$(git status --porcelain)
    if [[ -z $changes ]]; then
        echo 'the work tree is as it was cloned'
    elif [[ ${CI:-} == true ]]; then
        echo 'these files were left behind or differ from what was committed:' >&2
        echo "$changes" >&2
        return 1
    else
        printf 'not committed:\n%s\n' "$changes"
    fi
}
