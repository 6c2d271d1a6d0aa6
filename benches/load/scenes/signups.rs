//! As many signups as can be answered, compared with bare hashes on as many threads.

use std::time::Instant;

use portcullis::platform::crypto::HashEngine;
use serde_json::json;

use super::databases;
use crate::{
    Extent,
    client::request,
    figures::{Figures, median, ratio},
    hashes, machine,
    processors::Processors,
    server::{PASSWORD, SIGNUP, Server, Tokens, new_email},
};

const CLIENTS: usize = 16;

pub async fn play(extent: Extent, figures: &mut Figures) {
    for (name, database) in databases() {
        let folder = tempfile::tempdir().unwrap();
        let server = Server::start(Processors::Shared, folder.path(), database.as_deref()).await;
        let (mut bare, mut signups) = (Vec::new(), Vec::new());
        for _ in 0..extent.rounds {
            bare.push(hashes::per_second(
                HashEngine::Portable,
                machine::processors(),
                extent.lasting,
            ));
            signups.push(sign_up(&server, extent).await);
        }
        let share = ratio(&signups, &bare);
        figures.add(format!("signups, {name}"), median(signups), "/s");
        figures.add(format!("signups ÷ bare hashes, {name}"), share, "");
    }
}

async fn sign_up(server: &Server, extent: Extent) -> f64 {
    let begin = Instant::now();
    let address = server.address;
    let tasks: Vec<_> = (0..CLIENTS)
        .map(|_| {
            tokio::spawn(async move {
                let mut connection = crate::client::Connection::open(address).await;
                let mut answers = 0_u64;
                while begin.elapsed() < extent.lasting {
                    let variables = json!({ "email": new_email(), "password": PASSWORD });
                    Tokens::of(
                        &connection.ask(&request(SIGNUP, &variables, None)).await.data(),
                        "signup",
                    );
                    answers += 1;
                }
                answers
            })
        })
        .collect();
    let mut answers = 0;
    for task in tasks {
        answers += task.await.unwrap();
    }
    answers as f64 / begin.elapsed().as_secs_f64()
}
