//! Counters for monitoring, as OpenMetrics 1.0 text.
//!
//! No metric identifies a person, and no label takes its value from a client: each new value makes a new series, which
//! the server and its monitoring keep for good.

use crate::platform::counter::Counter;
use prometheus_client::{
    encoding::{EncodeLabelSet, text},
    metrics::{family::Family, gauge::Gauge, info::Info},
    registry::{Metric, Registry},
};

/// Media type of [`Metrics::text`] (OpenMetrics 1.0, section "Overall Structure").
pub const MEDIA_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Methods that at least one path of the server accepts.
const METHODS: [&str; 4] = ["GET", "HEAD", "OPTIONS", "POST"];

/// The counters of one server. They start at zero when it does.
#[derive(Debug)]
pub struct Metrics {
    /// Sessions that ended because a used refresh token came back.
    pub refresh_tokens_reused: Counter,
    /// Refreshes answered again with the tokens of the first response.
    pub refresh_answers_repeated: Counter,
    /// Passwords compared with a hash, even if the account does not exist.
    pub password_verifications: Counter,
    /// Attempts refused because too many had failed for the account.
    pub attempts_refused_by_account: Counter,
    /// Attempts refused because too many came from the network.
    pub attempts_refused_by_network: Counter,
    /// Requests with forwarding headers from peers outside `trusted_proxies`.
    pub requests_of_untrusted_proxies: Counter,
    /// Requests from trusted proxies that named no client.
    pub requests_of_unknown_clients: Counter,
    /// Mails that a mail server has taken.
    pub mails_sent: Counter,
    /// Mails that were given up.
    pub mails_failed: Counter,
    /// Tries to send a mail that failed for now.
    pub mails_put_off: Counter,
    /// Requests for mails refused because the recipient gets enough.
    pub mail_requests_refused: Counter,
    /// Age of the mail that has waited longest, in seconds.
    pub oldest_mail_seconds: Gauge,
    /// Open sockets.
    pub open_sockets: Gauge,
    http_requests: Family<Answered, Counter>,
    registry: Registry,
}

/// The labels of the request counter.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Answered {
    method: &'static str,
    status: u16,
}

impl Metrics {
    /// Counts a request by its method and its response status. The status must be one that this server chose.
    pub fn http_request(&self, method: &str, status: u16) {
        let method = METHODS.into_iter().find(|known| *known == method);
        let answered = Answered {
            method: method.unwrap_or("other"),
            status,
        };
        self.http_requests.get_or_create(&answered).inc();
    }

    /// All metrics as text of type [`MEDIA_TYPE`].
    pub fn text(&self) -> String {
        let mut text = String::new();
        // Writing to a `String` cannot fail.
        let _ = text::encode(&mut text, &self.registry);
        text
    }
}

impl Default for Metrics {
    fn default() -> Self {
        let mut registry = Registry::with_prefix("portcullis");
        let version = Info::new([("version", env!("CARGO_PKG_VERSION"))]);
        registry.register("build", "Version of the server", version);
        // The encoder appends `_total` to the names of counters, and a full stop to each help text.
        Self {
            refresh_tokens_reused: registered(
                &mut registry,
                "refresh_tokens_reused",
                "Sessions ended because a used refresh token came back",
            ),
            refresh_answers_repeated: registered(
                &mut registry,
                "refresh_answers_repeated",
                "Refreshes answered again with the same tokens",
            ),
            password_verifications: registered(
                &mut registry,
                "password_verifications",
                "Passwords compared with a hash, also where the account does not exist",
            ),
            attempts_refused_by_account: registered(
                &mut registry,
                "attempts_refused_by_account",
                "Attempts to prove an identity refused because too many had failed for the account",
            ),
            attempts_refused_by_network: registered(
                &mut registry,
                "attempts_refused_by_network",
                "Sign-ups and attempts to prove an identity refused because too many came from the network",
            ),
            requests_of_untrusted_proxies: registered(
                &mut registry,
                "requests_of_untrusted_proxies",
                "Requests with forwarding headers from peers outside trusted_proxies",
            ),
            requests_of_unknown_clients: registered(
                &mut registry,
                "requests_of_unknown_clients",
                "Requests from trusted proxies without a readable client address",
            ),
            mails_sent: registered(&mut registry, "mails_sent", "Mails that a mail server has taken"),
            mails_failed: registered(&mut registry, "mails_failed", "Mails that were given up"),
            mails_put_off: registered(
                &mut registry,
                "mails_put_off",
                "Tries to send a mail that failed for now",
            ),
            mail_requests_refused: registered(
                &mut registry,
                "mail_requests_refused",
                "Requests for mails refused because the recipient gets enough",
            ),
            oldest_mail_seconds: registered(
                &mut registry,
                "oldest_mail_seconds",
                "Age of the mail that has waited longest",
            ),
            open_sockets: registered(&mut registry, "open_sockets", "Open sockets"),
            http_requests: registered(
                &mut registry,
                "http_requests",
                "Requests answered, by method and status",
            ),
            registry,
        }
    }
}

