# A part of the tests through PgBouncer in front of the PostgreSQL of the other steps: in session mode as it comes, in
# transaction mode by the setting, and what is said without it.

step_test_pgbouncer() {
    local before mode
    need_postgres
    for mode in session transaction statement; do
        start_pgbouncer "$mode"
    done
    build_program
    pooler_is_refused transaction 'set database_pooler=transaction'
    pooler_is_refused statement 'allows no transactions'
    for mode in session transaction; do
        before=$(postgres_writes)
        PORTCULLIS_TEST_DATABASE_URL=$(postgres_url) \
            PORTCULLIS_TEST_DATABASE_POOLER=$mode@127.0.0.1:$(<"$WORK/pgbouncer.$mode.port") \
            timeout 600 cargo test --locked --no-fail-fast --test it -- \
            database::away database::cancelled database::limits database::lost database::unfit \
            login::password session::refresh::servers cli::start::eight
        expect_more "$before" "$(postgres_writes)" "PgBouncer in $mode mode"
    done
}

start_pgbouncer() {
    local mode=$1 port folder url address password
    folder=$WORK/pgbouncer.$mode
    url=$(postgres_url)
    address=${url##*@}
    password=${url#*:*:}
    port=$(free_port)
    private_folder postgres "$folder"
    printf '"portcullis" "%s"\n' "${password%@*}" | as_user postgres tee "$folder/users" >/dev/null
    as_user postgres tee "$folder/pgbouncer.ini" >/dev/null <<END
[databases]
* = host=127.0.0.1 port=$(cut -d : -f 2 <<<"${address%/*}")
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = $port
unix_socket_dir =
auth_type = scram-sha-256
auth_file = $folder/users
pool_mode = $mode
max_client_conn = 1000
; In session mode a connection that died in silence keeps its session until PgBouncer notices.
default_pool_size = 100
; Each test has a database, and so a pool, of its own.
server_idle_timeout = 5
logfile = $folder/log
pidfile = $folder/pid
END
    as_user postgres pgbouncer --daemon --quiet "$folder/pgbouncer.ini"
    printf '%s' "$port" >"$WORK/pgbouncer.$mode.port"
    echo "PgBouncer in $mode mode listens on 127.0.0.1:$port"
}

# What a start without the pooler setting says: one line, with what to do.
pooler_is_refused() {
    local mode=$1 words=$2 url said
    url=$(postgres_url)
    url=${url%@*}@127.0.0.1:$(<"$WORK/pgbouncer.$mode.port")/postgres
    if said=$(PORTCULLIS_DATABASE_URL=$url PORTCULLIS_SECRET=$(random_text) PORTCULLIS_DATA_DIR=$WORK/pgbouncer.data \
        "$PROGRAM" migrate status 2>&1); then
        echo "PgBouncer in $mode mode was not noticed: $said" >&2
        return 1
    fi
    if [[ $said != *"$words"* || $(wc -l <<<"$said") != 1 ]]; then
        echo "PgBouncer in $mode mode was refused in other words: $said" >&2
        return 1
    fi
    echo "$mode mode: $said"
}

stop_pgbouncer() {
    local pid
    for pid in "$WORK"/pgbouncer.*/pid; do
        if [[ -e $pid ]]; then kill -KILL "$(<"$pid")"; fi
    done
}
