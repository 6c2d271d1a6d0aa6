// A server for one measurement: a free port, an empty data folder, and a proxy that may name clients.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Attackers who say in `X-Forwarded-For` who they are come from here. */
export const PROXY = '127.0.0.9';

/** Starts the server that `command` runs, with these settings, and waits half a minute at most until it is ready. */
export async function startServer(command, settings = {}) {
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), 'portcullis-server.'));
  const url = `http://127.0.0.1:${port}`;
  const [program, ...words] = [...command, 'serve'];
  const child = spawn(program, words, {
    stdio: ['ignore', 'ignore', 'ignore'],
    env: {
      PATH: process.env.PATH,
      PORTCULLIS_PUBLIC_URL: url,
      PORTCULLIS_LISTEN: `127.0.0.1:${port}`,
      PORTCULLIS_DATA_DIR: folder,
      PORTCULLIS_TRUSTED_PROXIES: PROXY,
      ...settings,
    },
  });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.once('error', (error) => console.error(`${program}: ${error.message}`));
  await ready(url, child);
  return {
    url,
    port,
    pid: child.pid,
    /** Bytes in memory: the kernel's VmRSS. */
    memory() {
      const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
      return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)[1]) * 1024;
    },
    async stop() {
      const lives = child.exitCode === null && child.signalCode === null;
      child.kill('SIGTERM');
      const code = await ended;
      rmSync(folder, { recursive: true, force: true });
      if (!lives || code !== 0) throw new Error(`the server ended with ${child.signalCode ?? code}`);
    },
  };
}

/** Waits half a minute at most until a server is ready. */
export async function ready(url, child) {
  for (let tries = 0; tries < 300; tries += 1) {
    if (child.exitCode !== null) throw new Error(`the server ended with ${child.exitCode}`);
    const answer = await fetch(`${url}/readyz`).catch(() => null);
    if (answer?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('the server was not ready within half a minute');
}

/** A port that nobody listened on a moment ago. */
export function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
