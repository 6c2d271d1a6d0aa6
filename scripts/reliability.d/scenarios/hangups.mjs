// Strangers hang up in the middle of their requests, while writers do not.
import { Strangers } from '../strangers.mjs';
import { inWorld } from '../world.mjs';

/** The database is as far away as one in the next room, so that there is a moment in which to hang up. */
const DELAY = 1;

/** Changes that are acknowledged meanwhile; milliseconds after which no more strangers come for lack of them. */
const ENOUGH = 40;
const LONG_ENOUGH = 8_000;
/** With fewer, those who do not hang up are not served. */
const LEAST = 10;

// A small pool is busy all the time with fewer strangers, and they take longer.
const counts = { short: { 1: 1_000, 2: 2_000, 10: 5_000 }, long: { 1: 20_000, 2: 20_000, 10: 20_000 } };

export const hangups = {
  databases: ['sqlite', 'postgres', 'mariadb'],
  variants: (isShort) =>
    [1, 2, 10].map((poolSize) => {
      const count = counts[isShort ? 'short' : 'long'][poolSize];
      return { title: `pool of ${poolSize}`, poolSize, count };
    }),

  run: ({ count, ...options }) =>
    inWorld({ ...options, delay: DELAY }, async (world) => {
      const { figures, server } = world;
      const strangers = new Strangers({ server, figures, chance: options.chance.fork('strangers'), poolSize: options.poolSize });
      await strangers.prepare();
      const files = server.openFiles();
      const end = performance.now() + LONG_ENOUGH;
      await world.during(strangers.hangUp(count, () => figures.acknowledged >= ENOUGH || performance.now() > end));
      if (figures.acknowledged < LEAST) figures.problem(`only ${figures.acknowledged} changes came through while the strangers hung up`);
      Object.assign(figures.more, { strangers: strangers.sent, answered: strangers.answered });
      if (strangers.unreachable > count / 100) figures.problem(`${strangers.unreachable} strangers could not connect`);
      await world.checkLeftovers(files);
      await world.checkCapacity();
      await world.checkAfterKill();
    }),
};
