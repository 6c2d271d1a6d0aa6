# The step that runs what docs/verify.md prints: services in several languages, and nginx.

readonly SERVICES_AUDIENCE=https://api.example
# Built with the server.
readonly RUST_SERVICE=target/quick/rust-service

step_verify() {
    local folder=$WORK/verify algorithm pids=() status=0
    build_program
    verify_services "$folder"
    # They mostly wait for keys to follow each other, so all algorithms take as long as one.
    for algorithm in ES256 RS256 EdDSA; do
        with_server sqlite "PORTCULLIS_AUDIENCE=$SERVICES_AUDIENCE" "PORTCULLIS_JWT_ALGORITHM=$algorithm" \
            while_keys_rotate "$algorithm" "$folder" &>"$folder/$algorithm.log" &
        pids+=($!)
    done
    before_nginx "$folder" &>"$folder/nginx.log" &
    pids+=($!)
    for pid in "${pids[@]}"; do
        wait "$pid" || status=1
    done
    cat "$folder"/*.log
    return "$status"
}

# Copies the code out of the document, and makes programs of it.
verify_services() {
    local folder=$1
    install_npm tests/verify
    mkdir "$folder"
    node tests/verify/snippets.mjs "$folder"
    python3 -m venv "$folder/python/venv"
    "$folder/python/venv/bin/pip" install --quiet --disable-pip-version-check \
        --requirement tests/verify/python/requirements.txt
    (cd "$folder/go" && GOCACHE="$folder/go/cache" GOFLAGS=-mod=mod GOPROXY=off go vet ./... &&
        GOCACHE="$folder/go/cache" GOFLAGS=-mod=mod GOPROXY=off go build -o service .)
}

while_keys_rotate() {
    local algorithm=$1 folder=$2 url=$3
    local services=(
        "node=node $folder/node/service.mjs"
        "python=$folder/python/venv/bin/python $folder/python/service.py"
        "go=$folder/go/service"
        "rust=$RUST_SERVICE"
    )
    env "ALGORITHM=$algorithm" "AUDIENCE=$SERVICES_AUDIENCE" "PROGRAM=$PROGRAM" "DATA_DIR=${SERVER_LOG%/log}/data" \
        timeout 170 node tests/verify/run.mjs "${services[@]}" "$url"
}

before_nginx() {
    local folder=$1 secret
    secret=$(random_text)
    # The first secret is the next one, which the proxy does not have yet.
    with_server sqlite "PORTCULLIS_AUDIENCE=$SERVICES_AUDIENCE" \
        "PORTCULLIS_INTROSPECTION_CALLERS=gateway:$(random_text),gateway:$secret" \
        behind_nginx "$folder" "$secret"
}

behind_nginx() {
    local folder=$1 secret=$2 url=$3
    env "SECRET=$secret" "CONFIG=$folder/nginx/snippet.conf" "FOLDER=$folder/nginx" \
        timeout 60 node tests/verify/nginx.mjs "$url"
}
