//! Tests of the client data in a request.

use axum::http::HeaderValue;

use super::*;

fn read(peer: &str, headers: &HeaderMap) -> Client {
    let trusted = ["10.0.0.0/8".parse().unwrap(), "::1/128".parse().unwrap()];
    client(SocketAddr::new(peer.parse().unwrap(), 1), headers, &trusted)
}

fn client_address(peer: &str, forwarded: &[&'static str]) -> String {
    let values = forwarded.iter().map(|value| HeaderValue::from_static(value));
    let headers = values.map(|value| (X_FORWARDED_FOR, value)).collect();
    let address = read(peer, &headers).address;
    address.map_or_else(|| "unknown".to_owned(), |address| address.to_string())
}

#[test]
fn what_an_unknown_peer_claims_is_not_believed() {
    assert_eq!(client_address("192.0.2.1", &["198.51.100.7"]), "192.0.2.1");
}

#[test]
fn behind_known_proxies_the_nearest_unknown_hop_counts() {
    assert_eq!(client_address("10.0.0.1", &["198.51.100.7"]), "198.51.100.7");
    assert_eq!(
        client_address("10.0.0.1", &["203.0.113.9, 198.51.100.7, 10.2.3.4"]),
        "198.51.100.7"
    );
    assert_eq!(
        client_address("10.0.0.1", &["203.0.113.9", "198.51.100.7"]),
        "198.51.100.7"
    );
}

#[test]
fn one_address_has_one_form() {
    assert_eq!(client_address("::ffff:192.0.2.1", &[]), "192.0.2.1");
    assert_eq!(client_address("::1", &["::ffff:198.51.100.7"]), "198.51.100.7");
}

#[test]
fn a_client_whom_its_proxy_does_not_name_is_unknown_and_not_the_proxy() {
    for forwarded in [
        &[][..],
        &[""],
        &["198.51.100.7, unknown"],
        &["198.51.100.7,"],
        &["198.51.100.7", ""],
        &["unknown, 10.2.3.4"],
    ] {
        assert_eq!(client_address("10.0.0.1", forwarded), "unknown", "{forwarded:?}");
    }
    assert_eq!(
        client_address("10.0.0.1", &["unknown, 198.51.100.7"]),
        "198.51.100.7"
    );
    // A proxy can be a client, too.
    assert_eq!(client_address("10.0.0.1", &["10.2.3.4"]), "10.2.3.4");
}

#[test]
fn where_both_headers_came_they_must_agree() {
    for (x_forwarded_for, forwarded, expected) in [
        ("198.51.100.7", "for=198.51.100.7", Some("198.51.100.7")),
        (
            "198.51.100.7:80, 10.2.3.4",
            "for=\"198.51.100.7\"",
            Some("198.51.100.7"),
        ),
        (
            "203.0.113.9, 198.51.100.7",
            "for=198.51.100.7",
            Some("198.51.100.7"),
        ),
        ("198.51.100.7", "for=203.0.113.9", None),
        ("198.51.100.7", "for=unknown", None),
        ("unknown", "for=198.51.100.7", None),
    ] {
        let headers = HeaderMap::from_iter([
            (X_FORWARDED_FOR, HeaderValue::from_static(x_forwarded_for)),
            (header::FORWARDED, HeaderValue::from_static(forwarded)),
        ]);
        let address = read("10.0.0.1", &headers).address.map(|it| it.to_string());
        assert_eq!(address.as_deref(), expected, "{x_forwarded_for} and {forwarded}");
    }
}

#[test]
fn only_a_peer_on_this_machine_that_is_no_proxy_is_local() {
    let claims = HeaderMap::from_iter([(X_FORWARDED_FOR, HeaderValue::from_static("127.0.0.1"))]);
    for (peer, headers, is_local) in [
        ("127.0.0.1", &HeaderMap::new(), true),
        ("::ffff:127.0.0.1", &HeaderMap::new(), true),
        ("127.0.0.1", &claims, true),
        ("::1", &HeaderMap::new(), false),
        ("::1", &claims, false),
        ("10.0.0.1", &claims, false),
        ("192.0.2.1", &claims, false),
    ] {
        assert_eq!(read(peer, headers).is_local, is_local, "{peer}");
    }
}

#[test]
fn an_agent_comes_without_control_characters_and_is_cut() {
    let mut headers = HeaderMap::new();
    headers.insert(
        header::USER_AGENT,
        HeaderValue::from_bytes(&[b"a\tb", "x".repeat(2000).as_bytes()].concat()).unwrap(),
    );
    let agent = client(SocketAddr::new(IpAddr::from([127, 0, 0, 1]), 1), &headers, &[])
        .user_agent
        .unwrap();
    assert!(
        agent.starts_with("abx") && agent.len() < MAX_USER_AGENT,
        "{} bytes",
        agent.len()
    );
}
