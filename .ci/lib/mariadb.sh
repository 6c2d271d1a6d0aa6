# A MariaDB of its own: started by the first step that needs it, stopped at the end. Character sets and collations
# stay at MariaDB's defaults, since the server has to cope with those.

need_mariadb() {
    [[ -e $WORK/mariadb.url ]] || start_mariadb
}

# Prints the address, as a user who may create databases.
mariadb_url() {
    cat "$WORK/mariadb.url"
}

start_mariadb() {
    local folder=$WORK/mariadb port password
    if ! command -v mariadbd >/dev/null; then
        echo 'MariaDB is not installed: .ci/run packages' >&2
        return 1
    fi
    port=$(free_port)
    password=$(random_text)
    private_folder mysql "$folder"
    as_user mysql mariadb-install-db --no-defaults --datadir="$folder/data" --skip-test-db \
        --auth-root-authentication-method=socket --auth-root-socket-user="$(id -un)" >"$WORK/mariadb.install.log"
    # These data are thrown away: nothing is gained by waiting for the disk.
    as_user mysql mariadbd --no-defaults --datadir="$folder/data" --socket="$folder/socket" \
        --pid-file="$folder/pid" --log-error="$folder/log" --bind-address=127.0.0.1 --port="$port" \
        --skip-name-resolve --skip-log-bin --max-connections=300 --innodb-flush-log-at-trx-commit=0 \
        --innodb-doublewrite=0 --innodb-use-native-aio=0 </dev/null &>/dev/null &
    if ! wait_for 60 mariadb_as_root --execute='select 1'; then
        echo 'MariaDB did not start:' >&2
        tail -n 20 "$folder/log" >&2
        return 1
    fi
    mariadb_as_root <<<"create user portcullis@'127.0.0.1' identified by '$password';
        grant all on *.* to portcullis@'127.0.0.1';"
    (umask 077 && printf 'mysql://portcullis:%s@127.0.0.1:%s/mysql' "$password" "$port" >"$WORK/mariadb.url")
    echo "MariaDB listens on 127.0.0.1:$port"
}

mariadb_as_root() {
    mariadb --no-defaults --socket="$WORK/mariadb/socket" --skip-column-names --batch "$@"
}

stop_mariadb() {
    if [[ -e $WORK/mariadb/pid ]]; then
        # Nothing of it is kept, so it need not take its leave.
        kill -KILL "$(cat "$WORK/mariadb/pid")"
    fi
}

# How many databases have been made so far: whoever claims to have used the server has raised it.
mariadb_writes() {
    mariadb_as_root --execute="show global status like 'Com_create_db'" | cut -f 2
}

# Makes an empty database and prints its address.
mariadb_database() {
    local name=$1 url
    url=$(mariadb_url)
    mariadb_as_root --execute="create database $name" >&2
    printf '%s' "${url%/*}/$name"
}
