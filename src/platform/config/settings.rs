//! The table of settings: the name, meaning, type, default and parser of each.

use std::{collections::BTreeSet, net::SocketAddr, path::PathBuf, time::Duration};

use ipnet::IpNet;
use secrecy::SecretString;

use super::{
    choices::{ClaimsPreset, Color, DatabasePooler, EmailVerification, JwtClaim, LogFormat, SmtpSecurity},
    cors_origins::{CLIENT_HEADERS, CorsOrigins},
    database_url::DatabaseUrl,
    derived,
    error::ConfigError,
    introspection_callers::IntrospectionCallers,
    login_redirect_url::LoginRedirectUrl,
    mail_address::MailAddress,
    mail_server::MailServer,
    parse, passkey_origin,
    providers::{self, ProviderConfig},
    public_url::PublicUrl,
    roles::Roles,
    router_secrets::RouterSecrets,
    server_secret::{self, ServerSecret},
    settings_macro::settings,
    values::{Fallback::Text, Setting, Values, Visibility},
};
use crate::platform::crypto::{HashEngine, SigningAlgorithm};

/// Maximum lifetime of a token that services verify by themselves: that of the settings below.
pub const LONGEST_TOKEN_TTL: Duration = Duration::from_hours(1);

settings! {
    /// Address at which people and programs reach this server: scheme, host and port. Issuer of the
    /// tokens, and the only source of links and cookie scope.
    public_url: PublicUrl { Plain, Text("http://localhost:8000"), PublicUrl::parse }

    /// Other host names under which requests can reach this server, separated by commas and without ports: names inside
    /// your network that proxies and services use, such as `portcullis`. The host of `public_url`, IP addresses and
    /// `localhost` need not be listed; requests for any other name fail with status 421.
    further_hosts: Vec<String> { Plain, Text(""), parse::list(parse::host_name) }

    /// Addresses and ports to listen on, separated by commas. `[::]` covers all IPv6 addresses, but none of IPv4: list
    /// `0.0.0.0`, too.
    listen: Vec<SocketAddr> { Plain, derived::LISTEN, parse::listen }

    /// Addresses and ports that serve `/metrics` for monitoring, separated by commas. Everyone who can reach them can
    /// read the counters: keep them inside your network.
    metrics_listen: Vec<SocketAddr> { Plain, Text(""), parse::list(parse::address) }

    /// Folder for the server's files: the SQLite database and the generated server secret.
    data_dir: PathBuf { Plain, Text("./data"), parse::path }

    /// Address of the database: `sqlite://`, `postgres://`, `mysql://` or `mariadb://`. Parameters, such as
    /// those for TLS, go to the driver.
    database_url: DatabaseUrl { Masked, derived::DATABASE_URL, DatabaseUrl::parse }

    /// Maximum number of open connections to the database.
    database_max_connections: u32 { Plain, Text("10"), parse::number(1..=1000) }

    /// Kind of connection pooler, such as PgBouncer, in front of PostgreSQL: `session` for one in session mode, or
    /// none; `transaction` for one in transaction mode, which costs two more messages per read.
    database_pooler: DatabasePooler { Plain, Text("session"), parse::word(DatabasePooler::WORDS) }

    /// How long the server or a command waits at its start for a database that does not answer yet: up to 5m.
    database_wait: Duration { Plain, Text("30s"), parse::time("0s", "5m") }

    /// Server secret, which seals stored data: at least 32 random characters. A list separated by commas replaces a
    /// secret without downtime: the first one seals, all of them open. Servers that share a database share the secret;
    /// give them a new one in three steps: on all of them after the old one, then before it, then alone.
    secret: Option<ServerSecret> { Hidden, derived::SECRET, parse::optional(ServerSecret::parse) }

    /// Audience of services: the `aud` that they expect. If it differs from `public_url`, sign-ins also return a token
    /// for services (`serviceToken`), which this server refuses. Otherwise one token serves both, and a service that
    /// receives it can act on the account.
    audience: String { Plain, derived::AUDIENCE, parse::audience }

    /// Whether people can sign up by themselves.
    signup_enabled: bool { Plain, Text("true"), parse::switch }

    /// When an email address must be confirmed: `optional`, the account works at once; or `required`, there is no account
    /// until its address is confirmed. `required` also hides which addresses have an account.
    email_verification: EmailVerification {
        Plain,
        Text("optional"),
        parse::word(EmailVerification::WORDS)
    }

    /// Whether people can sign in with a mailed code or link, without their password.
    email_login: bool { Plain, Text("false"), parse::switch }

    /// TOML file with the providers that people can sign in with, such as Google or GitHub: one table for each, named by
    /// its id, with at least `client_id` and `client_secret` (or `client_secret_file`). At the provider, register the
    /// address `/oauth/<id>/callback` on `public_url`. A table named `google`, `microsoft`, `apple`, `github`, `gitlab` or
    /// `discord` needs nothing else, except for Apple: `team_id`, `key_id` and `private_key` (or `private_key_file`)
    /// instead of the secret. For other providers and all further keys, see `docs/providers.md`.
    providers: Vec<ProviderConfig> { Plain, Text(""), providers::load }

    /// Addresses to which a sign-in with a provider can send the browser back, where an application begins it through
    /// the API, separated by commas. Each is an https address, or that of an app: `com.example.app:/callback`,
    /// `myapp://callback`, or `http://127.0.0.1/callback`, which without a port matches any port. The address of a
    /// sign-in must equal one of them. The hosted pages need none.
    login_redirect_urls: Vec<LoginRedirectUrl> { Plain, Text(""), parse::list(LoginRedirectUrl::parse) }

    /// Domain that passkeys belong to: the host of `public_url`, or a domain above it, such as `example.com` for
    /// `accounts.example.com`. Passkeys work only for the domain that they were made for, so do not change it once there
    /// are any. Passkeys need https, or `localhost`.
    passkey_rp_id: Option<String> { Plain, derived::PASSKEY_RP_ID, parse::optional(passkey_origin::rp_id) }

    /// Further origins that can use these passkeys, separated by commas: pages such as `https://app.example.com`, and
    /// Android apps as `android:apk-key-hash:…`. For pages outside of `passkey_rp_id`, browsers ask
    /// `/.well-known/webauthn` on that domain, which this server serves. In development, with `loopback` in
    /// `cors_origins`, pages on any port of `localhost` need not be listed.
    passkey_origins: Vec<String> { Plain, Text(""), parse::list(passkey_origin::origin) }

    /// JSON file that maps ids to the documents of your front end, as GraphQL Code Generator writes it
    /// (`persistedDocuments`). Clients can send the id instead of the document.
    trusted_documents: Option<PathBuf> { Plain, Text(""), parse::optional(parse::path) }

    /// Whether to refuse documents that are not in that file, including those of GraphiQL.
    trusted_documents_only: bool { Plain, Text("false"), parse::switch }

    /// Memory in KiB for automatic persisted queries: documents that clients send once and then request by hash;
    /// 0 for none.
    persisted_queries_kib: usize { Plain, Text("4096"), parse::number(0..=1_048_576) }

    /// Whether clients can query the GraphQL schema (introspection).
    introspection: bool { Plain, derived::INTROSPECTION, parse::switch }

    /// Whether the GraphiQL page is served.
    graphiql: bool { Plain, derived::GRAPHIQL, parse::switch }

    /// Secrets of your federation router: at least 32 random characters each. With one, the router finds a subgraph with
    /// the names of users at `/federation/graphql`, and sends the secret as a bearer token. Two, separated by commas, are
    /// both accepted: to replace one without downtime, add the next, change the router, and remove the former. See
    /// `docs/federation.md`.
    federation_secrets: Option<RouterSecrets> { Hidden, Text(""), parse::optional(RouterSecrets::parse) }

    /// Origins whose web pages can call this server and use their visitors' session cookies, separated by commas.
    /// Origins of apps work, too, such as `tauri://localhost`, `capacitor://localhost` or `app://my-app`. The word
    /// `loopback` stands for every page served from this machine, on any port.
    cors_origins: CorsOrigins { Plain, derived::CORS_ORIGINS, CorsOrigins::parse }

    /// Request headers that those pages can send besides `accept`, `authorization` and `content-type`, separated by
    /// commas. The default lists the headers that Apollo, GraphQL Hive, OpenTelemetry, Sentry, Datadog and others add;
    /// your own list replaces it.
    cors_headers: Vec<String> { Plain, Text(CLIENT_HEADERS), parse::list(parse::header_name) }

    /// Whether to serve the hosted pages: sign-up, sign-in, account.
    pages: bool { Plain, derived::PAGES, parse::switch }

    /// Whether browsers must use https for a year for all subdomains of the host of `public_url`, too. Sibling hosts
    /// are not affected. If `public_url` is the bare domain, this covers every host of the domain, and browsers can no
    /// longer reach one without https.
    hsts_include_subdomains: bool { Plain, Text("false"), parse::switch }

    /// Addresses to which a sign-in on the pages can redirect, separated by commas: the `next` of a link must equal one
    /// of them.
    redirect_urls: Vec<String> { Plain, Text(""), parse::list(parse::redirect_url) }

    /// Name of the service on the pages and in mails.
    brand_name: String { Plain, Text("Portcullis"), parse::line }

    /// Address that this name links to: your application, such as `https://app.example.com/`. If unset, it links to the
    /// account page.
    brand_url: Option<String> { Plain, Text(""), parse::optional(parse::redirect_url) }

    /// Logo next to that name: an .svg, .png or .webp file of up to 100 KB.
    brand_logo: Option<PathBuf> { Plain, Text(""), parse::optional(parse::path) }

    /// Colour of the buttons on the pages and in mails.
    brand_color: Color { Plain, Text("#2f5bd8"), Color::parse }

    /// Folder with your own texts for the pages and mails: `en.ftl` and `de.ftl` replace single texts, other names add
    /// languages.
    brand_texts: Option<PathBuf> { Plain, Text(""), parse::optional(parse::path) }

    /// Addresses and networks of the proxies in front, separated by commas: only they are trusted to name the client's
    /// address in `X-Forwarded-For` or `Forwarded`.
    trusted_proxies: Vec<IpNet> { Plain, Text(""), parse::list(parse::network) }

    /// How long an access token lives, from 1m to 1h.
    access_token_ttl: Duration { Plain, Text("15m"), parse::time("1m", "1h") }

    /// How long a service token lives if `audience` adds one, from 1m to 1h. Services that do not ask this server
    /// accept it until then, even after a sign-out.
    service_token_ttl: Duration { Plain, derived::SERVICE_TOKEN_TTL, parse::time("1m", "1h") }

    /// How long a session lives without being used.
    session_idle_timeout: Duration { Plain, Text("14d"), parse::time("5m", "366d") }

    /// Maximum lifetime of a session.
    session_lifetime: Duration { Plain, Text("30d"), parse::time("5m", "366d") }

    /// How long a server caches a session and its user, up to 5s. A server sees its own changes at once, and those of
    /// another server or a command, such as a revoked session, within this time. `0s` reads them for every request.
    session_cache: Duration { Plain, Text("1s"), parse::time("0s", "5s") }

    /// How long the same program gets the same answer again for a refresh token that it has just traded: tabs and
    /// retries trade a token at the same time. Later it counts as stolen. `0s` for never, up to 60s.
    refresh_replay_window: Duration { Plain, Text("30s"), parse::time("0s", "60s") }

    /// Your own roles, separated by commas. A role can permit its holders to administer this server: after a colon,
    /// permissions separated by `+`, such as `support:read_users+read_audit,editor`. There are `read_users`,
    /// `manage_users`, `manage_roles`, `read_audit` and `import_users`. The roles `admin`, with all of them, and `auditor`,
    /// with `read_audit`, are always there.
    roles: Roles { Plain, Text(""), Roles::parse }

    /// Roles whose holders need a second factor, separated by commas; `none` for no such role. A session without one can
    /// only set one up, or prove it.
    mfa_required_roles: Vec<String> { Plain, derived::MFA_REQUIRED_ROLES, parse::roles }

    /// Whether the sign-in page offers to skip the second factor in the same browser for 30 days. Any change of the
    /// second factors ends that.
    mfa_remember_browser: bool { Plain, Text("false"), parse::switch }

    /// How long a `reauthenticate` is valid for changes that require it.
    reauthentication_ttl: Duration { Plain, Text("10m"), parse::time("1m", "1h") }

    /// Minimum length of a password in characters (code points): 8 to 64.
    password_min_length: usize { Plain, Text("8"), parse::number(8..=64) }

    /// Maximum length of a password in characters (code points): 64 to 256.
    password_max_length: usize { Plain, Text("256"), parse::number(64..=256) }

    /// Memory for one password hash (Argon2id) in KiB: 19456 to 4194304. A sign-in replaces a hash that
    /// was made with less.
    argon2_memory_kib: u32 { Plain, Text("19456"), parse::number(19_456..=4_194_304) }

    /// Passes over that memory for one password hash: 2 to 64.
    argon2_iterations: u32 { Plain, Text("2"), parse::number(2..=64) }

    /// Lanes of one password hash: 1 to 64.
    argon2_parallelism: u32 { Plain, Text("1"), parse::number(1..=64) }

    /// Implementation that computes password hashes: `portable`, or `simd`, which is faster on processors with AVX-512,
    /// AVX2 or NEON, but not audited. The hashes are the same.
    hash_engine: HashEngine { Plain, Text("portable"), parse::word(HashEngine::WORDS) }

    /// Threads that hash passwords; 0 for one per core.
    hash_threads: usize { Plain, Text("0"), parse::number(0..=256) }

    /// Maximum number of passwords that wait to be hashed; further requests are refused and can be retried later. A
    /// quarter of these places is reserved for people on a network that their account knows.
    hash_queue: usize { Plain, Text("64"), parse::number(1..=65_536) }

    /// Wrong passwords for one account within `attempt_window`, through any operation, before the next attempt must
    /// wait. Each network that recently sent the right password is counted separately. 0 for no limit per account.
    attempts_per_account: u32 { Plain, Text("5"), parse::number(0..=1_000) }

    /// The time in which wrong passwords are counted, and the first wait after too many; each further wait is twice as
    /// long.
    attempt_window: Duration { Plain, Text("15m"), parse::time("1m", "24h") }

    /// The longest of these waits.
    attempt_wait_max: Duration { Plain, Text("1h"), parse::time("1m", "24h") }

    /// Wrong passwords in a row after which the networks that the account does not know share one attempt for each
    /// `attempt_window`. 0 for no such limit.
    attempts_in_a_row: u32 { Plain, Text("100"), parse::number(0..=1_000_000) }

    /// How long an account knows a network after the right password came from there.
    known_network_ttl: Duration { Plain, Text("90d"), parse::time("1d", "366d") }

    /// Passwords that one network (an IPv4 address, or an IPv6 network of 64 bits) can try per minute on average, right
    /// ones included. The larger networks around it share a multiple: an IPv6 network of 56 bits 4 times as many, one
    /// of 48 bits 8 times, one of 32 bits 64 times, an IPv4 network of 24 bits 8 times. Each server counts separately,
    /// and exempts its own machine. 0 for no limit. The same limit counts, separately, wrong secrets of
    /// `introspection_callers` and of `federation_secrets`.
    logins_per_network: u32 { Plain, Text("20"), parse::number(0..=1_000_000) }

    /// How many of them are allowed at once after a pause.
    login_burst: u32 { Plain, Text("10"), parse::number(1..=1_000_000) }

    /// Sign-ups from one network per hour on average, counted in the same way. 0 for no limit.
    signups_per_network: u32 { Plain, Text("20"), parse::number(0..=1_000_000) }

    /// How many of them are allowed at once after a pause.
    signup_burst: u32 { Plain, Text("10"), parse::number(1..=1_000_000) }

    /// Mails that one network can request per hour on average, counted in the same way. Each recipient also gets at most
    /// three mails for one purpose at once, and one an hour after that. 0 for no limit per network.
    mails_per_network: u32 { Plain, Text("20"), parse::number(0..=1_000_000) }

    /// How many of them are allowed at once after a pause.
    mail_burst: u32 { Plain, Text("10"), parse::number(1..=1_000_000) }

    /// Changes of profile, password and sessions that one account can make per minute on average. Sign-ins, refreshes
    /// and sign-outs do not count. Each server counts separately. 0 for no limit.
    account_writes: u32 { Plain, Text("60"), parse::number(0..=1_000_000) }

    /// How many of them are allowed at once after a pause.
    account_write_burst: u32 { Plain, Text("20"), parse::number(1..=1_000_000) }

    /// How long events stay in the audit log, from 1d to 10y. They are removed in whole batches, so some stay a little
    /// longer.
    audit_retention: Duration { Plain, Text("366d"), parse::time("1d", "10y") }

    /// How long an account stays after its owner deleted it, up to 90d. Until then the owner can sign in and keep it. `0s`
    /// deletes it at once. Deletions by an administrator are never delayed by this.
    deletion_grace: Duration { Plain, Text("0s"), parse::time("0s", "90d") }

    /// Algorithm that signs tokens: `ES256`, `EdDSA` or `RS256`, whose keys the server generates and publishes, or `HS256`,
    /// `HS384`, `HS512` with `jwt_secret`. After a change from one of the first three to another, the new key signs a day
    /// later, when every service has read it.
    jwt_algorithm: SigningAlgorithm { Plain, Text("ES256"), parse::word(SigningAlgorithm::WORDS) }

    /// How long a signing key signs before another one follows, from 1d to 2y; `0s` never. The next key is published a day
    /// before, and the former one verifies until its last token has run out.
    key_rotation: Duration { Plain, Text("90d"), parse::time_or_never("1d", "2y") }

    /// Secret shared with the services that verify tokens, for `HS256`, `HS384` and `HS512`: at least 32, 48 or
    /// 64 bytes, used unchanged.
    jwt_secret: Option<SecretString> { Hidden, derived::JWT_SECRET, parse::optional(server_secret::strong) }

    /// Claims about the user in tokens that services verify, separated by commas.
    jwt_claims: BTreeSet<JwtClaim> {
        Plain,
        Text("name,email,email_verified,roles"),
        parse::list(parse::word(JwtClaim::WORDS))
    }

    /// Shape in which those tokens name the roles: `plain` as a list in `roles`, `hasura` in the namespace
    /// `https://hasura.io/jwt/claims`, `postgrest` as one database role in `role`, or `router` as `scope`. Has no effect if
    /// `jwt_claims` leaves out `roles`, except that `hasura` and `postgrest` then name `claims_default_role` alone. `hasura` with `RS256`
    /// needs an `audience`: one token for all would be too long for a cookie.
    claims_preset: ClaimsPreset { Plain, Text("plain"), parse::word(ClaimsPreset::WORDS) }

    /// The role that every signed-in user has in Hasura or PostgREST, with those presets: at most 24 characters.
    claims_default_role: String { Plain, Text("user"), parse::default_role }

    /// Roles that are database roles, too, the most powerful first, separated by commas: with the preset `postgrest`, the
    /// first of them that a user has is `role`. Whoever has none gets `claims_default_role`.
    claims_database_roles: Vec<String> { Plain, Text(""), parse::list(parse::role_name) }

    /// Services and proxies that can ask at `/auth/verify` whether a token is still good, as `name:secret`, separated by
    /// commas; each secret with at least 32 random characters. A name can be listed twice, with the current secret and the
    /// next one, to replace it without downtime. If unset, nobody can ask.
    introspection_callers: IntrospectionCallers { Hidden, Text(""), IntrospectionCallers::parse }

    /// Mail server that sends the mails: host, with a port if it is not the default of `smtp_security`, such as
    /// `mail.example.com` or `mail.example.com:2525`. If unset, no mail is sent; on a development server that only your own machine reaches,
    /// mails are then kept in the development outbox.
    smtp_server: Option<MailServer> { Plain, Text(""), parse::optional(MailServer::parse) }

    /// Encryption of the connection to it: `tls` from the start, on port 465; `starttls` after a command, on port 587,
    /// and never without; `none`, on port 25, only if the mail server is `localhost` or a loopback address.
    smtp_security: SmtpSecurity { Plain, Text("tls"), parse::word(SmtpSecurity::WORDS) }

    /// User name at the mail server, if it asks for one.
    smtp_username: Option<String> { Plain, Text(""), parse::optional(parse::credential) }

    /// Password of this user.
    smtp_password: Option<SecretString> { Hidden, Text(""), parse::optional(parse::credential) }

    /// PEM file with certificates of further authorities to trust for the mail server, in addition to those of the operating
    /// system: for a server with a private authority.
    smtp_ca_file: Option<PathBuf> { Plain, Text(""), parse::optional(parse::path) }

    /// Address that mails come from: `accounts@example.com`, or `Example <accounts@example.com>`. Must be given with
    /// `smtp_server`.
    mail_from: Option<MailAddress> { Plain, Text(""), parse::optional(MailAddress::parse) }

    /// Address that replies go to, in the same form, if it is another one.
    mail_reply_to: Option<MailAddress> { Plain, Text(""), parse::optional(MailAddress::parse) }

    /// How long the server still accepts requests after the signal to stop. Meanwhile `/readyz` returns 503 and each
    /// response asks the client to close the connection. Set it to the time that a load balancer needs to notice.
    stop_delay: Duration { Plain, Text("1s"), parse::time("0s", "5m") }

    /// How long a GraphQL request can run, from 10ms to 5m, before it fails with SERVICE_UNAVAILABLE. Uncommitted
    /// changes are rolled back; the error of a mutation has `outcome: UNKNOWN`. Pages are exempt. Choose it shorter
    /// than the timeout of the proxy in front.
    request_timeout: Duration { Plain, Text("15s"), parse::time("10ms", "5m") }

    /// How log lines look: `text`, `json`, or `auto` for text on a terminal and JSON elsewhere.
    log_format: LogFormat { Plain, Text("auto"), parse::word(LogFormat::WORDS) }

    /// What is logged: `error`, `warn`, `info`, `debug`, `trace`, or directives such as
    /// `info,portcullis=debug`. SQL statements are never logged.
    log_level: String { Plain, Text("info"), parse::log_level }

    /// How long a client connection stays open without a request, from 1s to 1h. Choose it longer than the timeout of
    /// the proxies and balancers in front (usually 60s): then they close first, and send no request on a connection
    /// that this server is closing.
    connection_idle_timeout: Duration { Plain, Text("75s"), parse::time("1s", "1h") }

    /// Maximum number of open client connections.
    max_connections: usize { Plain, Text("10000"), parse::number(1..=1_000_000) }

    /// Maximum number of open client connections from one network; larger networks can have a multiple, as with
    /// `logins_per_network`. Connections of `trusted_proxies` are not counted. When nine tenths of `max_connections`
    /// are open, only networks that have few get more.
    max_connections_per_address: usize { Plain, Text("200"), parse::number(1..=1_000_000) }

    /// Maximum number of open sockets, on which clients wait for the end of their session (`sessionRevoked`); 0 switches
    /// them off. They count as connections, too, and one network may have half as many as
    /// `max_connections_per_address`.
    max_sockets: usize { Plain, Text("5000"), parse::number(0..=1_000_000) }
}
