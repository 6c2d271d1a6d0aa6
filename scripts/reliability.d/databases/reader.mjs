// A database client that stays: another connection than the server's, so that what it sees is what was committed.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** The database could not be asked: this says nothing about what it holds. */
export class Unreadable extends Error {}

const PATIENCE = 30_000;

/** Feeds statements to a command-line client, one after the other, and reads rows of fields separated by tabs. */
export class Reader {
  #command;
  #env;
  #ending;
  #child = null;
  #last = Promise.resolve();
  #number = 0;

  /** `ending(marker)` is what makes the client print the marker after the rows, followed by `true` after an error. */
  constructor(command, env, ending) {
    this.#command = command;
    this.#env = env;
    this.#ending = ending;
  }

  /** Rows as arrays of texts. */
  rows(statement) {
    const answered = this.#last.then(() => this.#ask(statement));
    this.#last = answered.catch(() => {});
    return answered;
  }

  close() {
    this.#child?.kill('SIGKILL');
    this.#child = null;
  }

  #ask(statement) {
    const child = (this.#child ??= this.#start());
    const marker = `end-of-answer-${(this.#number += 1)}`;
    return new Promise((resolve, reject) => {
      const rows = [];
      const over = (error) => {
        clearTimeout(timer);
        child.lines.off('line', line);
        child.off('close', closed);
        if (!error) return resolve(rows);
        // It starts anew next time: what it has still to say belongs to this statement.
        child.kill('SIGKILL');
        if (this.#child === child) this.#child = null;
        reject(new Unreadable(error));
      };
      const line = (text) => {
        if (!text.startsWith(marker)) rows.push(text.split('\t'));
        else if (text === `${marker} true`) over(`failed: ${statement}`);
        else over(null);
      };
      const closed = () => over('the database client ended');
      const timer = setTimeout(() => over('the database did not answer'), PATIENCE);
      child.lines.on('line', line);
      child.once('close', closed);
      child.stdin.write(`${statement.replaceAll('\n', ' ')};\n${this.#ending(marker)}\n`, () => {});
    });
  }

  #start() {
    const [program, ...words] = this.#command;
    const child = spawn(program, words, { stdio: ['pipe', 'pipe', 'ignore'], env: { ...process.env, ...this.#env } });
    child.stdin.on('error', () => {});
    child.on('error', () => {});
    child.once('close', () => {
      if (this.#child === child) this.#child = null;
    });
    child.lines = createInterface({ input: child.stdout });
    return child;
  }
}
