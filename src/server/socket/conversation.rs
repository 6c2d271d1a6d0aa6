//! What client and server say to each other on one socket.

use std::{convert::Infallible, sync::Arc, time::Duration};

use async_graphql::Value;
use axum::body::Bytes;
use tokio::{
    net::TcpStream,
    select,
    time::{MissedTickBehavior, interval, sleep, timeout},
};

use super::{
    super::{
        graphql_endpoint::Payload,
        listen::{EndReason, EndSignal},
        schema::Endpoint,
    },
    authenticate::{Authenticated, authenticate, expired},
    close::Close,
    limits::SocketLimits,
    message::{self, ClientMessage, InitToken},
    open_sockets::SocketPermit,
    subscriptions::{Event, Subscriptions},
    transport::{Disconnect, Received, Transport},
};
use crate::{
    context::{App, OpContext, SessionChange, SessionEnd},
    platform::{
        failure::UnauthenticatedReason,
        graphql::error,
        http::{client::Client, credential::Credential, request_auth::RequestAuth, request_id::RequestId},
    },
};

/// How long the last events may take once the session has ended.
const LAST_EVENTS_TIMEOUT: Duration = Duration::from_secs(1);

/// Sent for a subscription beyond the maximum.
const TOO_MANY: &str = r#"[{"message":"The socket has too many subscriptions. Complete some first.","extensions":{"code":"QUERY_LIMIT_EXCEEDED"}}]"#;

/// One socket.
pub(super) struct PendingSocket {
    pub(super) app: Arc<App>,
    pub(super) endpoint: Endpoint,
    pub(super) limits: SocketLimits,
    pub(super) client: Client,
    pub(super) request_id: RequestId,
    /// The credentials of the handshake.
    pub(super) auth: RequestAuth,
    pub(super) permit: SocketPermit,
}

/// A socket after its `connection_init`.
struct ActiveSocket {
    app: Arc<App>,
    endpoint: Endpoint,
    limits: SocketLimits,
    request_id: RequestId,
    authenticated: Authenticated,
    subscriptions: Subscriptions,
    _permit: SocketPermit,
}

impl PendingSocket {
    /// Speaks until the socket ends.
    pub(super) async fn run(self, stream: TcpStream, read: Bytes, end_signal: EndSignal) {
        let mut transport = Transport::new(stream, read, &self.limits).await;
        let disconnect = match self.begin(&mut transport, &end_signal).await {
            Ok(mut socket) => {
                let Err(disconnect) = socket.run(&mut transport, &end_signal).await;
                disconnect
            }
            Err(disconnect) => disconnect,
        };
        match disconnect {
            Disconnect::Gone => tracing::debug!("a socket broke off, or its client closed it"),
            Disconnect::Close(close) => {
                tracing::debug!(?close, "closed a socket");
                transport.close(&close).await;
            }
        }
    }

    /// Waits for `connection_init`, and acknowledges it.
    async fn begin(
        mut self,
        transport: &mut Transport,
        end_signal: &EndSignal,
    ) -> Result<ActiveSocket, Disconnect> {
        let token = select! {
            biased;
            why = end_signal.wait() => return Err(end_of(why)),
            () = sleep(self.permit.init_timeout(self.limits.init_timeout)) => return Err(Disconnect::Close(Close::InitTimeout)),
            token = init(transport, &self.limits) => token?,
        };
        // A token that is given is the one that counts: if it is bad, the cookies do not replace it.
        match token {
            InitToken::None => {}
            InitToken::Bearer(token) => self.auth.replace_credential(Credential::Token(token)),
            InitToken::Malformed => self.auth.replace_credential(Credential::Malformed),
        }
        let context = OpContext::new(self.app.clone(), self.client, self.request_id.clone(), self.auth);
        let authenticated = authenticate(context, &mut self.permit).await;
        let socket = ActiveSocket {
            app: self.app,
            endpoint: self.endpoint,
            limits: self.limits,
            request_id: self.request_id,
            authenticated: authenticated.map_err(Disconnect::Close)?,
            subscriptions: Subscriptions::default(),
            _permit: self.permit,
        };
        transport.send(message::ack()).await?;
        Ok(socket)
    }
}

/// The token of the first `connection_init`. Little else is read before it: nobody knows yet who sends it.
async fn init(transport: &mut Transport, limits: &SocketLimits) -> Result<InitToken, Disconnect> {
    for _ in 0..limits.first_frames {
        match receive(transport, limits.first_message_bytes).await? {
            Some(ClientMessage::Init(token)) => return Ok(token),
            Some(ClientMessage::Ping(answer)) => transport.send(answer).await?,
            Some(ClientMessage::Subscribe { .. }) => {
                return Err(Disconnect::Close(Close::Unauthorized("Unauthorized".into())));
            }
            Some(ClientMessage::Pong | ClientMessage::Complete { .. }) | None => {}
        }
    }
    Err(Disconnect::Close(Close::BadMessage(
        "Send `connection_init` first.".into(),
    )))
}

/// The next message; none for another frame.
async fn receive(transport: &mut Transport, max_bytes: usize) -> Result<Option<ClientMessage>, Disconnect> {
    match transport.receive().await? {
        Received::Other => Ok(None),
        Received::Text(text) if text.len() > max_bytes => Err(Disconnect::Close(Close::TooLarge)),
        Received::Text(text) => match ClientMessage::read(&text) {
            Ok(message) => Ok(Some(message)),
            Err(problem) => Err(Disconnect::Close(Close::BadMessage(problem.into()))),
        },
    }
}

