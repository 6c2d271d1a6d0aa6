// The server is asked to stop in the middle of its work, again and again, and started on the same data.
import { pause as wait, within } from '../time.mjs';
import { inWorld } from '../world.mjs';
import { describe } from '../writers.mjs';

/** The default of `stop_delay`: so long the server takes requests after it was asked to stop. */
const STOP_DELAY = 1_000;
/** Clocks here are read a little after the fact. */
const TOLERANCE = 100;
const MOST_STOP = 30_000;

/** One more signs up. Every other one opens a new connection for each request. */
const WRITERS = 11;
const weights = { login: 2, refreshSession: 4, me: 6, updateProfile: 2 };

export const stops = {
  databases: ['sqlite', 'postgres', 'mariadb'],
  variants: (isShort) => [{ times: isShort ? 3 : 50 }],

  run: ({ times, ...options }) =>
    inWorld({ ...options, writers: WRITERS, weights, isMixed: true }, async (world) => {
      const { figures, newcomers, server, writers } = world;
      Object.assign(figures.more, { stops: 0, afterSignal: 0, cutOff: 0, refusedEarly: 0 });
      for (let number = 0; number < times; number += 1) {
        await stopOnce(world, options.chance);
        await server.restart();
        for (const writer of writers) await writer.check('a stop');
      }
      await Promise.all([...writers, newcomers].map((one) => one.settle()));
      await world.checkLeftovers();
      await world.checkAfterKill();
    }),
};

async function stopOnce(world, chance) {
  const { figures, newcomers, server, writers } = world;
  world.answers.length = 0;
  let signal = null;
  const { running } = server;
  // A client that gets no answer after the signal knows that the server is gone, and comes no more.
  const work = async (turn) => {
    while (running.lives) {
      const answer = await turn();
      if (answer.kind === 'none' && signal !== null) return;
    }
  };
  const working = Promise.all([
    ...writers.map((writer) => work(() => writer.turn())),
    work(() => newcomers.turn()),
  ]);
  await wait(chance.between(200, 800));
  signal = performance.now();
  server.terminate();
  try {
    const code = await within(MOST_STOP, running.ended, 'it did not end');
    if (code !== 0) figures.problem(`the server ended with ${code}`);
  } catch (error) {
    figures.problem(`after SIGTERM: ${error.message} within ${MOST_STOP} ms`);
    await server.kill();
  }
  await working;
  figures.more.stops += 1;
  for (const answer of world.answers) judge(figures, answer, signal);
}

function judge(figures, answer, signal) {
  if (answer.began > signal) figures.more.afterSignal += 1;
  if (answer.kind !== 'none') return;
  const last = signal + STOP_DELAY - TOLERANCE;
  const when = `${Math.round(answer.began - signal)} ms after the signal`;
  if (answer.written !== null && answer.written < last) {
    figures.more.cutOff += 1;
    figures.problem(`a request that was sent in time got no whole answer (${answer.failure})`);
    if (figures.details.length < 8) figures.details.push(`${answer.operation}, ${when}: ${describe(answer)}`);
  } else if (answer.written === null && answer.began < last) {
    figures.more.refusedEarly += 1;
    figures.problem(`a connection was refused within the time to stop (${answer.failure})`);
  }
}
