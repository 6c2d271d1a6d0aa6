// Somebody who asks `me` at a fixed rate, on a thread of its own, so that the attack does not spoil the measuring.
//
// Each question has its time, whether or not the one before was answered: a server that stalls cannot hide it.
import { request, Agent } from 'node:http';
import { Worker, isMainThread, parentPort, workerData } from 'node:worker_threads';

const EVERY = 10;

export class Prober {
  static async start(url) {
    const worker = new Worker(new URL(import.meta.url), { workerData: url });
    const prober = new Prober(worker);
    await prober.#answer();
    return prober;
  }

  constructor(worker) {
    this.worker = worker;
  }

  /** Asks for so many seconds; gives the times of the answers in milliseconds, and the number of failures. */
  watch(seconds) {
    this.worker.postMessage({ seconds });
    return this.#answer();
  }

  /** Milliseconds until ten answers in a row were quicker than this. */
  async untilQuick(bound) {
    const begin = performance.now();
    for (let passed = 0; passed < 30_000; passed = performance.now() - begin) {
      const { times, failures } = await this.watch(0.1);
      if (failures === 0 && times.length > 0 && Math.max(...times) <= bound) return Math.round(passed);
    }
    return Infinity;
  }

  stop() {
    return this.worker.terminate();
  }

  #answer() {
    return new Promise((resolve, reject) => {
      this.worker.once('message', resolve);
      this.worker.once('error', reject);
    });
  }
}

export function quantiles({ times }) {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
  return { p50: at(0.5), p99: at(0.99), most: at(1) };
}

if (!isMainThread) {
  // An address may have 200 connections.
  const agent = new Agent({ keepAlive: true, maxSockets: 100 });
  const ask = (query, token) =>
    new Promise((resolve, reject) => {
      const sent = request(`${workerData}/graphql`, {
        agent,
        method: 'POST',
        headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
      });
      sent.once('error', reject).once('response', (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (part) => (text += part));
        response.once('end', () => resolve(JSON.parse(text))).once('error', reject);
      });
      sent.end(JSON.stringify({ query }));
    });
  const signup = `mutation { signup(input: { name: "Ada", email: "ada@example.com", password: "a lantern under snow" })
    { tokens { accessToken } } }`;
  const token = (await ask(signup)).data.signup.tokens.accessToken;

  parentPort.on('message', async ({ seconds }) => {
    const watched = { times: [], failures: 0 };
    const begin = performance.now();
    const asked = [];
    for (let due = begin; due < begin + seconds * 1000; due += EVERY) {
      const early = due - performance.now();
      if (early > 0) await new Promise((resolve) => setTimeout(resolve, early));
      const answered = ask('{ me { id } }', token).then(
        ({ data }) => (data?.me ? watched.times.push(performance.now() - due) : (watched.failures += 1)),
        () => (watched.failures += 1),
      );
      asked.push(answered);
    }
    await Promise.all(asked);
    parentPort.postMessage(watched);
  });
  parentPort.postMessage('ready');
}
