# The steps that use the running server from outside: audits, client libraries, a browser, the example app.

readonly SCREENSHOTS=target/ci/screenshots

step_audits() {
    install_npm tests/audits
    with_server sqlite node_script tests/audits/run.mjs
}

step_clients() {
    install_npm tests/clients
    with_server sqlite all_clients
}

step_clients_postgres() {
    local database
    install_npm tests/clients
    need_postgres
    database=$(postgres_database live)
    with_server "$database" all_clients
}

step_clients_mariadb() {
    local database
    install_npm tests/clients
    need_mariadb
    database=$(mariadb_database live)
    with_server "$database" all_clients
}

step_browser() {
    install_npm tests/browser
    mkdir -p "$SCREENSHOTS"
    with_server sqlite in_the_browser
    sessions_in_the_browser
    ls "$SCREENSHOTS"
}

sessions_in_the_browser() {
    local port origins
    port=$(free_port)
    # Pages of other ports and names of this machine are foreign then.
    origins=PORTCULLIS_CORS_ORIGINS=http://localhost:$port,http://127.0.0.1:$port
    with_server sqlite "$origins" node_script tests/browser/sessions.mjs "$port"
    with_server sqlite "$origins" node_script tests/browser/foreign-pages.mjs
    # Nobody has to wait for the end of the replay window.
    with_server sqlite PORTCULLIS_REFRESH_REPLAY_WINDOW=0s node_script tests/browser/theft.mjs
}

# What front-end developers copy: installed, type-checked, built, and used in a browser.
step_example() {
    install_npm examples/react-apollo
    install_npm tests/browser
    install_npm tests/clients
    mkdir -p "$SCREENSHOTS"
    the_example_alone
    # Ten tabs at once may take a busy machine longer than the usual window.
    with_server sqlite PORTCULLIS_REFRESH_REPLAY_WINDOW=60s the_example
}

all_clients() {
    node_script tests/clients/apollo.mjs "$1"
    node_script tests/clients/persisted.mjs "$1"
    node_script tests/clients/urql.mjs "$1"
    node_script tests/clients/graphql-request.mjs "$1"
    node_script tests/clients/sessions.mjs "$1"
    node_script tests/clients/jose.mjs "$1"
}

in_the_browser() {
    node_script tests/browser/graphiql.mjs "$1" "$SCREENSHOTS"
    node_script tests/browser/cross-origin.mjs "$1"
}

the_example() {
    node_script tests/browser/react-apollo.mjs "$1" "$SCREENSHOTS"
}

# A server that takes no other documents than those of the example.
the_example_alone() {
    local folder=examples/react-apollo/trusted
    npm run --prefix examples/react-apollo --silent codegen:trusted
    with_server sqlite "PORTCULLIS_TRUSTED_DOCUMENTS=$folder/persisted-documents.json" \
        PORTCULLIS_TRUSTED_DOCUMENTS_ONLY=true node_script tests/clients/trusted.mjs "$folder"
}

install_npm() {
    npm ci --prefix "$1" --no-fund --no-audit --loglevel=error
}

node_script() {
    echo "$1"
    timeout 600 node "$@"
}
