// Watches how the server fares while its database is away: who waits how long, and when all is well again.
import { Client } from './client.mjs';
import { describe } from './writers.mjs';
import { holdsWithin, pause } from './time.mjs';

/** Milliseconds within which those are answered who need the database. The machine is busy with other things, too. */
const ANSWERED = 3_000;
const TOLERANCE = 500;
const NOT_READY = 5_000;
const ALIVE = 500;
const WELL_AGAIN = 5_000;

/** Asks `/healthz` and `/readyz` again and again, and `me` in several lanes, until it is stopped. */
export class Watch {
  health = [];
  readiness = [];
  #isOver = false;

  constructor(world, askers = 4) {
    this.world = world;
    this.askers = askers;
  }

  async start() {
    const { world } = this;
    const client = world.client();
    const account = { email: 'prober@watch.example', name: 'Prober', password: 'a lantern under snow' };
    const answer = await client.ask('signup', account);
    if (answer.kind !== 'done') throw new Error(`the prober's sign-up was answered ${describe(answer)}`);
    client.end();
    this.account = account;
    this.token = answer.payload.tokens.accessToken;
    const lanes = [this.#poll('/healthz', this.health, 100), this.#poll('/readyz', this.readiness, 250)];
    for (let number = 0; number < this.askers; number += 1) lanes.push(this.#askMe());
    this.lanes = Promise.all(lanes);
  }

  async stop() {
    this.#isOver = true;
    await this.lanes;
  }

  async #poll(path, seen, every) {
    while (!this.#isOver) {
      const began = performance.now();
      const status = await fetch(`${this.world.server.url}${path}`, { signal: AbortSignal.timeout(30_000) }).then(
        async (response) => {
          await response.arrayBuffer();
          return response.status;
        },
        () => null,
      );
      seen.push({ began, ended: performance.now(), status });
      await pause(every);
    }
  }

  async #askMe() {
    const client = this.world.client();
    while (!this.#isOver) {
      const answer = await client.ask('me', {}, this.token);
      this.world.figures.note(answer);
      if (answer.kind === 'done' && answer.payload.name !== this.account.name) this.world.figures.problem('me is somebody else');
      await pause(20);
    }
    client.end();
  }

  /** Milliseconds until a question, a login, a sign-up and `/readyz` are answered well; they have five seconds. */
  async untilWell(number) {
    const { server, figures } = this.world;
    const began = performance.now();
    const client = new Client(server);
    const missing = new Set(['me', 'login', 'signup', 'readyz']);
    const { email, password } = this.account;
    const address = () => `prober-${number}-${Math.round(performance.now())}@watch.example`;
    const newcomer = () => ({ email: address(), name: 'Prober', password });
    const questions = {
      me: async () => (await client.ask('me', {}, this.token)).kind === 'done',
      login: async () => (await client.ask('login', { email, password })).kind === 'done',
      signup: async () => (await client.ask('signup', newcomer())).kind === 'done',
      readyz: async () => (await fetch(`${server.url}/readyz`)).status === 200,
    };
    const isWell = async () => {
      for (const name of missing) if (await questions[name]().catch(() => false)) missing.delete(name);
      return missing.size === 0;
    };
    // Longer than it may take, so that the time can be told.
    await holdsWithin(4 * WELL_AGAIN, isWell);
    client.end();
    const took = Math.round(performance.now() - began);
    if (missing.size > 0) figures.problem(`${[...missing].join(', ')} not well ${took} ms after the database was back`);
    else if (took > WELL_AGAIN) figures.problem(`all was well ${took} ms after the database was back`);
    (figures.more.wellAgainAfter ??= []).push(took);
  }

  /** Judges the time from `began` to `ended`, in which the database was away. */
  judge(began, ended) {
    const { figures, answers } = this.world;
    const within = answers.filter((answer) => answer.began < ended && answer.ended > began);
    const waits = within.map((answer) => ({ answer, wait: Math.min(answer.ended, ended) - Math.max(answer.began, began) }));
    const tooLong = waits.filter(({ wait }) => wait > ANSWERED + TOLERANCE);
    const longest = Math.round(Math.max(0, ...waits.map(({ wait }) => wait)));
    (figures.more.longestWait ??= []).push(longest);
    if (tooLong.length > 0) {
      const operations = [...new Set(tooLong.map(({ answer }) => answer.operation))].join(', ');
      const share = `${tooLong.length} of ${waits.length}`;
      figures.problem(`${share} waited longer than ${ANSWERED} ms, at most ${longest} ms: ${operations}`);
    }
    // What is cached may be answered. Everything else must be refused with a request to try again.
    const inside = within.filter((answer) => answer.began > began + TOLERANCE && answer.ended < ended);
    const isCached = ({ kind, operation }) => kind === 'done' && operation === 'me';
    const odd = inside.filter((answer) => answer.code !== 'SERVICE_UNAVAILABLE' && !isCached(answer));
    for (const answer of odd) figures.problem(`${answer.operation} was answered ${describe(answer)} while the database was away`);
    this.#judgeHealth(began, ended);
    this.#judgeReadiness(began, ended);
  }

  #judgeHealth(began, ended) {
    const seen = this.health.filter((one) => one.ended > began && one.began < ended);
    const slowest = Math.round(Math.max(0, ...seen.map((one) => one.ended - one.began)));
    (this.world.figures.more.slowestHealth ??= []).push(slowest);
    if (slowest > ALIVE) this.world.figures.problem(`/healthz took ${slowest} ms`);
    if (seen.some(({ status }) => status !== 200)) this.world.figures.problem('/healthz did not say that the server lives');
  }

  #judgeReadiness(began, ended) {
    const first = this.readiness.find((one) => one.status === 503 && one.ended > began && one.began < ended);
    // It was back before the server had to notice.
    if (!first && ended - began < NOT_READY) return;
    const took = first ? Math.round(first.ended - began) : Infinity;
    (this.world.figures.more.notReadyAfter ??= []).push(took);
    if (took > NOT_READY) this.world.figures.problem(`/readyz said so after ${took} ms`);
    const isWrong = this.readiness.some((one) => one.status === 200 && one.began > began && one.ended < ended);
    if (isWrong) this.world.figures.problem('/readyz said that the server is ready while the database was away');
  }
}
