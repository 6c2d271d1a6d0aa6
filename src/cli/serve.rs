//! `portcullis serve`: run the server.

mod addresses;
mod ports;

use std::{
    net::{SocketAddr, TcpListener},
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use clap::Args;
use futures_util::{StreamExt as _, stream};
use secrecy::ExposeSecret as _;
use tokio::{sync::oneshot, task::JoinSet, time::timeout};

use self::addresses::ServerAddresses;
use super::{doctor, error::CliError, open, settings::SettingsArgs};
use crate::{
    context::App,
    features::{lease, mail::http::OUTBOX_PATH},
    platform::{
        config::{Config, MailMode},
        db::Db,
        telemetry,
    },
    server::{
        health::Stopping,
        listen::{self, ConnectionLimits},
        metrics, post,
        router::router,
        session_watch,
        signals::signals,
        upkeep,
    },
};

/// How long closing the database may take.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(5);

/// How long a stop waits for the mail in hand: a little longer than sending can take.
const LAST_MAIL_TIMEOUT: Duration = Duration::from_secs(31);

/// How to run the server.
#[derive(Debug, Clone, Default, Args)]
pub struct ServeArgs {
    /// Bring the database up to date first. This always happens with SQLite.
    #[arg(long)]
    pub migrate: bool,
}

impl ServeArgs {
    /// Runs the server until a signal stops it.
    pub async fn run(&self, settings: &SettingsArgs) -> Result<(), CliError> {
        let loaded = settings.load()?;
        telemetry::init(&loaded.config).map_err(|error| CliError::Failed(error.to_string()))?;
        for warning in &loaded.warnings {
            tracing::warn!("{warning}");
        }
        let config = loaded.config;
        config.check_data_folder()?;
        // From here on a signal means a graceful stop.
        let signals =
            signals().map_err(|error| CliError::Failed(format!("cannot listen for signals: {error}")))?;
        let mut signals = pin!(signals);
        // Bind the ports first: a second server on the same machine must not touch the first one's database.
        let listeners = ports::take(&config.listen, "--listen")?;
        let metrics_listeners = ports::take(&config.metrics_listen, "--set metrics_listen=")?;
        let db = tokio::select! {
            db = open::new_database(&config) => db?,
            _ = signals.next() => {
                tracing::info!("stopped before it was ready");
                return Ok(());
            }
        };
        // Must not be cancelled: a schema change would continue in the database without the lock that guards it.
        let app = Arc::new(open::app_on(config, db, self.migrate).await?);
        let stopping = Stopping::default();
        let router = router(&app, stopping.clone())?;
        let post_office = post::post_office(&app.config)?;
        let limits = limits(&app.config);
        doctor::warn_at_start(&app.config);
        announce(&app, &limits, &listeners, &metrics_listeners);
        // Background tasks run until the server has ended, so that its last minutes can be monitored too.
        let mut background = JoinSet::new();
        background.spawn(session_watch::run(app.clone()));
        let keys_replaced = spawn_upkeep(&mut background, app.clone());
        background.spawn(metrics::serve(metrics_listeners, app.clone()));
        let sending = tokio::spawn(post::run(app.clone(), post_office, stopping.clone()));

        // Former keys must not be used for longer than it takes to stop.
        let keys_were_replaced = AtomicBool::new(false);
        let keys_replaced = stream::once(keys_replaced)
            .filter_map(async |replaced| replaced.ok())
            .inspect(|()| keys_were_replaced.store(true, Ordering::Relaxed));
        let signals = stream::select(signals, keys_replaced).inspect(move |()| stopping.begin());
        let served = listen::serve(listeners, router, limits, signals).await;
        drop(background);
        // The mail in hand is finished, so that another server does not send it again.
        if timeout(LAST_MAIL_TIMEOUT, sending).await.is_err() {
            tracing::warn!("the last mail took too long; it will be sent again");
        }
        let keys_were_replaced = keys_were_replaced.into_inner();
        if !keys_were_replaced {
            upkeep::flush_refused_sign_ins(&app).await;
        }
        if let Err(failure) = lease::release_all(&app).await {
            tracing::warn!(?failure, "could not give back the leases of this server");
        }
        finish(&app.db).await;
        served.map_err(|error| CliError::Failed(format!("the server stopped: {error}")))?;
        if keys_were_replaced {
            Err(keys_replaced_error())
        } else {
            Ok(())
        }
    }
}

/// Runs the maintenance in the background. The receiver resolves when the keys of this server were replaced.
fn spawn_upkeep(background: &mut JoinSet<()>, app: Arc<App>) -> oneshot::Receiver<()> {
    let (replaced, keys_replaced) = oneshot::channel();
    background.spawn(async move {
        upkeep::run(app).await;
        tracing::error!("the keys in the database were replaced while this server ran, so it stops");
        replaced.send(()).ok();
    });
    keys_replaced
}

fn keys_replaced_error() -> CliError {
    CliError::Failed(
        "the keys in the database were replaced by `portcullis secret rotate --leaked` while this server ran: start it again"
            .to_owned(),
    )
}

fn limits(config: &Config) -> ConnectionLimits {
    ConnectionLimits {
        connections: config.max_connections,
        connections_per_address: config.max_connections_per_address,
        proxies: config.trusted_proxies.clone(),
        idle_timeout: config.connection_idle_timeout,
        stop_delay: config.stop_delay,
        ..ConnectionLimits::default()
    }
    .within_open_files()
}

fn announce(
    app: &App,
    limits: &ConnectionLimits,
    listeners: &[TcpListener],
    metrics_listeners: &[TcpListener],
) {
    let config = &app.config;
    let (connections, wanted) = (limits.connections, config.max_connections);
    if connections < wanted {
        tracing::warn!(
            connections,
            max_connections = wanted,
            "allows fewer connections than max_connections: the process may not open enough files; raise its \
             limit (`LimitNOFILE` of systemd, `ulimit -Hn` of a shell)"
        );
    } else {
        tracing::info!(connections, "maximum number of open connections");
    }
    let addresses = local_addresses(listeners);
    for address in &addresses {
        tracing::info!(%address, "listening");
    }
    for address in local_addresses(metrics_listeners) {
        tracing::info!(%address, "listening for metrics");
    }
    let addresses = ServerAddresses {
        config,
        addresses: &addresses,
    };
    if let Some(key) = &app.outbox_key {
        // The key is a secret, but it dies with this process, and the developer needs it.
        let (url, key) = (addresses.local_url(), key.expose_secret());
        tracing::info!("development outbox: {url}{OUTBOX_PATH}?key={key}");
    } else if config.mail_mode() == MailMode::Off {
        tracing::info!(
            "no mail is sent, so people cannot confirm addresses or reset passwords: set smtp_server to change that"
        );
    }
    tracing::info!(
        database = %config.database_url,
        "Portcullis {} is ready: {addresses}",
        env!("CARGO_PKG_VERSION"),
    );
}

fn local_addresses(listeners: &[TcpListener]) -> Vec<SocketAddr> {
    listeners
        .iter()
        .filter_map(|listener| listener.local_addr().ok())
        .collect()
}

/// Closes the database cleanly.
async fn finish(db: &Db) {
    let closing = async {
        if let Err(failure) = db.checkpoint().await {
            tracing::warn!(?failure, "could not move the write-ahead log into the database");
        }
        db.close().await;
    };
    // A database that no longer answers must not keep the process alive.
    if timeout(CLOSE_TIMEOUT, closing).await.is_err() {
        tracing::warn!("closing the database connections took too long");
    }
    tracing::info!("stopped");
}
