# Running the steps one after the other and telling how they went. A step `some-name` is the function
# `step_some_name`; it has failed when a command in it failed. Later steps run all the same, so that one run
# tells all there is to mend.

results=()
passed=0
failed=0

is_step() {
    [[ " ${ALL_STEPS[*]} " == *" $1 "* ]]
}

run_step() {
    local name=$1 start=$SECONDS status result
    printf '\n==== %s ====\n' "$name"
    # In a shell of its own, and not as a condition: bash would ignore `set -e` there.
    set +e
    (set -euo pipefail && "step_${name//-/_}")
    status=$?
    set -e
    if ((status == 0)); then
        result=ok
        passed=$((passed + 1))
    else
        result=FAILED
        failed=$((failed + 1))
    fi
    results+=("$(printf '%-18s %-7s %5d s' "$name" "$result" $((SECONDS - start)))")
    printf -- '---- %s\n' "${results[-1]}"
}

# Ends the run: the table, the sum, the exit status.
closing_table() {
    printf '\n==== %d steps in %d min %02d s ====\n' "${#results[@]}" $((SECONDS / 60)) $((SECONDS % 60))
    printf '%s\n' "${results[@]}"
    printf '\n%d passed, %d failed\n' "$passed" "$failed"
    ((failed == 0))
}

# Says something that must not be overlooked.
loudly() {
    printf '\n!!!! %s\n\n' "$*"
}
