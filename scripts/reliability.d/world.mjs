// One try: an empty database, a server on it, and those who write to it.
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { checkAfterRestart, checkCapacity, checkLeftovers } from './checks.mjs';
import { Client } from './client.mjs';
import { Figures } from './figures.mjs';
import { Newcomers } from './newcomers.mjs';
import { Portcullis } from './portcullis.mjs';
import { Proxy } from './proxy.mjs';
import { Writer } from './writers.mjs';

export const WRITERS = 6;
const POOL = 10;

/** Makes one, lets `attempt` do with it what it likes, and clears it away. Gives the figures. */
export async function inWorld(options, attempt) {
  const world = new World(options);
  try {
    await world.open(options);
    await attempt(world);
  } catch (error) {
    world.figures.problem(`it broke off: ${error.stack}`);
  } finally {
    await world.close();
  }
  return world.figures;
}

class World {
  figures = new Figures();
  writers = [];

  constructor({ database, folder, chance, poolSize = POOL }) {
    Object.assign(this, { database, chance, poolSize });
    this.folder = mkdtempSync(join(folder, 'server.'));
  }

  /** With `delay` or `cuts` there is a proxy between the server and its database. */
  async open({ binary, settings, own = {}, delay = 0, cuts = false, writers = WRITERS, weights, isMixed = false }) {
    this.place = this.database.create();
    const { url } = this.place;
    if (url && (delay > 0 || cuts)) {
      const { wire, defaultPort } = this.database;
      const seed = this.chance.below(2 ** 32);
      this.proxy = await Proxy.start({ port: Number(url.port || defaultPort), host: url.hostname, wire, delay, seed });
    }
    const through = this.proxy ? { PORTCULLIS_DATABASE_URL: this.#through(url) } : {};
    this.server = await Portcullis.start(binary, this.folder, {
      PORTCULLIS_DATABASE_MAX_CONNECTIONS: String(this.poolSize),
      ...this.place.settings,
      ...through,
      ...own,
      ...settings,
    });
    this.reader = this.place.reader(this.server.dataFolder);
    for (let number = 0; number < writers; number += 1) {
      const name = `writer-${number}`;
      const client = this.client({ keepAlive: !isMixed || number % 2 === 0 });
      const writer = new Writer({ ...this.#shared(), name, client, chance: this.chance.fork(name), weights });
      this.writers.push(await writer.signUp());
    }
    this.newcomers = new Newcomers({ ...this.#shared(), client: this.client() });
  }

  #through(url) {
    return Object.assign(new URL(url), { hostname: '127.0.0.1', port: this.proxy.port }).href;
  }

  #shared() {
    const { database, reader, figures } = this;
    return { database, reader, figures };
  }

  /** What was answered to those who belong to this world, in order. */
  answers = [];

  client(options) {
    return new Client(this.server, { watch: (answer) => this.answers.push(answer), ...options });
  }

  /** Lets the writers and newcomers work until the promise is fulfilled, and then ask again for what was left open. */
  async during(promise) {
    const busy = this.busyUntil(promise);
    await Promise.all([promise, busy]);
    await this.settle();
  }

  async busyUntil(promise) {
    let isOver = false;
    const over = () => (isOver = true);
    promise.then(over, over);
    await Promise.all([...this.writers.map((writer) => writer.write(() => isOver)), this.newcomers.arrive(() => isOver)]);
  }

  async settle() {
    await Promise.all([...this.writers, this.newcomers].map((one) => one.settle()));
  }

  checkLeftovers(filesBefore) {
    return checkLeftovers({ ...this, filesBefore });
  }

  checkCapacity() {
    return checkCapacity({ ...this, writer: this.writers[0] });
  }

  /** Kills the server, starts it again, and looks whether all that was acknowledged is there. */
  async checkAfterKill(settings = {}) {
    await this.server.kill();
    await this.server.restart(settings);
    await checkAfterRestart(this);
  }

  /** What the server says of its own faults, for those who look for the cause. */
  logOfFaults() {
    return this.server.log.split('\n').filter((line) => /ERROR|panicked/.test(line));
  }

  async close() {
    this.reader?.close();
    await this.server?.running?.kill();
    if (this.server && this.figures.faults > 0) this.figures.details.push(...this.logOfFaults().slice(0, 3));
    await this.proxy?.stop();
    try {
      this.place?.drop();
    } catch (error) {
      this.figures.problem(`the database is gone: ${error.message}`);
    }
    rmSync(this.folder, { recursive: true, force: true });
  }
}
