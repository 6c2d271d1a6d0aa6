// The database stands still for a while, as one does whose disk or machine hangs: nothing is refused, nothing answers.
import { Watch } from '../outage.mjs';
import { pause as wait } from '../time.mjs';
import { inWorld } from '../world.mjs';

export const pause = {
  databases: ['postgres', 'mariadb'],
  stopsDatabase: true,
  variants: (isShort) => (isShort ? [6] : [8, 20]).map((length) => ({ title: `${length} s`, length })),

  run: ({ length, ...options }) =>
    inWorld(options, async (world) => {
      const { database, figures, server } = world;
      const watch = new Watch(world);
      await watch.start();
      const { pid } = server;
      const standStill = async () => {
        await wait(1_500);
        const began = performance.now();
        database.pause();
        try {
          await wait(length * 1000);
        } finally {
          database.resume();
        }
        const ended = performance.now();
        await watch.untilWell(0);
        // Long enough for what waited in the meantime to come through.
        await wait(1_500);
        watch.judge(began, ended);
      };
      await world.during(standStill());
      await watch.stop();
      if (!server.lives || server.pid !== pid) figures.problem('the server ended');
      await world.checkLeftovers();
      await world.checkAfterKill();
    }),
};
