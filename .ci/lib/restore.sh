# The restore drill, with the commands of docs/backup.md: a database is backed up while people use it, restored into an
# empty place, and used again.

# People sign up and sign in as fast as they can, and tokens are for this address on both servers.
readonly DRILL_SETTINGS=(PORTCULLIS_PUBLIC_URL=http://localhost:8000 'PORTCULLIS_LISTEN=127.0.0.1:{port}'
    PORTCULLIS_SIGNUPS_PER_NETWORK=0 PORTCULLIS_LOGINS_PER_NETWORK=0 PORTCULLIS_STOP_DELAY=0s)

step_restore() {
    build_program
    need_postgres
    need_mariadb
    drill_sqlite
    drill_postgres
    drill_mariadb
}

drill_sqlite() {
    local folder=$WORK/drill.sqlite
    mkdir "$folder"
    used_and_backed_up "$folder" sqlite \
        env "PORTCULLIS_DATA_DIR=$folder/before" "$PROGRAM" backup "$folder/copy"
    # The secret is not in the backup.
    mkdir -m 700 "$folder/after"
    cp "$folder/before/secret.key" "$folder/after"
    PORTCULLIS_DATA_DIR=$folder/after "$PROGRAM" restore "$folder/copy"
    checked_and_used "$folder" sqlite
}

drill_postgres() {
    local folder=$WORK/drill.postgres from to
    mkdir "$folder"
    from=$(postgres_database drill)
    to=${from}_restored
    used_and_backed_up "$folder" "$from" pg_dump --format=custom --no-owner --no-privileges --file="$folder/copy" "$from"
    psql "$from" --no-psqlrc --quiet --command="create database drill_restored encoding 'UTF8' template template0"
    pg_restore --exit-on-error --single-transaction --no-owner --dbname="$to" "$folder/copy"
    checked_and_used "$folder" "$to"
}

drill_mariadb() {
    local folder=$WORK/drill.mariadb from
    mkdir "$folder"
    from=$(mariadb_database drill)
    used_and_backed_up "$folder" "$from" mariadb-dump --no-defaults --socket="$WORK/mariadb/socket" \
        --single-transaction --quick --hex-blob --default-character-set=utf8mb4 --result-file="$folder/copy" drill
    mariadb_as_root --execute='create database drill_restored character set utf8mb4 collate utf8mb4_bin'
    mariadb_as_root --default-character-set=utf8mb4 drill_restored <"$folder/copy"
    checked_and_used "$folder" "${from}_restored"
}

# Runs a server on a database, and lets people use it while the given command makes the backup.
used_and_backed_up() {
    local folder=$1 database=$2
    shift 2
    (umask 077 && random_text >"$folder/secret")
    with_drill_server "$folder" before "$database" node_script tests/restore/before.mjs "$folder/ledger" "$@"
}

# What must be true of a restored database, before a server starts on it and while people use it.
checked_and_used() {
    local folder=$1 database=$2
    program_says_ok "$folder" "$database" doctor
    program_says_ok "$folder" "$database" audit verify
    with_drill_server "$folder" after "$database" node_script tests/restore/after.mjs "$folder/ledger"
}

with_drill_server() {
    local folder=$1 data=$2 database=$3 settings=()
    shift 3
    settings=("PORTCULLIS_DATA_DIR=$folder/$data")
    if [[ $database != sqlite ]]; then settings+=("PORTCULLIS_SECRET=$(<"$folder/secret")"); fi
    with_server "$database" "${DRILL_SETTINGS[@]}" "${settings[@]}" "$@"
}

# Runs a command of the program on a restored database, and shows what it says only if it fails.
program_says_ok() {
    local folder=$1 database=$2 said settings=()
    shift 2
    settings=("PORTCULLIS_DATA_DIR=$folder/after")
    if [[ $database != sqlite ]]; then
        settings+=("PORTCULLIS_DATABASE_URL=$database" "PORTCULLIS_SECRET=$(<"$folder/secret")")
    fi
    if ! said=$(env -i PATH="$PATH" "${settings[@]}" "$PROGRAM" "$@" 2>&1); then
        printf 'portcullis %s:\n%s\n' "$*" "$said" >&2
        return 1
    fi
    echo "portcullis $*: ok"
}
