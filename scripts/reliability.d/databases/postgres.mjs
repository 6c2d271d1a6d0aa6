// A PostgreSQL of its own, on a free port of this machine.
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../../server.mjs';
import { privateFolder, run, Running, succeeds } from '../processes.mjs';
import { holdsWithin } from '../time.mjs';
import { Reader } from './reader.mjs';

const USER = 'postgres';

export class Postgres {
  name = 'postgres';
  wire = 'postgres';
  hex = (column) => `replace(${column}::text, '-', '')`;
  defaultPort = 5432;
  #number = 0;

  /** One that runs already, for scenarios that do not stop it. */
  static at(url) {
    const database = new Postgres();
    database.address = new URL(url);
    return database;
  }

  static async start(folder) {
    const database = new Postgres();
    const found = readdirSync('/usr/lib/postgresql').toSorted((a, b) => b - a);
    database.bin = found.map((version) => `/usr/lib/postgresql/${version}/bin`).find((bin) => existsSync(join(bin, 'postgres')));
    database.folder = join(folder, 'postgres');
    privateFolder(database.folder, USER);
    const password = 'only-on-loopback';
    run(['tee', join(database.folder, 'password')], { user: USER, input: password });
    const initdb = [join(database.bin, 'initdb'), `--pgdata=${database.folder}/data`, '--encoding=UTF8', '--locale=C.UTF-8'];
    const who = ['--username=portcullis', '--auth=scram-sha-256', `--pwfile=${database.folder}/password`];
    run([...initdb, ...who, '--no-sync'], { user: USER });
    database.address = new URL(`postgres://portcullis:${password}@127.0.0.1:${await freePort()}/postgres`);
    await database.restart();
    return database;
  }

  /** For a connection that takes a lock: somebody else may hold it for good. */
  shortWait = "set lock_timeout = '2s'";

  /** Whether it is ours to stop. */
  get isOwn() {
    return this.folder !== undefined;
  }

  async restart() {
    // The process is killed and the machine is not, so waiting for the disk would prove nothing; a commit must be with
    // the system all the same, and pages whole.
    const durability = ['fsync=off', 'synchronous_commit=on', 'full_page_writes=on'];
    const options = [...durability, 'max_connections=300', 'listen_addresses=127.0.0.1'];
    const command = [join(this.bin, 'postgres'), '-D', `${this.folder}/data`, '-p', this.address.port, '-k', this.folder];
    const words = options.flatMap((option) => ['-c', option]);
    this.running = new Running([...command, ...words], { user: USER, cwd: '/', log: `${this.folder}.log` });
    const isUp = await holdsWithin(60_000, () => {
      if (!this.running.lives) throw new Error(`PostgreSQL ended at once: ${this.running.lastLines()}`);
      return succeeds(this.#words('select 1'));
    });
    if (!isUp) throw new Error('PostgreSQL did not start');
  }

  #words(statement) {
    return ['psql', this.address.href, '--no-psqlrc', '--quiet', '--tuples-only', '--no-align', `--command=${statement}`];
  }

  #psql(statement) {
    return run(this.#words(statement));
  }

  /** An empty database: where it is, and how to read it. */
  create() {
    const name = `reliability_${process.pid}_${(this.#number += 1)}`;
    this.#psql(`create database ${name}`);
    const url = new URL(this.address);
    url.pathname = name;
    return {
      url,
      settings: { PORTCULLIS_DATABASE_URL: url.href },
      reader: () => this.#reader(url),
      drop: () => this.#psql(`drop database ${name} with (force)`),
    };
  }

  #reader(url) {
    const command = ['psql', url.href, '--no-psqlrc', '--quiet', '--tuples-only', '--no-align', '--field-separator=\t'];
    return new Reader(command, {}, (marker) => `\\echo ${marker} :ERROR`);
  }

  // Without the connection that asks. Readers are of the same user, and known by their name.
  #servers = `from pg_stat_activity where datname = current_database() and application_name <> 'psql'`;

  async openTransactions(reader) {
    return Number((await reader.rows(`select count(*) ${this.#servers} and state like 'idle in transaction%'`))[0][0]);
  }

  async connections(reader) {
    return Number((await reader.rows(`select count(*) ${this.#servers} and backend_type = 'client backend'`))[0][0]);
  }

  async waitingForLocks(reader) {
    return Number((await reader.rows(`select count(*) ${this.#servers} and wait_event_type = 'Lock'`))[0][0]);
  }

  isPaused = false;

  pause() {
    this.isPaused = true;
    this.running.signalTree('SIGSTOP');
  }

  resume() {
    this.isPaused = false;
    this.running.signalTree('SIGCONT');
  }

  kill() {
    return this.running.kill();
  }

  async stop() {
    await this.running?.kill();
    if (this.folder) rmSync(this.folder, { recursive: true, force: true });
  }
}
