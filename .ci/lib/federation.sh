# A federation router in front of the running server.

step_federation() {
    local secret
    secret=$(random_text)
    install_npm tests/federation
    with_server sqlite "PORTCULLIS_FEDERATION_SECRETS=$secret" behind_a_gateway "$secret"
}

behind_a_gateway() {
    ROUTER_SECRET=$1 PORTCULLIS_PROGRAM=$PROGRAM node_script tests/federation/gateway.mjs "$2"
}
