# Whether what was acknowledged is kept, also mail, when clients hang up or something stops: the short form, on all three
# databases.

step_reliability() {
    local database status=0
    local -A running=()
    build_program
    install_npm scripts/reliability.d
    # At once, since most of the time each waits.
    for database in sqlite postgres mariadb; do
        timeout 1200 scripts/reliability --short --database "$database" --binary "$PROGRAM" \
            &>"$WORK/reliability.$database" &
        running[$database]=$!
    done
    for database in sqlite postgres mariadb; do
        wait "${running[$database]}" || status=1
        printf '\n%s: ' "$database"
        cat "$WORK/reliability.$database"
    done
    return "$status"
}
