# A PostgreSQL of its own: started by the first step that needs it, stopped at the end.

need_postgres() {
    [[ -e $WORK/postgres.url ]] || start_postgres
}

# Prints the address, as a user who may create databases.
postgres_url() {
    cat "$WORK/postgres.url"
}

postgres_bin() {
    local found
    found=$(find /usr/lib/postgresql -path '*/bin/postgres' 2>/dev/null | sort -V | tail -n 1)
    if [[ -z $found ]]; then
        echo 'PostgreSQL is not installed: .ci/run packages' >&2
        return 1
    fi
    dirname "$found"
}

start_postgres() {
    local bin folder=$WORK/postgres port password
    bin=$(postgres_bin)
    port=$(free_port)
    password=$(random_text)
    private_folder postgres "$folder"
    printf '%s\n' "$password" | as_user postgres tee "$folder/password" >/dev/null
    as_user postgres "$bin/initdb" --pgdata="$folder/data" --username=portcullis --pwfile="$folder/password" \
        --auth=scram-sha-256 --encoding=UTF8 --locale=C.UTF-8 --no-sync >"$WORK/postgres.initdb.log"
    # These data are thrown away: nothing is gained by waiting for the disk.
    local options=(-p "$port" -k "$folder" -c listen_addresses=127.0.0.1 -c max_connections=300
        -c fsync=off -c synchronous_commit=off -c full_page_writes=off)
    as_user postgres "$bin/pg_ctl" start --silent --wait --pgdata="$folder/data" --log="$folder/log" \
        --options="${options[*]}"
    (umask 077 && printf 'postgres://portcullis:%s@127.0.0.1:%s/postgres' "$password" "$port" >"$WORK/postgres.url")
    echo "PostgreSQL listens on 127.0.0.1:$port"
}

stop_postgres() {
    if [[ -e $WORK/postgres/data/postmaster.pid ]]; then
        as_user postgres "$(postgres_bin)/pg_ctl" stop --silent --mode=immediate --pgdata="$WORK/postgres/data"
    fi
}

# How many transactions have written so far: whoever claims to have used the server has raised it.
postgres_writes() {
    psql "$(postgres_url)" --no-psqlrc --tuples-only --no-align --command='select pg_current_xact_id()'
}

# Makes an empty database and prints its address.
postgres_database() {
    local name=$1 url
    url=$(postgres_url)
    psql "$url" --no-psqlrc --quiet --command="create database $name" >&2
    printf '%s' "${url%/*}/$name"
}
