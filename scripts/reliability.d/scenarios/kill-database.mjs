// The database crashes under load, and comes back on the same data.
import { Watch } from '../outage.mjs';
import { pause as wait } from '../time.mjs';
import { inWorld } from '../world.mjs';

export const killDatabase = {
  databases: ['postgres', 'mariadb'],
  stopsDatabase: true,
  variants: (isShort) => [isShort ? { times: 2, down: 500 } : { times: 3, down: 6_000 }],

  run: ({ times, down, ...options }) =>
    inWorld(options, async (world) => {
      const { database, figures, server } = world;
      const watch = new Watch(world);
      await watch.start();
      const crashes = async () => {
        for (let number = 0; number < times; number += 1) {
          await wait(options.chance.between(800, 1_500));
          const began = performance.now();
          await database.kill();
          await wait(down);
          const ended = performance.now();
          await database.restart();
          await watch.untilWell(number);
          watch.judge(began, ended);
        }
        await wait(1_000);
      };
      await world.during(crashes());
      await watch.stop();
      if (!server.lives) figures.problem('the server ended');
      await world.checkLeftovers();
      await world.checkAfterKill();
    }),
};
