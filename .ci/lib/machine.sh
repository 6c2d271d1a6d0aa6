# What the machine has to have, and small things asked of it.

readonly PACKAGES=(postgresql mariadb-server pgbouncer chromium fonts-dejavu-core shellcheck openssl valgrind
    nginx golang-go)

step_packages() {
    local missing=() package
    for package in "${PACKAGES[@]}"; do
        [[ $(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null) == installed ]] || missing+=("$package")
    done
    if ((${#missing[@]} == 0)); then
        echo "installed already: ${PACKAGES[*]}"
    elif is_root; then
        install_packages "${missing[@]}"
    else
        echo "missing, and only root can install: ${missing[*]}" >&2
        return 1
    fi
    rustc --version
    node --version
    python3 --version
    "$(postgres_bin)/postgres" --version
    mariadbd --version
    nginx -v
    go version
    chromium --version 2>/dev/null
}

install_packages() {
    export DEBIAN_FRONTEND=noninteractive
    # Debian starts a server as soon as it is installed, unless this file says no (101). Ours are started by hand.
    if [[ ! -e /usr/sbin/policy-rc.d ]]; then
        trap 'rm -f /usr/sbin/policy-rc.d' EXIT
        printf '#!/bin/sh\nexit 101\n' >/usr/sbin/policy-rc.d
        chmod 755 /usr/sbin/policy-rc.d
    fi
    apt-get update -q
    apt-get install -q -y --no-install-recommends "$@"
}

is_root() {
    [[ $(id -u) == 0 ]]
}

# Runs a command as another user; who is not root runs it as oneself.
as_user() {
    local user=$1
    shift
    if is_root; then
        setpriv --reuid="$user" --regid="$user" --clear-groups -- "$@"
    else
        "$@"
    fi
}

# Makes a folder that only this user can look into.
private_folder() {
    local user=$1 folder=$2
    mkdir -m 700 "$folder"
    if is_root; then chown "$user:" "$folder"; fi
}

# A port that nobody listened on a moment ago.
free_port() {
    python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

random_text() {
    head -c 48 /dev/urandom | base64 -w 0 | tr '+/' '-_'
}

# Asks a command again and again, until it succeeds or the seconds are over.
wait_for() {
    local seconds=$1 until
    shift
    until=$((SECONDS + seconds))
    while ! "$@" >/dev/null 2>&1; do
        ((SECONDS < until)) || return 1
        sleep 0.2
    done
}