/// Registers a new metric and returns it.
fn registered<M: Metric + Clone + Default>(registry: &mut Registry, name: &str, help: &str) -> M {
    let metric = M::default();
    registry.register(name, help, metric.clone());
    metric
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_has_every_counter_with_its_type_and_ends_as_it_must() {
        let metrics = Metrics::default();
        metrics.refresh_tokens_reused.inc();
        metrics.refresh_answers_repeated.inc_by(2);
        metrics.password_verifications.inc_by(3);
        metrics.attempts_refused_by_account.inc_by(4);
        metrics.attempts_refused_by_network.inc_by(5);
        metrics.requests_of_untrusted_proxies.inc_by(7);
        metrics.requests_of_unknown_clients.inc_by(6);
        metrics.mails_sent.inc_by(8);
        metrics.mails_failed.inc_by(9);
        metrics.mails_put_off.inc_by(10);
        metrics.mail_requests_refused.inc_by(11);
        metrics.oldest_mail_seconds.set(12);
        metrics.open_sockets.set(13);
        metrics.http_request("POST", 200);
        let text = metrics.text();
        let lines: Vec<_> = text.lines().filter(|line| !line.starts_with("# HELP ")).collect();
        let version = env!("CARGO_PKG_VERSION");
        assert_eq!(
            lines,
            [
                "# TYPE portcullis_build info",
                &format!("portcullis_build_info{{version=\"{version}\"}} 1"),
                "# TYPE portcullis_refresh_tokens_reused counter",
                "portcullis_refresh_tokens_reused_total 1",
                "# TYPE portcullis_refresh_answers_repeated counter",
                "portcullis_refresh_answers_repeated_total 2",
                "# TYPE portcullis_password_verifications counter",
                "portcullis_password_verifications_total 3",
                "# TYPE portcullis_attempts_refused_by_account counter",
                "portcullis_attempts_refused_by_account_total 4",
                "# TYPE portcullis_attempts_refused_by_network counter",
                "portcullis_attempts_refused_by_network_total 5",
                "# TYPE portcullis_requests_of_untrusted_proxies counter",
                "portcullis_requests_of_untrusted_proxies_total 7",
                "# TYPE portcullis_requests_of_unknown_clients counter",
                "portcullis_requests_of_unknown_clients_total 6",
                "# TYPE portcullis_mails_sent counter",
                "portcullis_mails_sent_total 8",
                "# TYPE portcullis_mails_failed counter",
                "portcullis_mails_failed_total 9",
                "# TYPE portcullis_mails_put_off counter",
                "portcullis_mails_put_off_total 10",
                "# TYPE portcullis_mail_requests_refused counter",
                "portcullis_mail_requests_refused_total 11",
                "# TYPE portcullis_oldest_mail_seconds gauge",
                "portcullis_oldest_mail_seconds 12",
                "# TYPE portcullis_open_sockets gauge",
                "portcullis_open_sockets 13",
                "# TYPE portcullis_http_requests counter",
                "portcullis_http_requests_total{method=\"POST\",status=\"200\"} 1",
                "# EOF",
            ]
        );
        assert!(text.ends_with("# EOF\n"));
    }

    #[test]
    fn two_servers_count_apart() {
        let (one, other) = (Metrics::default(), Metrics::default());
        one.refresh_tokens_reused.inc();
        assert_eq!(
            (one.refresh_tokens_reused.get(), other.refresh_tokens_reused.get()),
            (1, 0)
        );
    }

    #[test]
    fn unknown_methods_share_one_label() {
        let metrics = Metrics::default();
        for method in ["GET", "get", "DELETE", "BREW", "", "\"}\n"] {
            metrics.http_request(method, 404);
        }
        let text = metrics.text();
        let counted: Vec<_> = text
            .lines()
            .filter(|line| line.starts_with("portcullis_http_requests_total"))
            .collect();
        assert_eq!(counted.len(), 2, "{text}");
        assert!(text.contains("{method=\"GET\",status=\"404\"} 1\n"), "{text}");
        assert!(text.contains("{method=\"other\",status=\"404\"} 5\n"), "{text}");
    }
}
