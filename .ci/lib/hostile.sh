# The steps in which the server is attacked: many more hostile requests and tokens than the tests send, and Schemathesis.

# Of each: requests made by a grammar and damaged ones of the corpus; changed access tokens.
readonly HOSTILE_ROUNDS=50000

step_hostile() {
    # The ordinary tests do the same with a few of each, and fuzz the parsers.
    PORTCULLIS_HOSTILE_ROUNDS=$HOSTILE_ROUNDS timeout 900 \
        cargo test --locked --test it -- --test-threads=1 --nocapture barrage::no_
}

# What the schema allows, asked of the running server, first by nobody, then by somebody who is signed in.
step_schemathesis() {
    python3 -m venv "$WORK/schemathesis"
    "$WORK/schemathesis/bin/pip" install --quiet --disable-pip-version-check \
        --requirement tests/schemathesis/requirements.txt
    with_server sqlite schemathesis_asks
    with_server sqlite schemathesis_asks SIGNED_IN=yes
}

schemathesis_asks() {
    local url=${*: -1} schema=$PWD/schema.graphql
    local variables=("SERVER=$url" "SCHEMA=$schema" SCHEMATHESIS_HOOKS=answers PYTHONDONTWRITEBYTECODE=1 "${@:1:$#-1}")
    # From elsewhere, since it leaves what it found in the folder that it runs in.
    mkdir -p "$WORK/asks"
    cp tests/schemathesis/answers.py "$WORK/asks"
    (
        cd "$WORK/asks" || exit
        env "${variables[@]}" timeout 300 "$WORK/schemathesis/bin/schemathesis" run "$schema" --url "$url/graphql" \
            --checks answers_are_calm,answers_fit_the_schema --phases fuzzing --mode all --max-examples 25 --seed 20261122 \
            --suppress-health-check all --warnings off --no-color
    )
}
