// The server is killed between the answer to a request and its mail, again and again.
import { pause as wait } from '../time.mjs';
import { inMailWorld } from '../mail/world.mjs';

const CLIENTS = 4;
const LATEST_KILL = 300;
/** A killed server had a mail in hand for 90 s; nobody else takes it in that time. */
const PATIENCE = 180_000;
const KILLS = { sqlite: 50, postgres: 20, mariadb: 20 };

export const mailKills = {
  databases: ['sqlite', 'postgres', 'mariadb'],
  shortDatabases: ['sqlite'],
  mayOverlap: true,
  variants: (isShort) => [{ most: isShort ? 6 : Infinity }],

  run: ({ most, ...options }) =>
    inMailWorld(options, async (world) => {
      const { figures, mailServer, post, server } = world;
      const kills = Math.min(most, KILLS[options.database.name]);
      // So that some are killed in the middle of a mail, and some between the mail and its mark.
      mailServer.delay = (step) => (step === 'END' ? options.chance.between(0, 60) : 0);
      Object.assign(figures.more, { kills: 0 });
      for (let number = 0; number < kills; number += 1) {
        await killOnce(world, options.chance);
        await server.restart();
      }
      await post.settle(PATIENCE);
    }),
};

async function killOnce(world, chance) {
  const { figures, people, server } = world;
  const clients = Array.from({ length: CLIENTS }, () => world.client());
  let kill = null;
  const { running } = server;
  const work = async (one) => {
    while (running.lives) {
      const answer = await people.turn(one);
      if (answer.kind === 'done') kill ??= wait(chance.between(0, LATEST_KILL)).then(() => server.kill());
      if (answer.kind === 'none') return;
    }
  };
  await Promise.all(clients.map(work));
  await kill;
  for (const one of clients) one.end();
  figures.more.kills += 1;
}
