//! How long `me` takes for those who ask it at a steady pace, while others log in as fast as they can.

use super::{
    databases,
    logins::{accounts, login_all},
};
use crate::{
    Extent,
    client::{Times, ask_steadily},
    figures::{Curve, Figures, Target},
    processors::Processors,
    server::Server,
};

const PER_SECOND: u32 = 400;
const LOGINS: usize = 32;

/// What the plot shows.
pub const SHARES: [f64; 9] = [0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.995, 0.999];

pub async fn play(extent: Extent, figures: &mut Figures) {
    for (name, database) in databases() {
        let folder = tempfile::tempdir().unwrap();
        let server = Server::start(Processors::Shared, folder.path(), database.as_deref()).await;
        let me = server.me().await;
        let emails = accounts(&server, LOGINS).await;
        let (mut quiet, mut stormy) = (Times::default(), Times::default());
        let mut logins = Vec::new();
        for _ in 0..extent.rounds {
            quiet.extend(ask_steadily(server.address, me.clone(), PER_SECOND, extent.lasting).await);
            let storm = login_all(&server, &emails, LOGINS, extent.lasting);
            let asking = ask_steadily(server.address, me.clone(), PER_SECOND, extent.lasting);
            let ((per_second, _), of_round) = tokio::join!(storm, asking);
            logins.push(per_second);
            stormy.extend(of_round);
        }
        let alone = quiet.quantiles(&[0.99])[0];
        let with_logins = stormy.quantiles(&[0.99])[0];
        figures.add(format!("`me` at {PER_SECOND}/s alone, p99, {name}"), alone, "ms");
        let during = format!("`me` at {PER_SECOND}/s with {LOGINS} logins at once");
        figures.add_with(
            format!("{during}, p99, {name}"),
            with_logins,
            "ms",
            Target::AtMost(5.0),
        );
        figures.add_with(
            format!("{during}, p99 ÷ alone, {name}"),
            with_logins / alone,
            "",
            Target::AtMost(3.0),
        );
        figures.add(
            format!("logins meanwhile, {name}"),
            crate::figures::median(logins),
            "/s",
        );
        for (what, times) in [("alone", &quiet), ("with logins", &stormy)] {
            let milliseconds = times.quantiles(&SHARES);
            figures.curves.push(Curve {
                name: format!("{what}, {name}"),
                milliseconds,
            });
        }
    }
}
