//! A client of the sub-protocol `graphql-transport-ws`, which can also break its rules.

use std::time::Duration;

use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use tokio::{net::TcpStream, time::timeout};
use tokio_tungstenite::{
    WebSocketStream, client_async,
    tungstenite::{
        Error, Message,
        client::IntoClientRequest as _,
        http::{HeaderName, HeaderValue, Request, StatusCode},
    },
};

use super::TestApp;

/// How long a test waits for what must come.
const RECEIVE_TIMEOUT: Duration = Duration::from_secs(10);

/// An open socket.
pub(crate) struct Socket(WebSocketStream<TcpStream>);

impl TestApp {
    /// A socket without credentials in its handshake, before `connection_init`.
    pub(crate) async fn socket(&self) -> Socket {
        self.try_socket(&[]).await.unwrap()
    }

    /// The same, with these headers; the status if the server refuses it. An empty value removes a header.
    pub(crate) async fn try_socket(&self, headers: &[(&'static str, &str)]) -> Result<Socket, StatusCode> {
        Socket::open(&self.url, headers).await
    }
}

impl Socket {
    /// A socket at the server with this address.
    pub(crate) async fn open(url: &str, headers: &[(&'static str, &str)]) -> Result<Self, StatusCode> {
        let address = url.trim_start_matches("http://");
        let mut request: Request<()> = format!("ws://{address}/graphql").into_client_request().unwrap();
        let protocol = HeaderValue::from_static("graphql-transport-ws");
        request.headers_mut().insert("sec-websocket-protocol", protocol);
        for (name, value) in headers {
            let name = HeaderName::from_static(name);
            if value.is_empty() {
                request.headers_mut().remove(name);
            } else {
                request
                    .headers_mut()
                    .insert(name, HeaderValue::from_str(value).unwrap());
            }
        }
        let stream = TcpStream::connect(address).await.unwrap();
        match client_async(request, stream).await {
            Ok((socket, _)) => Ok(Self(socket)),
            Err(Error::Http(response)) => Err(response.status()),
            Err(error) => panic!("no handshake: {error}"),
        }
    }
}

impl TestApp {
    /// A socket that belongs to the session of this token.
    pub(crate) async fn socket_of(&self, token: &str) -> Socket {
        let mut socket = self.socket().await;
        socket
            .init(json!({ "authorization": format!("Bearer {token}") }))
            .await;
        assert_eq!(socket.next().await, json!({ "type": "connection_ack" }));
        socket
    }

    /// A socket that waits for the end of the session of this token, under the id `1`.
    pub(crate) async fn subscribed(&self, token: &str) -> Socket {
        let mut socket = self.socket_of(token).await;
        socket
            .subscribe("1", "subscription { sessionRevoked { sessionId reason } }")
            .await;
        socket
    }
}

impl Socket {
    pub(crate) async fn text(&mut self, text: &str) {
        // The server may have closed it by now.
        let _ = self.0.send(Message::text(text)).await;
    }

    pub(crate) async fn frame(&mut self, message: Message) {
        let _ = self.0.send(message).await;
    }

    pub(crate) async fn send(&mut self, message: Value) {
        self.text(&message.to_string()).await;
    }

    pub(crate) async fn init(&mut self, payload: Value) {
        self.send(json!({ "type": "connection_init", "payload": payload }))
            .await;
    }

    pub(crate) async fn subscribe(&mut self, id: &str, query: &str) {
        let payload = json!({ "query": query });
        self.send(json!({ "type": "subscribe", "id": id, "payload": payload }))
            .await;
    }

    /// The next frame that is no ping of the server.
    pub(crate) async fn raw_frame(&mut self) -> Message {
        loop {
            let next = timeout(RECEIVE_TIMEOUT, self.0.next()).await;
            match next.expect("nothing came").unwrap().unwrap() {
                Message::Ping(_) => {}
                frame => return frame,
            }
        }
    }

    /// The next message.
    pub(crate) async fn next(&mut self) -> Value {
        match self.event().await {
            Ok(message) => message,
            Err(closed) => panic!("closed: {closed:?}"),
        }
    }

    /// The code and the reason of the server's close, and nothing before it.
    pub(crate) async fn closed(&mut self) -> (u16, String) {
        match self.event().await {
            Ok(message) => panic!("a message before the close: {message}"),
            Err(closed) => closed,
        }
    }

    async fn event(&mut self) -> Result<Value, (u16, String)> {
        loop {
            let next = timeout(RECEIVE_TIMEOUT, self.0.next()).await;
            match next.expect("nothing came") {
                Some(Ok(Message::Text(text))) => return Ok(serde_json::from_str(&text).unwrap()),
                Some(Ok(Message::Close(Some(frame)))) => {
                    return Err((frame.code.into(), frame.reason.to_string()));
                }
                Some(Ok(_)) => {}
                None | Some(Err(_)) => return Err((0, "broke off".to_owned())),
            }
        }
    }

    /// Whether the socket is still open: a ping is answered.
    pub(crate) async fn is_open(&mut self) -> bool {
        self.send(json!({ "type": "ping" })).await;
        matches!(self.event().await, Ok(message) if message == json!({ "type": "pong" }))
    }

    /// The event of the subscription `1`, its end, and the close of the socket. Returns the reason in the event.
    pub(crate) async fn revoked(&mut self, session_id: &str) -> String {
        let event = self.next().await;
        assert_eq!(
            (&event["id"], &event["type"]),
            (&json!("1"), &json!("next")),
            "{event}"
        );
        let event = &event["payload"]["data"]["sessionRevoked"];
        assert_eq!(event["sessionId"], session_id);
        let reason = event["reason"].as_str().unwrap().to_owned();
        assert_eq!(self.next().await, json!({ "id": "1", "type": "complete" }));
        assert_eq!(self.closed().await, (4401, "SESSION_REVOKED".to_owned()));
        reason
    }
}
