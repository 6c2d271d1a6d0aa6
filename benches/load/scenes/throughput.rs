//! As many `me` as can be answered, compared with the echo, which gets the same requests.

use super::databases;
use crate::{
    Extent,
    client::hammer,
    echo::Echo,
    figures::{Figures, Target, median, ratio},
    processors::Processors,
    server::Server,
};

const CONNECTIONS: usize = 32;

pub async fn play(extent: Extent, figures: &mut Figures) {
    for (processors, placed) in [
        (Processors::OneEach, "one processor each"),
        (Processors::Shared, "processors shared"),
    ] {
        processors.take_place();
        for (name, database) in databases() {
            let folder = tempfile::tempdir().unwrap();
            let server = Server::start(processors, folder.path(), database.as_deref()).await;
            let echo = Echo::start(processors).await;
            let me = server.me().await;
            let (mut echoes, mut answers) = (Vec::new(), Vec::new());
            for _ in 0..extent.rounds {
                echoes.push(hammer(echo.address, me.clone(), CONNECTIONS, extent.lasting).await);
                answers.push(hammer(server.address, me.clone(), CONNECTIONS, extent.lasting).await);
            }
            let share = ratio(&answers, &echoes);
            let of = format!("{placed}, {name}");
            figures.add(format!("echo, {of}"), median(echoes), "/s");
            figures.add(format!("`me`, {of}"), median(answers), "/s");
            figures.add_with(format!("`me` ÷ echo, {of}"), share, "", Target::AtLeast(0.55));
            figures.shares.push((of, share));
        }
    }
    Processors::Shared.take_place();
}
