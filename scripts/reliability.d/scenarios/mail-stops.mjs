// The server is asked to stop in the middle of a mail: it finishes that one, and the next start does not send it again.
import { pause as wait, within } from '../time.mjs';
import { inMailWorld } from '../mail/world.mjs';

const STEPS = ['EHLO', 'MAIL', 'RCPT', 'DATA', 'END'];
const SLOW = 3_000;
const MOST_STOP = 20_000;
/** Longer than a server has a mail in hand: one that was not marked would come again. */
const LEASE = 95_000;

export const mailStops = {
  databases: ['sqlite', 'postgres', 'mariadb'],
  shortDatabases: ['sqlite'],
  mayOverlap: true,
  variants: (isShort) => [{ steps: isShort ? ['END'] : STEPS }],

  run: ({ steps, isShort, ...options }) =>
    inMailWorld(options, async (world) => {
      const { figures, post, server } = world;
      Object.assign(figures.more, { stops: 0, finished: 0 });
      for (const step of steps) {
        await stopAt(world, step);
        await server.restart();
      }
      await post.settle(30_000);
      if (!isShort) await wait(LEASE);
      const tries = await world.reader.rows('select state, attempts, count(*) from mails group by state, attempts');
      figures.more.states = tries.map(([state, attempts, count]) => `${state} ${count} (${attempts})`).join(', ');
      if (tries.length !== 1 || tries[0][0] !== 'sent' || tries[0][1] !== '1') {
        figures.problem(`state, count and attempts are ${figures.more.states}`);
      }
      if ([...world.mailServer.mails.values()].some(({ at }) => at.length > 1)) figures.problem('a mail was sent twice');
    }),
};

/** Three mails wait; the signal comes while one of them is slow. The others are for the next start. */
async function stopAt(world, step) {
  const { figures, mailServer, people, server } = world;
  const { running } = server;
  let isSlow = false;
  mailServer.delay = (at) => (at === step ? SLOW : 0);
  const reached = new Promise((resolve) => {
    mailServer.watch = (at) => {
      if (at === step && !isSlow) resolve();
      if (at === step) isSlow = true;
    };
  });
  const client = world.client();
  for (let number = 0; number < 3; number += 1) await people.signUp(client);
  client.end();
  await within(10_000, reached, `no mail came to ${step}`);
  const before = mailServer.accepted;
  await wait(SLOW / 3);
  server.terminate();
  try {
    const code = await within(MOST_STOP, running.ended, 'it did not end');
    if (code !== 0) figures.problem(`the server ended with ${code}`);
  } catch (error) {
    figures.problem(`after SIGTERM at ${step}: ${error.message} within ${MOST_STOP} ms`);
    await server.kill();
  }
  const finished = mailServer.accepted - before;
  if (finished !== 1) figures.problem(`stopped at ${step}, it finished ${finished} mails`);
  figures.more.stops += 1;
  figures.more.finished += finished;
  mailServer.delay = () => 0;
  mailServer.watch = () => {};
}
