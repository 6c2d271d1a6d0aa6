// Requests take longer than they may: the server ends many of them on the way.
import { pause as wait } from '../time.mjs';
import { inWorld } from '../world.mjs';
import { describe } from '../writers.mjs';

const LIMIT = 50;
/** The database is so far away that some requests come through and others do not. */
const DELAY = 2;
const ASKERS = 4;

export const requestLimit = {
  databases: ['sqlite', 'postgres', 'mariadb'],
  variants: (isShort) => [{ length: isShort ? 4_000 : 30_000 }],

  run: ({ length, ...options }) =>
    inWorld({ ...options, delay: DELAY }, async (world) => {
      const { figures, server, writers } = world;
      // Accounts are made in peace.
      await server.kill();
      await server.restart({ PORTCULLIS_REQUEST_TIMEOUT: `${LIMIT}ms` });
      world.answers.length = 0;
      const time = wait(length);
      await Promise.all([world.busyUntil(time), ...Array.from({ length: ASKERS }, () => ask(world, time))]);
      const isCut = ({ code, began, ended }) => code === 'SERVICE_UNAVAILABLE' && ended - began >= LIMIT * 0.9;
      const cut = world.answers.filter(isCut);
      figures.more.cut = cut.length;
      if (cut.length === 0) figures.problem('no request was cut');
      // The database is well, so that nothing else takes so long.
      const untold = cut.filter(({ operation, outcome }) => operation !== 'me' && outcome !== 'UNKNOWN');
      if (untold.length > 0) {
        const operations = [...new Set(untold.map(({ operation }) => operation))].join(', ');
        figures.problem(`${untold.length} mutations that were cut do not say that the outcome is unknown: ${operations}`);
      }
      await world.checkLeftovers();
      // Without the limit, what was left open can be asked again.
      await world.checkAfterKill();
      await world.settle();
      for (const writer of writers) await writer.check('asking again');
    }),
};

/** Asks `me` on and on. */
async function ask(world, time) {
  const { figures, writers } = world;
  let isOver = false;
  time.then(() => (isOver = true));
  const asker = world.client();
  while (!isOver) {
    const answer = await asker.ask('me', {}, writers[0].main.accessToken);
    figures.note(answer);
    if (answer.kind === 'none') figures.problem(`me was answered ${describe(answer)}`);
  }
  asker.end();
}
