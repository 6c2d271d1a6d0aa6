# Whether the server insists on TLS to its database where the address says so.

step_database_tls() {
    local folder=$WORK/tls plain safe
    build_program
    need_postgres
    plain=$(postgres_database tls)
    mkdir "$folder"
    make_authority "$folder/ours"
    make_authority "$folder/anothers"

    refuses "$plain?sslmode=require" TLS
    sign_for_database "$folder/ours"
    postgres_with_tls on
    accepts "$plain?sslmode=require"
    safe="$plain?sslmode=verify-full&sslrootcert=$folder"
    accepts "$safe/ours.crt"
    refuses "$safe/anothers.crt" UnknownIssuer
    refuses "${safe/127.0.0.1/localhost}/ours.crt" not valid for name
    postgres_with_tls off
    need_mariadb
    refuses "$(mariadb_database tls)?ssl-mode=REQUIRED" TLS
}

accepts() {
    migration_status "$1" >/dev/null
    echo "accepts ${1##*\?}"
}

# An address that must not be connected to, and what the reason has to tell.
refuses() {
    local told=$WORK/tls/told
    if migration_status "$1" >/dev/null 2>"$told"; then
        echo "connects, whatever TLS says: ${1##*\?}" >&2
        return 1
    fi
    echo "refuses ${1##*\?}: $(tail -n 1 "$told")"
    grep --quiet --ignore-case "$2" "$told"
}

migration_status() {
    PORTCULLIS_DATABASE_URL=$1 PORTCULLIS_SECRET=$(random_text) PORTCULLIS_DATA_DIR=$WORK/tls/data \
        "$PROGRAM" --set database_wait=0s migrate status
}

make_authority() {
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj "/CN=${1##*/}" \
        -keyout "$1.key" -out "$1.crt" 2>/dev/null
}

# A certificate for the database's address, where PostgreSQL looks for it.
sign_for_database() {
    local authority=$1 data=$WORK/postgres/data
    openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj '/CN=database' \
        -keyout "$WORK/tls/server.key" -out "$WORK/tls/server.csr" 2>/dev/null
    openssl x509 -req -in "$WORK/tls/server.csr" -CA "$authority.crt" -CAkey "$authority.key" -CAcreateserial -days 2 \
        -extfile <(echo 'subjectAltName=IP:127.0.0.1') -out "$WORK/tls/server.crt" 2>/dev/null
    local name
    for name in crt key; do
        as_user postgres sh -c "umask 077; cat >'$data/server.$name'" <"$WORK/tls/server.$name"
    done
}

postgres_with_tls() {
    psql "$(postgres_url)" --no-psqlrc --quiet --command="alter system set ssl = $1"
    psql "$(postgres_url)" --no-psqlrc --quiet --tuples-only --command='select pg_reload_conf()' >/dev/null
    wait_for 10 postgres_tls_is "$1"
}

postgres_tls_is() {
    [[ $(psql "$(postgres_url)" --no-psqlrc --tuples-only --no-align --command='show ssl') == "$1" ]]
}
