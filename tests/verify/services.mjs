// Starts services that verify tokens, and asks them. All speak the same: the settings are in the environment, and
// GET /me answers 200 with the id of the user, 401 for a bad token, or 503 without keys.
import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

const children = new Set();
process.on('exit', () => children.forEach((child) => child.kill('SIGKILL')));

/** A port that nobody listened on a moment ago. */
export function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

/** Starts a program that ends with this one. */
export function start(command, args, options) {
  const child = spawn(command, args, { stdio: ['ignore', 'inherit', 'inherit'], ...options });
  children.add(child);
  child.on('error', (error) => console.error(`cannot start ${command}: ${error.message}`));
  child.on('exit', () => children.delete(child));
  return child;
}

/** Waits until something answers at this address. */
export async function untilAnswered(url) {
  const end = Date.now() + 30_000;
  for (;;) {
    try {
      await (await fetch(url)).arrayBuffer();
      return;
    } catch (error) {
      if (Date.now() > end) throw new Error(`nothing answers at ${url}`, { cause: error });
      await sleep(50);
    }
  }
}

/** A service that was started, by its name in the list of services. */
export class Service {
  constructor(name, url) {
    this.name = name;
    this.url = url;
  }

  /** Starts each of `services`, texts of the form `name=command arguments`. */
  static startAll(services, { issuer, audience, algorithm }) {
    return Promise.all(services.map(async (text) => {
      const [, name, command] = /^([a-z]+)=(.+)$/.exec(text);
      const [program, ...args] = command.split(' ');
      const listen = `127.0.0.1:${await freePort()}`;
      const env = {
        PATH: process.env.PATH,
        PORTCULLIS_ISSUER: issuer,
        PORTCULLIS_AUDIENCE: audience,
        ALGORITHMS: algorithm,
        LISTEN: listen,
        PYTHONDONTWRITEBYTECODE: '1',
      };
      start(program, args, { env });
      const service = new Service(name, `http://${listen}`);
      await untilAnswered(service.url);
      return service;
    }));
  }

  /** What it answers to a request with this header: the status, and the id of the user. */
  async me(authorization) {
    const headers = authorization === undefined ? {} : { authorization };
    const response = await fetch(`${this.url}/me`, { headers });
    const body = await response.json().catch(() => ({}));
    return { status: response.status, id: body?.id, body };
  }

  /** The same for a bearer token. */
  async bearer(token) {
    return this.me(`Bearer ${token}`);
  }
}
