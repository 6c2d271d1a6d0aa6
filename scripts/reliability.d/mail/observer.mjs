// Watches a server whose mail server is in trouble: how quick it is for others, and whether it tells the age of the mail
// that has waited longest.
import { pause as wait } from '../time.mjs';
import { mailMetrics } from './world.mjs';

/** Milliseconds for 99 of 100. The machine is busy with other things, too. */
const MOST = { health: 500, login: 1_500 };
/** Milliseconds by which the age may be behind: the server looks once a second, and marks a mail after it was taken. */
const DELAY = 2_500;
/** Seconds: it tells whole ones. */
const TOLERANCE = 2;

export class Observer {
  #times = {};
  #phase = null;
  #isOver = false;
  #furthest = 0;

  constructor(world) {
    this.world = world;
  }

  async start() {
    const { world } = this;
    const { people } = world;
    const client = world.client();
    const answer = await people.signUp(client);
    if (answer.kind !== 'done') throw new Error('the observer could not sign up');
    const email = people.known.shift();
    const login = async () => {
      const { kind } = await client.ask('login', { email, password: 'a lantern under quiet snow', device: 'observer' });
      if (kind !== 'done') world.figures.problem(`a login during ${this.#phase} was ${kind}`);
    };
    const health = async () => {
      const { status } = await fetch(`${world.server.url}/healthz`);
      if (status !== 200) world.figures.problem(`/healthz answered ${status} during ${this.#phase}`);
    };
    this.lanes = Promise.all([this.#repeat('health', health), this.#repeat('login', login), this.#watchAge()]);
  }

  /** Gives what the promise gives, and notes the times until then under this name. */
  async during(phase, promise) {
    this.#phase = phase;
    const given = await promise;
    this.#phase = null;
    return given;
  }

  async stop() {
    this.#isOver = true;
    await this.lanes;
    const { more } = this.world.figures;
    for (const [name, times] of Object.entries(this.#times)) {
      const p99 = quantile(times, 0.99);
      more[name] = `${times.length}, p50 ${quantile(times, 0.5)} ms, p99 ${p99} ms`;
      const what = name.split(' ')[1];
      if (p99 > MOST[what]) this.world.figures.problem(`${name}: one in a hundred took ${p99} ms`);
    }
    more.ageFurthestFromTruth = `${this.#furthest.toFixed(1)} s`;
  }

  async #repeat(name, ask) {
    while (!this.#isOver) {
      const phase = this.#phase;
      const began = performance.now();
      await ask();
      if (phase !== null) (this.#times[`${phase} ${name}`] ??= []).push(performance.now() - began);
      await wait(50);
    }
  }

  async #watchAge() {
    const { figures, metricsPort, post } = this.world;
    const ages = [];
    while (!this.#isOver) {
      const [phase, now] = [this.#phase, performance.now()];
      const age = Math.max(0, ...post.missing().map(({ at }) => (now - at) / 1_000));
      ages.push({ now, age });
      while (ages[0].now < now - DELAY) ages.shift();
      const { oldest } = await mailMetrics(metricsPort);
      // While the mail server refuses some for good, nobody out here knows which mail is still waited for.
      if (phase !== null && phase !== 'faulty') {
        const off = Math.min(...ages.map((one) => Math.abs(oldest - one.age)));
        this.#furthest = Math.max(this.#furthest, off);
        if (off > TOLERANCE) {
          figures.problem(`the age of the oldest mail was wrong while the mail server was ${phase}`);
          if (figures.details.length < 8) figures.details.push(`${phase}: it said ${oldest} s after ${age.toFixed(1)} s`);
        }
      }
      await wait(500);
    }
  }
}

function quantile(times, part) {
  const sorted = times.toSorted((a, b) => a - b);
  return Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))]);
}
