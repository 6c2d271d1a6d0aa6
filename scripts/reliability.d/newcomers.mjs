// Newcomers: one sign-up after the other, each with an address of its own.
import { readAccount, readEmails } from './databases/questions.mjs';
import { Unreadable } from './databases/reader.mjs';
import { isUnknown } from './client.mjs';
import { pause } from './time.mjs';
import { describe } from './writers.mjs';

const DOMAIN = 'newcomers.example';
const BREATH = 100;
/** How many of them sign in after a restart: each costs a hash. */
const SIGN_INS = 20;

export class Newcomers {
  /** What became of each: `made`, `open`, or `refused`. */
  outcomes = new Map();

  constructor({ client, database, reader, figures, name = 'newcomer' }) {
    Object.assign(this, { client, database, reader, figures, name });
  }

  async arrive(isOver) {
    while (!isOver()) await this.turn();
  }

  async turn() {
    const open = [...this.outcomes].find(([, outcome]) => outcome === 'open');
    const answer = open ? await this.again(open[0]) : await this.signUp();
    if (answer.kind !== 'done') await pause(BREATH);
    return answer;
  }

  signUp() {
    return this.#ask(`${this.name}-${this.outcomes.size}@${DOMAIN}`);
  }

  /** A sign-up of unknown outcome: either there is no such account yet, or it is the one that was asked for. */
  async again(email) {
    const answer = await this.#ask(email);
    if (answer.kind !== 'refused' || !answer.codes.includes('EMAIL_TAKEN')) return answer;
    const signedIn = await this.signIn(email);
    if (signedIn.kind === 'done') this.outcomes.set(email, 'made');
    return signedIn;
  }

  async settle(patience = 10_000) {
    const end = performance.now() + patience;
    while ([...this.outcomes.values()].includes('open') && performance.now() < end) await this.turn();
  }

  async signIn(email) {
    const answer = await this.client.ask('login', { email, password: passwordOf(email), device: 'again' });
    this.figures.note(answer);
    if (answer.kind === 'refused') this.figures.wrong('wrongRefusals', `${email}: login was answered ${describe(answer)}`);
    return answer;
  }

  async #ask(email) {
    const wasOpen = this.outcomes.get(email) === 'open';
    const answer = await this.client.ask('signup', { email, name: 'Newcomer', password: passwordOf(email), device: 'first' });
    this.figures.note(answer);
    if (answer.kind === 'done') {
      this.outcomes.set(email, 'made');
      this.figures.acknowledged += 1;
      await this.#check(email);
    } else if (isUnknown(answer)) {
      this.outcomes.set(email, 'open');
    } else if (answer.kind === 'told') {
      // One that was left open before is still open.
      if (!wasOpen) this.outcomes.set(email, 'refused');
    } else if (!(wasOpen && answer.codes.includes('EMAIL_TAKEN'))) {
      this.figures.wrong('wrongRefusals', `${email}: signup was answered ${describe(answer)}`);
      this.outcomes.set(email, 'refused');
    }
    return answer;
  }

  async #check(email) {
    try {
      const found = await readAccount(this.database, this.reader, email);
      if (!found) this.figures.wrong('lost', `${email} signed up and is not there`);
      else if (found.sessions.size === 0) this.figures.wrong('lost', `${email} signed up and has no session`);
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error;
      this.figures.unreadable += 1;
    }
  }

  /** After a restart: those who were told so have an account and can sign in, those who were refused have none. */
  async checkAll() {
    const there = await readEmails(this.reader, `${this.name}-%@${DOMAIN}`);
    for (const [email, outcome] of this.outcomes) {
      if (outcome === 'made' && !there.has(email)) this.figures.wrong('lost', `after the restart: ${email} is not there`);
      if (outcome === 'refused' && there.has(email)) {
        this.figures.wrong('madeThoughRefused', `after the restart: ${email} is there`);
      }
    }
    const made = [...this.outcomes].filter(([email, outcome]) => outcome === 'made' && there.has(email));
    for (const [email] of made.slice(-SIGN_INS)) {
      const answer = await this.signIn(email);
      if (answer.kind === 'told' || answer.kind === 'none') {
        this.figures.wrong('lost', `${email}: no login after the restart: ${describe(answer)}`);
      }
    }
  }
}

function passwordOf(email) {
  return `a lantern under snow of number ${email.replace(/\D/g, '')}`;
}
