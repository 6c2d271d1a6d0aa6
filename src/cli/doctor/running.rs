//! What only the running server knows: reads its metrics at `metrics_listen`.

use std::{
    io,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    time::Duration,
};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    time::timeout,
};

use super::finding::Finding;
use crate::platform::config::Config;

const ABOUT: &str = "forwarded headers";
const COUNTER: &str = "portcullis_requests_of_untrusted_proxies_total";
const TIMEOUT: Duration = Duration::from_secs(2);
/// The metrics are some kilobytes.
const MAX_BYTES: u64 = 1024 * 1024;

/// Whether the server receives forwarding headers from peers that no setting trusts.
pub(super) async fn findings(config: &Config) -> Vec<Finding> {
    if config.metrics_listen.is_empty() {
        let seen = "unknown: only a running server counts them, and metrics_listen is not set";
        return vec![Finding::ok(ABOUT, seen)];
    }
    // A server skips addresses that this machine does not have.
    for address in &config.metrics_listen {
        let metrics = timeout(TIMEOUT, metrics(reachable(*address))).await;
        if let Some(count) = metrics.ok().and_then(Result::ok).as_deref().and_then(counted) {
            return vec![of_count(count)];
        }
    }
    let seen = "unknown: no server answers with metrics at metrics_listen";
    vec![Finding::ok(ABOUT, seen)]
}

fn of_count(count: u64) -> Finding {
    if count == 0 {
        return Finding::ok(
            ABOUT,
            "none from peers outside trusted_proxies since the server started",
        );
    }
    let seen = format!("{count} requests from peers outside trusted_proxies had some, which were ignored");
    let advice = "the server's log names a peer: if it is your proxy, add it to trusted_proxies, because until then all \
                  clients behind it count as one; if it is not, somebody is trying to hide their address, and you need \
                  not do anything";
    Finding::warning(ABOUT, seen, advice)
}

/// The address to connect to: loopback if the server listens on all addresses.
fn reachable(mut address: SocketAddr) -> SocketAddr {
    match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => address.set_ip(Ipv4Addr::LOCALHOST.into()),
        IpAddr::V6(ip) if ip.is_unspecified() => address.set_ip(Ipv6Addr::LOCALHOST.into()),
        _ => {}
    }
    address
}

async fn metrics(address: SocketAddr) -> io::Result<String> {
    let mut stream = TcpStream::connect(address).await?;
    let request = format!("GET /metrics HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await?;
    let mut answer = String::new();
    stream.take(MAX_BYTES).read_to_string(&mut answer).await?;
    Ok(answer)
}

/// The counter's value; none if this is not the response of such a server.
fn counted(answer: &str) -> Option<u64> {
    let value = answer.lines().find_map(|line| line.strip_prefix(COUNTER))?;
    value.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::{super::finding::Severity, *};

    #[test]
    fn the_counter_is_found_among_the_others() {
        let answer =
            format!("HTTP/1.1 200 OK\r\n\r\n# HELP {COUNTER} x\nportcullis_x_total 7\n{COUNTER} 3\n# EOF\n");
        assert_eq!(counted(&answer), Some(3));
        assert_eq!(counted("HTTP/1.1 404 Not Found\r\n\r\n"), None);
    }

    #[test]
    fn only_headers_that_came_are_a_warning() {
        assert_eq!(of_count(0).severity, Severity::Ok);
        assert_eq!(of_count(1).severity, Severity::Warning);
    }

    #[test]
    fn an_address_for_all_is_asked_over_loopback() {
        for (listen, asked) in [
            ("0.0.0.0:9464", "127.0.0.1:9464"),
            ("[::]:9464", "[::1]:9464"),
            ("192.0.2.1:9464", "192.0.2.1:9464"),
        ] {
            assert_eq!(reachable(listen.parse().unwrap()), asked.parse().unwrap());
        }
    }
}