impl ActiveSocket {
    async fn run(
        &mut self,
        transport: &mut Transport,
        end_signal: &EndSignal,
    ) -> Result<Infallible, Disconnect> {
        let mut pings = interval(self.limits.ping_interval);
        pings.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut checks = interval(self.limits.check_interval);
        checks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut idle_pings = 0;
        loop {
            let until_expiry = self.until_expiry();
            select! {
                biased;
                why = end_signal.wait() => return Err(end_of(why)),
                news = self.authenticated.watcher.changed() => return Err(self.drain(transport, news).await),
                () = sleep(until_expiry.unwrap_or_default()) => {
                    if self.until_expiry().is_none() {
                        return Err(Disconnect::Close(expired()));
                    }
                }
                event = self.subscriptions.next() => self.deliver(transport, event).await?,
                _ = checks.tick() => self.check_token()?,
                _ = pings.tick() => {
                    idle_pings = if self.subscriptions.len() > 0 { 0 } else { idle_pings + 1 };
                    // The first tick comes at once.
                    if idle_pings > self.limits.idle_pings + 1 {
                        return Err(Disconnect::Close(Close::Idle));
                    }
                    transport.ping(self.limits.ping_interval * 5 / 2).await?;
                }
                message = receive(transport, self.limits.message_bytes) => self.handle(transport, message?).await?,
            }
        }
    }

    /// How long the token is still valid; none if it has expired.
    fn until_expiry(&self) -> Option<Duration> {
        let left = self.authenticated.expires_at.duration_since(self.app.clock.now());
        Duration::try_from(left).ok().filter(|left| !left.is_zero())
    }

    /// Checks the token again: its signing key may have been removed meanwhile.
    fn check_token(&self) -> Result<(), Disconnect> {
        if self.authenticated.context.token_expiry().is_some() {
            return Ok(());
        }
        Err(Disconnect::Close(match self.until_expiry() {
            None => expired(),
            // The session may live on: a token under the next key will do.
            Some(_) => Close::TokenOutdated(error::reason(UnauthenticatedReason::TokenInvalid)),
        }))
    }

    async fn handle(
        &mut self,
        transport: &mut Transport,
        message: Option<ClientMessage>,
    ) -> Result<(), Disconnect> {
        match message {
            Some(ClientMessage::Init(_)) => Err(Disconnect::Close(Close::SecondInit)),
            Some(ClientMessage::Ping(answer)) => transport.send(answer).await,
            Some(ClientMessage::Subscribe { id, parameters }) => {
                self.subscribe(transport, id, parameters).await
            }
            Some(ClientMessage::Complete { id }) => {
                self.subscriptions.close(&id);
                Ok(())
            }
            Some(ClientMessage::Pong) | None => Ok(()),
        }
    }

    async fn subscribe(
        &mut self,
        transport: &mut Transport,
        id: String,
        parameters: Value,
    ) -> Result<(), Disconnect> {
        if self.subscriptions.contains(&id) {
            return Err(Disconnect::Close(Close::DuplicateId(id)));
        }
        if self.subscriptions.len() >= self.limits.subscriptions {
            return transport.send(message::error(&id, TOO_MANY)).await;
        }
        let context = Arc::clone(&self.authenticated.context);
        let starting = self.endpoint.subscribe(context, &self.request_id, parameters);
        let Ok(started) = timeout(self.app.config.request_timeout, starting).await else {
            return Err(Disconnect::Close(Close::Busy(
                "The service is busy. Try again later.",
            )));
        };
        let payloads = started.map_err(|it| Disconnect::Close(Close::BadMessage(it.0.into())))?;
        self.subscriptions.open(id, payloads);
        Ok(())
    }

    async fn deliver(&mut self, transport: &mut Transport, event: Event) -> Result<(), Disconnect> {
        let Event { id, payload } = event;
        let text = match payload {
            Some(Payload::Next(json)) => message::next(&id, &json),
            Some(Payload::Errors(json)) => {
                self.subscriptions.close(&id);
                message::error(&id, &json)
            }
            None => message::complete(&id),
        };
        transport.send(text).await
    }

    /// Delivers the events that the end of the session causes. Returns how to end the socket.
    async fn drain(&mut self, transport: &mut Transport, news: SessionChange) -> Disconnect {
        if news == SessionChange::RolesChanged {
            return Disconnect::Close(Close::TokenOutdated("ROLES_CHANGED"));
        }
        let delivering = async {
            while self.subscriptions.len() > 0 {
                let event = self.subscriptions.next().await;
                self.deliver(transport, event).await?;
            }
            Ok(())
        };
        if let Ok(Err(disconnect)) = timeout(LAST_EVENTS_TIMEOUT, delivering).await {
            return disconnect;
        }
        Disconnect::Close(Close::Unauthorized(match news {
            SessionChange::Ended(SessionEnd::Expired) => "SESSION_EXPIRED".into(),
            _ => error::reason(UnauthenticatedReason::SessionRevoked).into(),
        }))
    }
}

fn end_of(why: EndReason) -> Disconnect {
    Disconnect::Close(match why {
        EndReason::Stop => Close::Stop,
        EndReason::Evicted => Close::Evicted,
    })
}
