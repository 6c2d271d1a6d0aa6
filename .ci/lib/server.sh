# Our own server, as a user would start it: a free port, an empty data folder, nothing else set unless told so.

# The program that steps start which do not test the library, built as for a release, but quicker. Without the features
# of crates that only tests ask for, which the build of the tests has.
readonly PROGRAM=target/quick/portcullis

# The example of a service in Rust is built with it: they share nearly all dependencies.
build_program() {
    cargo build --locked --quiet --profile quick --package portcullis --package rust-service --bins
}

# Starts the server on a database (an address, or `sqlite` for the default), with further settings where the next
# arguments are some (`PORTCULLIS_...=...`, with `{port}` for the server's own port), runs a command with the server's
# address as last argument and the path of its log in SERVER_LOG, and stops the server, which has to end well.
with_server() {
    local database=$1 port folder url pid status=0
    shift
    build_program
    port=$(free_port)
    url=http://localhost:$port
    folder=$(mktemp -d "$WORK/server.XXXXXX")
    local settings=("PORTCULLIS_PUBLIC_URL=$url" "PORTCULLIS_DATA_DIR=$folder/data")
    local arguments=(serve)
    if [[ $database != sqlite ]]; then
        settings+=("PORTCULLIS_DATABASE_URL=$database" "PORTCULLIS_SECRET=$(random_text)")
        arguments+=(--migrate)
    fi
    # After ours, since the last one of a name counts.
    while [[ $1 == PORTCULLIS_*=* ]]; do
        settings+=("${1//'{port}'/$port}")
        shift
    done
    env -i PATH="$PATH" "${settings[@]}" "$PROGRAM" "${arguments[@]}" &>"$folder/log" </dev/null &
    pid=$!
    echo "$pid" >"$folder/pid"
    if wait_for 60 answered_or_ended "$url" "$pid" && kill -0 "$pid" 2>/dev/null; then
        # Not as a condition, so that `set -e` holds within.
        set +e
        (set -euo pipefail && export SERVER_LOG=$folder/log && "$@" "$url")
        status=$?
        set -e
    else
        echo "the server on $url ended, or was not ready within a minute" >&2
        status=1
    fi
    stop_well "$pid" || status=1
    rm -f "$folder/pid"
    if ((status != 0)); then
        printf '\nthe server wrote:\n' >&2
        tail -n 60 "$folder/log" >&2
    fi
    return "$status"
}

answered_or_ended() {
    local url=$1 pid=$2
    curl --silent --fail --max-time 2 "$url/readyz" || ! kill -0 "$pid"
}

# A server that is asked to stop does so by itself and without complaint.
stop_well() {
    local pid=$1 status=0
    if ! kill -TERM "$pid" 2>/dev/null; then
        echo 'the server had ended by itself' >&2
        return 1
    fi
    if ! timeout 45 tail --pid="$pid" -f /dev/null; then
        echo 'the server did not stop within 45 s of SIGTERM' >&2
        kill -KILL "$pid"
        return 1
    fi
    wait "$pid" || status=$?
    if ((status != 0)); then
        echo "the server ended with status $status after SIGTERM" >&2
        return 1
    fi
}

stop_servers() {
    local file
    for file in "$WORK"/server.*/pid; do
        if [[ -e $file ]]; then kill -KILL "$(cat "$file")" 2>/dev/null || true; fi
    done
}
