// Two servers on one database, and many mails that wait: each is sent once.
import { holdsWithin } from '../time.mjs';
import { inMailWorld, mailMetrics, mailSettings } from '../mail/world.mjs';
import { Portcullis } from '../portcullis.mjs';

const CLIENTS = 4;
/** Mails for one account: the sign-up, three times a new password, and once more the link. */
const EACH = 5;
const PATIENCE = 400_000;

export const mailTwoServers = {
  databases: ['sqlite', 'postgres', 'mariadb'],
  shortDatabases: ['postgres', 'mariadb'],
  mayOverlap: true,
  variants: (isShort) => [{ mails: isShort ? 100 : 1_000 }],

  run: ({ mails, ...options }) =>
    inMailWorld(options, async (world) => {
      const { figures, mailServer, post, server } = world;
      let release;
      mailServer.hold = new Promise((resolve) => (release = resolve));
      await fillOutbox(world, mails);
      const own = await mailSettings(mailServer);
      const other = await Portcullis.beside(server, own.settings);
      try {
        release();
        const began = performance.now();
        await post.settle(PATIENCE);
        figures.more.secondsForAll = Math.round((performance.now() - began) / 1_000);
        // The last ones are marked a moment after they were sent.
        const shares = async () => Promise.all([world.metricsPort, own.metricsPort].map(mailMetrics));
        const sum = async () => (await shares()).reduce((all, { sent }) => all + sent, 0);
        const isTrue = await holdsWithin(5_000, async () => (await sum()) === mails);
        figures.more.sentByEach = (await shares()).map(({ sent }) => sent).join(' and ');
        if (!isTrue) figures.problem(`the servers counted ${await sum()} mails of ${mails}`);
        const twice = [...mailServer.mails.values()].filter(({ at }) => at.length > 1).length;
        if (twice > 0) figures.problem(`${twice} mails were sent twice`);
        const states = await world.reader.rows('select state, count(*) from mails group by state');
        figures.more.states = states.map((row) => row.join(' ')).join(', ');
        if (figures.more.states !== `sent ${mails}`) figures.problem(`the outbox says: ${figures.more.states}`);
      } finally {
        await other.kill();
      }
    }),
};

async function fillOutbox(world, mails) {
  const { people } = world;
  const accounts = mails / EACH;
  let left = accounts;
  const fill = async (client) => {
    while (left > 0) {
      left -= 1;
      await people.signUp(client);
      const email = people.known.shift();
      for (let times = 0; times < 3; times += 1) await people.requestReset(client, email);
      await people.ask(client, 'resendVerificationEmail', 'verify-email', email);
    }
    client.end();
  };
  await Promise.all(Array.from({ length: CLIENTS }, () => fill(world.client())));
}
