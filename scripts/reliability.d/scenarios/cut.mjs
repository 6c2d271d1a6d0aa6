// Connections to the database break: at random under load, and on purpose at the worst moments, one at a time.
import { describe } from '../writers.mjs';
import { holdsWithin, pause as wait } from '../time.mjs';
import { inWorld } from '../world.mjs';

/** What is done, with what its statement is like: others may pass before it. */
const OPERATIONS = {
  updateProfile: /update .users. set .name/i,
  changePassword: /update .users. set .password_hash/i,
  refreshSession: /set .refresh_generation/i,
  login: /insert into .sessions/i,
  revokeOtherSessions: /set .revoked_at/i,
  signup: /insert into .users/i,
};
const MOMENTS = [
  { kind: 'commit', isForwarded: true, title: 'COMMIT, answer lost' },
  { kind: 'commit', isForwarded: false, title: 'COMMIT lost' },
  { kind: 'commit', isForwarded: true, isAnswered: true, title: 'COMMIT answered, then the database gone' },
  { kind: 'write', isForwarded: true, title: 'write, answer lost' },
  { kind: 'write', isForwarded: false, title: 'write lost' },
];

export const cut = {
  databases: ['postgres', 'mariadb'],
  variants: (isShort) => [
    { title: 'on purpose', attempt: onPurpose, rounds: isShort ? 1 : 10, writers: 1, poolSize: 2 },
    { title: 'at random', attempt: atRandom, length: isShort ? 3_000 : 30_000 },
  ],

  run: ({ attempt, ...options }) => inWorld({ ...options, cuts: true }, (world) => attempt(world, options)),
};

async function onPurpose(world, { rounds }) {
  const { figures } = world;
  Object.assign(figures.more, { cuts: 0, notMet: 0, seen: {} });
  for (let round = 0; round < rounds; round += 1) {
    for (const operation of Object.keys(OPERATIONS)) {
      let cuts = 0;
      for (const moment of MOMENTS) cuts += await once(world, operation, moment);
      if (cuts === 0) figures.problem(`${operation} was not cut: its statements are not those that are looked for`);
    }
  }
  await world.checkLeftovers();
  await world.checkAfterKill();
}

/** One operation, cut at this moment; then it is asked for again. Gives how often it was cut. */
async function once(world, operation, moment) {
  const { figures, newcomers, proxy } = world;
  const [writer] = world.writers;
  // There must be a session to be traded, and one to be ended.
  if (operation === 'refreshSession' || operation === 'revokeOtherSessions') await writer.persist(() => writer.login());
  await proxy.arm(moment, OPERATIONS[operation]);
  const answer = operation === 'signup' ? await newcomers.signUp() : await writer.turn(operation);
  const met = await proxy.disarm();
  if (met) {
    figures.more.cuts += 1;
    const problem = misjudged(answer, moment, met.isInTransaction);
    const key = `${moment.title}${met.isInTransaction ? '' : ', no transaction'}`;
    const said = (figures.more.seen[key] ??= {});
    said[describe(answer)] = (said[describe(answer)] ?? 0) + 1;
    if (problem) figures.problem(`${operation}, ${key}: answered ${describe(answer)}, ${problem}`);
  } else {
    figures.more.notMet += 1;
  }
  const isReady = async () => (await fetch(`${world.server.url}/readyz`)).status === 200;
  if (!(await holdsWithin(5_000, isReady))) figures.problem('/readyz did not turn well within 5 s');
  await writer.settle();
  await newcomers.settle();
  await writer.check(`${operation}, ${moment.title}`);
  return met ? 1 : 0;
}

const NOT_UNKNOWN = 'and not SERVICE_UNAVAILABLE with the outcome UNKNOWN';

/** What is wrong with the answer to a cut. What was made is judged elsewhere. */
function misjudged(answer, { kind, isForwarded, isAnswered }, isInTransaction) {
  const isUnavailable = answer.kind === 'told' && answer.code === 'SERVICE_UNAVAILABLE';
  const isUnknown = isUnavailable && answer.outcome === 'UNKNOWN';
  // It was made. Who cannot be told what it came to must not be told that it was not.
  if (isAnswered) return answer.kind === 'done' || isUnknown ? null : 'though it was made';
  if (kind === 'commit') return isUnknown ? null : NOT_UNKNOWN;
  // A statement by itself commits by itself.
  if (!isInTransaction) return isUnknown || (!isForwarded && isUnavailable) ? null : NOT_UNKNOWN;
  // A server that begins again by itself, and comes through, is right, too.
  return (isUnavailable && !isUnknown) || answer.kind === 'done' ? null : 'and not SERVICE_UNAVAILABLE without an outcome';
}

async function atRandom(world, { length }) {
  const { figures, proxy } = world;
  const cutting = async () => {
    await proxy.cutAtRandom(0.02);
    await wait(length);
    figures.more.cuts = await proxy.cutAtRandom(0);
    const isReady = async () => (await fetch(`${world.server.url}/readyz`)).status === 200;
    if (!(await holdsWithin(5_000, isReady))) figures.problem('/readyz did not turn well within 5 s');
    await wait(500);
  };
  await world.during(cutting());
  if (figures.more.cuts === 0) figures.problem('nothing was cut');
  await world.checkLeftovers();
  await world.checkAfterKill();
}
