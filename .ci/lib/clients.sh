# The steps that use the running server from outside: audits, client libraries, a browser, the pages for
# people, their mails, the example app.

readonly SCREENSHOTS=target/ci/screenshots

step_audits() {
    install_npm tests/audits
    with_server sqlite all_audits
}

all_audits() {
    node_script tests/audits/run.mjs "$1"
    node_script tests/audits/documents.mjs "$1"
}

step_clients() {
    install_npm tests/clients
    with_server sqlite all_clients
    with_server sqlite PORTCULLIS_AUDIENCE=https://api.example node_script tests/clients/services.mjs
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
    # The page of a test loads a library of theirs.
    install_npm tests/clients
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
    with_server sqlite "$origins" node_script tests/browser/socket.mjs "$port"
    with_server sqlite "$origins" node_script tests/browser/foreign-pages.mjs
    # Nobody has to wait for the end of the replay window.
    with_server sqlite PORTCULLIS_REFRESH_REPLAY_WINDOW=0s node_script tests/browser/theft.mjs
}

# The pages for people: what one does there, and how they look.
step_pages() {
    install_npm tests/browser
    mkdir -p "$SCREENSHOTS/pages"
    with_server sqlite the_pages
    pages_with_settings
}

pages_with_settings() {
    local port logo
    port=$(free_port)
    with_server sqlite "PORTCULLIS_REDIRECT_URLS=http://localhost:$port/welcome,http://127.0.0.1:$port/welcome?from=portcullis" \
        node_script tests/browser/hosted/redirects.mjs "$port"
    # Pages of other ports of this machine are foreign then.
    with_server sqlite "PORTCULLIS_CORS_ORIGINS=http://localhost:$port" \
        node_script tests/browser/hosted/foreign-forms.mjs
    port=$(free_port)
    make_authority "$WORK/front"
    with_server sqlite "PORTCULLIS_PUBLIC_URL=https://accounts.example.test:$port" 'PORTCULLIS_LISTEN=127.0.0.1:{port}' \
        node_script tests/browser/hosted/sibling-domain.mjs "$port" "$WORK/front.crt" "$WORK/front.key"
    with_server sqlite PORTCULLIS_MFA_REMEMBER_BROWSER=true factors
    logo=$WORK/logo.svg
    echo '<svg xmlns="http://www.w3.org/2000/svg" width="28" height="28"><circle cx="14" cy="14" r="14"/></svg>' >"$logo"
    with_server sqlite "PORTCULLIS_BRAND_LOGO=$logo" node_script tests/browser/hosted/weight.mjs logo
}

# Sign-in at other providers, which the script starts, and an application that asks for it.
step_providers() {
    local first second app file=$WORK/providers.toml
    install_npm tests/browser
    mkdir -p "$SCREENSHOTS"
    first=$(free_port)
    second=$(free_port)
    app=$(free_port)
    cat >"$file" <<EOF
[first]
issuer = "http://localhost:$first"
client_id = "portcullis"
client_secret = "a secret: with % and +"
email_domains = ["example.com"]

[second]
issuer = "http://localhost:$second"
client_id = "portcullis"
client_secret = "a secret: with % and +"
EOF
    chmod 600 "$file"
    with_server sqlite "PORTCULLIS_PROVIDERS=$file" "PORTCULLIS_LOGIN_REDIRECT_URLS=http://localhost:$app/signed-in" \
        node_script tests/browser/providers/journey.mjs "$first" "$second" "$app" "$SCREENSHOTS"
}

# What people do by mail, with a mail server that the scripts start. Links lead from the mails to the pages.
step_mails() {
    local port
    install_npm tests/browser
    mkdir -p "$SCREENSHOTS"
    port=$(free_port)
    local settings=("PORTCULLIS_SMTP_SERVER=localhost:$port" PORTCULLIS_SMTP_SECURITY=none
        'PORTCULLIS_MAIL_FROM=Portcullis <accounts@example.com>' PORTCULLIS_LOG_LEVEL=debug)
    with_server sqlite "${settings[@]}" PORTCULLIS_EMAIL_LOGIN=true \
        node_script tests/browser/mails/journeys.mjs "$port" "$SCREENSHOTS"
    with_server sqlite "${settings[@]}" PORTCULLIS_EMAIL_VERIFICATION=required \
        node_script tests/browser/mails/registrations.mjs "$port" "$SCREENSHOTS"
    with_server sqlite node_script tests/browser/mails/outbox.mjs "$SCREENSHOTS"
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
    node_script tests/clients/socket.mjs "$1"
    node_script tests/clients/jose.mjs "$1"
}

in_the_browser() {
    node_script tests/browser/graphiql.mjs "$1" "$SCREENSHOTS"
    node_script tests/browser/cross-origin.mjs "$1"
}

factors() {
    node_script tests/browser/hosted/factors.mjs "$1" "$SCREENSHOTS/pages"
}

the_pages() {
    local script
    for script in shiny flask-cookie flask-database whole-journey devices history twice hostile-names keyboard; do
        node_script "tests/browser/hosted/$script.mjs" "$1"
    done
    node_script tests/browser/hosted/weight.mjs plain "$1"
    # Only the command line makes the first administrator.
    local password='a lantern under quiet snow'
    env -i PATH="$PATH" "$PROGRAM" user create --email root@example.com --name Root --role admin \
        --verified --password-stdin --data-dir "${SERVER_LOG%/log}/data" --public-url "$1" <<<"$password" >/dev/null
    PORTCULLIS_ADMIN_EMAIL=root@example.com PORTCULLIS_ADMIN_PASSWORD=$password \
        node_script tests/browser/hosted/every-state.mjs "$SCREENSHOTS" "$1"
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
