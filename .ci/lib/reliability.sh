# Whether what was acknowledged is kept, also mail, when clients hang up or something stops: the short form, on all three
# databases.

step_reliability() {
    build_program
    install_npm scripts/reliability.d
    timeout 1200 scripts/reliability --short --binary "$PROGRAM"
}
