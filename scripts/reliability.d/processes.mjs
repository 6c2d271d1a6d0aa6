// Processes of our own: each dies with this one, and can be stopped and killed with all of its children.
import { execFile, spawn, spawnSync } from 'node:child_process';
import { chownSync, closeSync, mkdirSync, openSync, readdirSync, readFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { pause } from './time.mjs';

const running = new Set();
const isRoot = userInfo().uid === 0;

process.once('exit', () => {
  for (const started of running) started.killTree();
});
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));

/** Words that run a command as another user; who is not root runs it as oneself. The command dies with this process. */
function asUser(user, command) {
  const words = ['setpriv', '--pdeathsig', 'KILL'];
  if (user && isRoot) words.push(`--reuid=${user}`, `--regid=${user}`, '--clear-groups');
  return [...words, '--', ...command];
}

/** Makes a folder that only this user can look into. */
export function privateFolder(path, user) {
  mkdirSync(path, { mode: 0o700 });
  if (!user || !isRoot) return;
  const id = (option) => Number(run(['id', option, user]).trim());
  chownSync(path, id('-u'), id('-g'));
}

/** Runs a command to its end; gives what it wrote. */
export function run(command, { user, input, env } = {}) {
  const [program, ...words] = user ? asUser(user, command) : command;
  const options = { input, env: { ...process.env, ...env }, encoding: 'utf8', timeout: 120_000, cwd: '/' };
  const ended = spawnSync(program, words, options);
  if (ended.status !== 0) throw new Error(`${command[0]} ended with ${ended.status}: ${ended.stderr || ended.error?.message}`);
  return ended.stdout;
}

/** Whether a command ends well. Meanwhile the clients go on. */
export function succeeds([program, ...words], env) {
  return new Promise((resolve) => {
    execFile(program, words, { env: { ...process.env, ...env }, timeout: 10_000 }, (error) => resolve(error === null));
  });
}

/** A process that runs until it is stopped. */
export class Running {
  /** What it writes goes to the end of the file `log`. */
  constructor(command, { user, env, log, cwd } = {}) {
    const [program, ...words] = asUser(user, command);
    const output = openSync(log, 'a');
    this.log = log;
    // setpriv becomes the program, so this is the pid of the program itself.
    this.child = spawn(program, words, { stdio: ['ignore', output, output], env, cwd });
    closeSync(output);
    this.pid = this.child.pid;
    this.child.once('error', (error) => console.error(`${program}: ${error.message}`));
    running.add(this);
    this.ended = new Promise((resolve) =>
      this.child.once('exit', (code, signal) => {
        running.delete(this);
        resolve(signal ?? code);
      }),
    );
  }

  lastLines() {
    return readFileSync(this.log, 'utf8').trim().split('\n').slice(-3).join(' | ');
  }

  get lives() {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  /** The parent first, so that it starts no children that would be missed; then children until there are no new ones. */
  signalTree(signal) {
    const met = new Set();
    for (let found = [this.pid]; found.length > 0; found = descendants(this.pid).filter((pid) => !met.has(pid))) {
      for (const pid of found) {
        met.add(pid);
        send(pid, signal);
      }
    }
    return [...met];
  }

  /** Stopped first: once their parent is dead, children belong to somebody else and are not found. */
  killTree() {
    const found = this.signalTree('SIGSTOP');
    for (const pid of found) send(pid, 'SIGKILL');
    return found;
  }

  /** Ends all of them as a crash would, and waits until none is left. */
  async kill() {
    if (!this.lives) return;
    const killed = this.killTree();
    await this.ended;
    while (killed.some(exists)) await pause(20);
  }
}

function send(pid, signal) {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
  }
}

function exists(pid) {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

function descendants(root) {
  const children = new Map();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const parent = Number(/^PPid:\s+(\d+)$/m.exec(readFileSync(`/proc/${name}/status`, 'utf8'))[1]);
      children.set(parent, [...(children.get(parent) ?? []), Number(name)]);
    } catch {
      // It has ended meanwhile.
    }
  }
  const found = [];
  let next = children.get(root) ?? [];
  while (next.length > 0) {
    found.push(...next);
    next = next.flatMap((pid) => children.get(pid) ?? []);
  }
  return found;
}
