// Stands between the server and its database, on a thread of its own: it makes the way longer, and cuts it.
//
// Cuts are made at random, or on purpose where a certain statement passes (see statements.mjs): before it reaches the
// database, or after it, so that the answer is lost.
import { connect, createServer } from 'node:net';
import { Worker, isMainThread, parentPort, workerData } from 'node:worker_threads';
import { Chance } from './chance.mjs';
import { statementsOf } from './statements.mjs';

/** How long an answer is waited for that will be swallowed. */
const PATIENCE = 2_000;

export class Proxy {
  static async start(options) {
    const worker = new Worker(new URL(import.meta.url), { workerData: options });
    const proxy = new Proxy(worker);
    proxy.port = await proxy.#answer();
    return proxy;
  }

  constructor(worker) {
    this.worker = worker;
  }

  /**
   * Cuts the connection on which the next such statement passes: `write` for one that changes rows, or the `commit` of
   * one, where the text of that is like `about`. `isForwarded` tells whether it reaches the database. With `isAnswered`
   * the answer comes through, and from then on the database is away, for all connections, until the cut is disarmed.
   */
  arm({ kind, isForwarded, isAnswered = false }, about) {
    return this.#ask({ order: 'arm', kind, isForwarded, isAnswered, about });
  }

  /** Whether the cut has been made, and whether it was in a transaction; disarms. */
  disarm() {
    return this.#ask({ order: 'disarm' });
  }

  /** From now on each chunk of bytes may be the last one of its connection, with this likelihood. */
  cutAtRandom(likelihood) {
    return this.#ask({ order: 'random', likelihood });
  }

  stop() {
    return this.worker.terminate();
  }

  #ask(message) {
    this.worker.postMessage(message);
    return this.#answer();
  }

  #answer() {
    return new Promise((resolve, reject) => {
      this.worker.once('error', reject);
      this.worker.once('message', (message) => {
        this.worker.off('error', reject);
        resolve(message);
      });
    });
  }
}

if (!isMainThread) {
  const { port, host, wire, delay, seed } = workerData;
  const chance = new Chance(seed);
  let armed = null;
  let fired = null;
  let cuts = 0;
  let likelihood = 0;
  let isAway = false;
  const open = new Set();
  const goAway = () => {
    isAway = true;
    for (const cut of open) cut();
  };

  const server = createServer((client) => {
    if (isAway) return client.resetAndDestroy();
    const database = connect({ port, host });
    const statements = statementsOf(wire);
    let isSwallowing = false;
    let isLast = false;
    const cut = () => {
      open.delete(cut);
      for (const socket of [client, database]) if (!socket.destroyed) socket.resetAndDestroy();
    };
    open.add(cut);
    for (const [from, to] of [[client, database], [database, client]]) {
      from.setNoDelay(true);
      from.on('error', cut);
      from.once('close', () => {
        open.delete(cut);
        to.destroy();
      });
    }
    const pass = (socket, bytes) => {
      const write = () => socket.destroyed || socket.write(bytes);
      if (delay > 0) setTimeout(write, delay);
      else write();
    };
    const isRandomCut = () => {
      if (likelihood === 0 || chance.next() >= likelihood) return false;
      cuts += 1;
      // The bytes may have reached the other side or not.
      return true;
    };
    client.on('data', (bytes) => {
      const met = statements.sent(bytes).find(({ kind, writes }) => kind === armed?.kind && armed.about.test(writes));
      if (met) {
        const { isForwarded, isAnswered } = armed;
        [fired, armed] = [{ isInTransaction: met.isInTransaction }, null];
        if (!isForwarded) return cut();
        if (isAnswered) {
          isLast = true;
        } else {
          isSwallowing = true;
          setTimeout(cut, PATIENCE);
        }
      } else if (isRandomCut()) {
        if (chance.below(2) === 0) database.write(bytes, () => cut());
        else cut();
        return;
      }
      pass(database, bytes);
    });
    database.on('data', (bytes) => {
      if (isSwallowing) return cut();
      // With an end in order, so that the answer is read first.
      if (isLast) return client.end(bytes, goAway);
      statements.answered(bytes);
      if (isRandomCut()) cut();
      else pass(client, bytes);
    });
  });
  server.listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port));

  parentPort.on('message', (message) => {
    let answer = true;
    if (message.order === 'arm') [armed, fired] = [message, null];
    if (message.order === 'disarm') [answer, armed, isAway] = [fired, null, false];
    if (message.order === 'random') [answer, likelihood, cuts] = [cuts, message.likelihood, 0];
    parentPort.postMessage(answer);
  });
}
