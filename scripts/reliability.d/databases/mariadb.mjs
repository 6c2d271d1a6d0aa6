// A MariaDB of its own, on a free port of this machine.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../../server.mjs';
import { privateFolder, run, Running, succeeds } from '../processes.mjs';
import { holdsWithin } from '../time.mjs';
import { Reader } from './reader.mjs';

const USER = 'mysql';

export class Mariadb {
  name = 'mariadb';
  wire = 'mysql';
  hex = (column) => `lower(hex(${column}))`;
  defaultPort = 3306;
  #number = 0;

  /** One that runs already, for scenarios that do not stop it. */
  static at(url) {
    const database = new Mariadb();
    database.address = new URL(url);
    return database;
  }

  static async start(folder) {
    const database = new Mariadb();
    database.folder = join(folder, 'mariadb');
    privateFolder(database.folder, USER);
    const me = run(['id', '-un']).trim();
    const install = ['mariadb-install-db', '--no-defaults', `--datadir=${database.folder}/data`, '--skip-test-db'];
    const root = ['--auth-root-authentication-method=socket', `--auth-root-socket-user=${me}`];
    run([...install, ...root], { user: USER });
    const password = 'only-on-loopback';
    database.address = new URL(`mysql://portcullis:${password}@127.0.0.1:${await freePort()}/mysql`);
    await database.restart();
    const grant = `create user portcullis@'127.0.0.1' identified by '${password}'; grant all on *.* to portcullis@'127.0.0.1'`;
    run([...database.#asRoot(), `--execute=${grant}`]);
    return database;
  }

  /** For a connection that takes a lock: somebody else may hold it for good. */
  shortWait = 'set innodb_lock_wait_timeout = 2';

  get isOwn() {
    return this.folder !== undefined;
  }

  async restart() {
    const command = ['mariadbd', '--no-defaults', `--datadir=${this.folder}/data`, `--socket=${this.folder}/socket`];
    const network = ['--bind-address=127.0.0.1', `--port=${this.address.port}`, '--skip-name-resolve', '--max-connections=300'];
    // The process is killed and the machine is not: a commit must be with the system, and need not be on the disk.
    const storage = ['--skip-log-bin', '--innodb-flush-log-at-trx-commit=2', '--innodb-use-native-aio=0'];
    const files = [`--pid-file=${this.folder}/pid`];
    const words = [...command, ...network, ...storage, ...files];
    this.running = new Running(words, { user: USER, cwd: '/', log: `${this.folder}.log` });
    const isUp = await holdsWithin(60_000, () => {
      if (!this.running.lives) throw new Error(`MariaDB ended at once: ${this.running.lastLines()}`);
      return succeeds([...this.#asRoot(), '--execute=select 1']);
    });
    if (!isUp) throw new Error('MariaDB did not start');
  }

  #asRoot() {
    return ['mariadb', '--no-defaults', `--socket=${this.folder}/socket`];
  }

  #client() {
    const { username, hostname, port } = this.address;
    const where = [`--host=${hostname}`, `--port=${port || this.defaultPort}`, `--user=${username}`];
    return ['mariadb', '--no-defaults', '--protocol=tcp', ...where];
  }

  get #password() {
    return { MYSQL_PWD: decodeURIComponent(this.address.password) };
  }

  create() {
    const name = `reliability_${process.pid}_${(this.#number += 1)}`;
    const execute = (statement) => run([...this.#client(), `--execute=${statement}`], { env: this.#password });
    execute(`create database ${name}`);
    const url = new URL(this.address);
    url.pathname = name;
    return {
      url,
      settings: { PORTCULLIS_DATABASE_URL: url.href },
      reader: () => this.#reader(name),
      drop: () => execute(`drop database ${name}`),
    };
  }

  #reader(name) {
    // Without --force it stops at the first error, which makes an error differ from an empty answer.
    const options = ['--batch', '--skip-column-names', '--unbuffered', '--skip-reconnect'];
    return new Reader([...this.#client(), ...options, name], this.#password, (marker) => `select '${marker}';`);
  }

  // InnoDB lists a transaction from the first row that it touches until its end.
  #transactions = `from information_schema.innodb_trx t join information_schema.processlist p
    on p.id = t.trx_mysql_thread_id where p.db = database() and p.id <> connection_id()`;

  async openTransactions(reader) {
    return Number((await reader.rows(`select count(*) ${this.#transactions}`))[0][0]);
  }

  async connections(reader) {
    // Readers are of the same user, and nothing here tells them from the server's connections.
    const rows = await reader.rows('select count(*) from information_schema.processlist where db = database()');
    return Number(rows[0][0]) - this.readers;
  }

  /** How many readers are connected. */
  readers = 1;

  async waitingForLocks(reader) {
    return Number((await reader.rows(`select count(*) ${this.#transactions} and t.trx_state = 'LOCK WAIT'`))[0][0]);
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
