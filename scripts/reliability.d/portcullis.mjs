// The server that is tried: it can be killed, and started again on the same data.
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort, ready } from '../server.mjs';
import { Running } from './processes.mjs';

/** Limits that would only hide what is tried here, and hashes that take as little time as the settings allow. */
const SETTINGS = {
  PORTCULLIS_LOG_LEVEL: 'warn',
  PORTCULLIS_LOG_FORMAT: 'text',
  PORTCULLIS_SECRET: 'only for a server that lives for a minute on loopback',
  PORTCULLIS_HASH_ENGINE: 'simd',
  PORTCULLIS_HASH_QUEUE: '1024',
  // High and not off: counting attempts is work for the database, too.
  PORTCULLIS_ATTEMPTS_PER_ACCOUNT: '1000',
  PORTCULLIS_ATTEMPTS_IN_A_ROW: '1000000',
  PORTCULLIS_LOGINS_PER_NETWORK: '0',
  PORTCULLIS_ACCOUNT_WRITES: '0',
  PORTCULLIS_SIGNUPS_PER_NETWORK: '0',
};

export class Portcullis {
  constructor(binary, folder, settings) {
    this.binary = binary;
    this.folder = folder;
    this.settings = settings;
  }

  static async start(binary, folder, settings) {
    const server = new Portcullis(binary, folder, settings);
    mkdirSync(server.dataFolder, { recursive: true });
    server.port = await freePort();
    server.url = `http://127.0.0.1:${server.port}`;
    await server.restart();
    return server;
  }

  /** Another one on the same data, behind the same public address. */
  static async beside(server, settings) {
    const other = new Portcullis(server.binary, server.folder, { ...server.settings, ...settings });
    other.port = await freePort();
    other.url = `http://127.0.0.1:${other.port}`;
    other.publicUrl = server.url;
    await other.restart();
    return other;
  }

  get dataFolder() {
    return join(this.folder, 'data');
  }

  get logFile() {
    return join(this.folder, 'log');
  }

  get log() {
    return readFileSync(this.logFile, 'utf8');
  }

  /** Starts it, with additional settings where some are given. */
  async restart(settings = {}) {
    this.running = new Running([this.binary, 'serve', '--migrate'], {
      log: this.logFile,
      env: {
        PATH: process.env.PATH,
        PORTCULLIS_PUBLIC_URL: this.publicUrl ?? this.url,
        PORTCULLIS_LISTEN: `127.0.0.1:${this.port}`,
        PORTCULLIS_DATA_DIR: this.dataFolder,
        ...SETTINGS,
        ...this.settings,
        ...settings,
      },
    });
    try {
      await ready(this.url, this.running.child);
    } catch (error) {
      throw new Error(`${error.message}; it wrote: ${this.running.lastLines()}`);
    }
  }

  get pid() {
    return this.running.pid;
  }

  get lives() {
    return this.running.lives;
  }

  openFiles() {
    return readdirSync(`/proc/${this.pid}/fd`).length;
  }

  terminate() {
    this.running.child.kill('SIGTERM');
  }

  /** As a power cut would, for the process alone. */
  kill() {
    return this.running.kill();
  }
}
