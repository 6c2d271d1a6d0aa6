//! As many refreshes as can be answered: each client trades its refresh token, and then the one that it got.

use std::time::Instant;

use serde_json::json;

use super::databases;
use crate::{
    Extent,
    client::{Connection, Times, request},
    figures::{Figures, median},
    processors::Processors,
    server::{REFRESH, Server, Tokens, new_email},
};

const CLIENTS: usize = 16;

pub async fn play(extent: Extent, figures: &mut Figures) {
    for (name, database) in databases() {
        let folder = tempfile::tempdir().unwrap();
        let server = Server::start(Processors::Shared, folder.path(), database.as_deref()).await;
        let (mut per_second, mut times) = (Vec::new(), Times::default());
        for _ in 0..extent.rounds {
            let of_round = refresh(&server, extent).await;
            per_second.push(of_round.count() as f64 / extent.lasting.as_secs_f64());
            times.extend(of_round);
        }
        figures.add(format!("refreshes, {name}"), median(per_second), "/s");
        figures.add(
            format!("refresh with {CLIENTS} at once, median, {name}"),
            times.quantiles(&[0.5])[0],
            "ms",
        );
    }
}

async fn refresh(server: &Server, extent: Extent) -> Times {
    let mut signed_in = Vec::new();
    for _ in 0..CLIENTS {
        signed_in.push(server.signup(&new_email()).await.refresh);
    }
    let begin = Instant::now();
    let address = server.address;
    let tasks: Vec<_> = signed_in
        .into_iter()
        .map(|mut token| {
            tokio::spawn(async move {
                let mut connection = Connection::open(address).await;
                let mut times = Times::default();
                while begin.elapsed() < extent.lasting {
                    let asked = request(REFRESH, &json!({ "token": token }), None);
                    let asking = Instant::now();
                    let tokens = Tokens::of(&connection.ask(&asked).await.data(), "refreshSession");
                    times.add(asking.elapsed());
                    token = tokens.refresh;
                }
                times
            })
        })
        .collect();
    let mut times = Times::default();
    for task in tasks {
        times.extend(task.await.unwrap());
    }
    times
}
