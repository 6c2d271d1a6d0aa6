//! A server without a network: the whole router, on an SQLite file, asked by a call.
#![allow(dead_code, reason = "each benchmark uses a part of it")]

use std::{net::SocketAddr, path::Path, sync::Arc};

use axum::{
    Router,
    body::Body,
    extract::{ConnectInfo, Request},
    http::response::Parts,
};
use http_body_util::BodyExt as _;
use hyper::service::Service as _;
use hyper_util::service::TowerToHyperService;
use portcullis::{
    context::App,
    platform::{
        clock::SystemClock,
        config::{Config, DatabaseUrl},
        db::{self, DbSettings},
        rng::SystemRng,
    },
    server::{
        health::Stopping,
        router::router,
        wiring::{Dependencies, Migrations, assemble},
    },
};
use serde_json::Value;

pub(crate) type Server = TowerToHyperService<Router>;

/// What a server with these settings has, on a database in `folder`.
pub(crate) async fn app(config: Config, folder: &Path) -> Arc<App> {
    let file = folder.join("portcullis.db");
    app_on(&format!("sqlite://{}", file.display()), config, folder).await
}

/// The same on this database, which must be empty.
pub(crate) async fn app_on(url: &str, config: Config, folder: &Path) -> Arc<App> {
    let config = Config {
        database_url: DatabaseUrl::parse(url).unwrap(),
        data_dir: folder.to_owned(),
        ..config
    };
    let settings = DbSettings {
        url: config.database_url.expose().into(),
        max_connections: 10,
        pooler: config.database_pooler,
    };
    let db = db::connect(&settings).await.unwrap();
    let dependencies = Dependencies {
        clock: Arc::new(SystemClock),
        rng: Arc::new(SystemRng),
    };
    let assembled = assemble(config, db, dependencies, Migrations::Apply).await;
    Arc::new(assembled.unwrap())
}

pub(crate) fn server(app: &Arc<App>) -> Server {
    TowerToHyperService::new(router(app, Stopping::default()).unwrap().with_state(()))
}

/// A request with `body` from this machine, by somebody with `token` or nobody.
pub(crate) fn request(body: &Value, token: Option<&str>) -> Request {
    let mut request = Request::post("/graphql")
        .header("host", "localhost:8000")
        .header("content-type", "application/json")
        .extension(ConnectInfo(SocketAddr::from(([127, 0, 0, 1], 4_321))));
    if let Some(token) = token {
        request = request.header("authorization", format!("Bearer {token}"));
    }
    request.body(Body::from(body.to_string())).unwrap()
}

/// The text of the answer.
pub(crate) async fn ask(server: &Server, request: Request) -> String {
    answer(server, request).await.1
}

/// The head and the text of the answer.
pub(crate) async fn answer(server: &Server, request: Request) -> (Parts, String) {
    let answer = server.call(request).await.unwrap();
    let (head, body) = answer.into_parts();
    let bytes = body.collect().await.unwrap().to_bytes();
    (head, String::from_utf8(bytes.to_vec()).unwrap())
}
