// Writers: each has an account, changes it step by step, and knows what has been acknowledged. Each change that is
// acknowledged is read at once over another connection.
import { readAccount } from './databases/questions.mjs';
import { Unreadable } from './databases/reader.mjs';
import { isUnknown } from './client.mjs';
import { Account, SessionEntry } from './ledger.mjs';
import { holdsWithin, pause } from './time.mjs';

/** How often each thing is done. Logins and changes of passwords cost hashes. */
export const USUAL = { updateProfile: 8, refreshSession: 5, login: 3, revokeOtherSessions: 2, changePassword: 2, me: 2 };

/** A session that was traded gets the same answer again for half a minute, so that trading it proves nothing. */
const REPLAY_WINDOW = 31_000;
/** For so long a refresh of unknown outcome must work when it is asked again. */
const ASKED_AGAIN = 30_000;
/** After a refusal for the time being. */
const BREATH = 100;
/** At a hundred the server ends the oldest ones by itself. */
const MOST_SESSIONS = 40;

export class Writer {
  #number = 0;

  constructor({ name, client, database, reader, figures, chance, weights = USUAL }) {
    Object.assign(this, { client, database, reader, figures, chance, weights, name });
  }

  /** Makes the account. Nothing disturbs the server yet, so that all must go well. */
  async signUp() {
    const account = { email: `${this.name}@writers.example`, name: this.#nextName(), password: this.#nextPassword() };
    const answer = await this.client.ask('signup', { ...account, device: 'first' });
    if (answer.kind !== 'done') throw new Error(`the sign-up of ${this.name} was answered ${describe(answer)}`);
    this.account = new Account(account);
    this.main = new SessionEntry(answer.payload, 'first');
    this.account.sessions.push(this.main);
    this.account.hash = (await readAccount(this.database, this.reader, account.email)).hash;
    return this;
  }

  /** Does one thing after the other until it is stopped. */
  async write(isOver) {
    while (!isOver()) await this.turn();
  }

  async turn(operation = this.#choose()) {
    const answer = await this[operation]();
    await this.#noteAnswer(operation, answer);
    return answer;
  }

  /** Asks again for what was left open, until each has an answer. */
  async settle(patience = 10_000) {
    const end = performance.now() + patience;
    const isOpen = () => this.account.sessions.some(({ openSince, state }) => openSince !== null && state === 'live');
    while (isOpen() && performance.now() < end) await this.turn('refreshSession');
  }

  /** What is open is asked for again first, as a program would that got no tokens. */
  #choose() {
    if (!this.#isUsable()) return 'login';
    if (this.account.sessions.some(({ openSince, state }) => openSince !== null && state === 'live')) return 'refreshSession';
    if (this.account.with('live').length + this.account.unseenSessions > MOST_SESSIONS) return 'revokeOtherSessions';
    return this.chance.weighted(this.weights);
  }

  #isUsable() {
    return this.main.state === 'live' && this.account.sessions.includes(this.main);
  }

  async #noteAnswer(operation, answer) {
    this.figures.note(answer);
    if (answer.kind === 'done') {
      // Reads acknowledge nothing.
      if (operation !== 'me') this.figures.acknowledged += 1;
      await this.check(operation);
    } else {
      await pause(BREATH);
      // What is refused for the time being must not have been made. A database that stands still cannot be asked.
      if (!isUnknown(answer) && !this.database.isPaused) await this.check(`a refused ${operation}`);
    }
  }

  /** Compares the database with what was acknowledged. */
  async check(when) {
    let found;
    try {
      found = await readAccount(this.database, this.reader, this.account.email);
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error;
      this.figures.unreadable += 1;
      return;
    }
    if (found && when === 'changePassword') this.#noteHash(found.hash);
    for (const { kind, what } of this.account.compare(found)) this.figures.wrong(kind, `after ${when}: ${what}`);
  }

  /** A new password has a new hash, which is the account's from now on. */
  #noteHash(hash) {
    const { account } = this;
    if (hash === this.hashBefore) {
      this.figures.wrong('lost', `after changePassword: ${account.email}: the hash is still the old one`);
      // Which password is right now will show at the next login.
      account.password.possible.push(this.passwordBefore);
      account.hash = null;
    } else {
      account.hash = hash;
      account.passwordWasRefused = false;
    }
  }

  async updateProfile() {
    const { name } = this.account;
    const value = this.#nextName();
    const answer = await this.client.ask('updateProfile', { name: value }, this.main.accessToken);
    if (answer.kind === 'done') name.acknowledge(value);
    else if (isUnknown(answer)) name.leaveOpen(value);
    else name.refuse(value);
    this.#mustNotRefuse(answer);
    return answer;
  }

  async changePassword() {
    const { account } = this;
    const { password } = account;
    if (!password.isCertain) {
      const answer = await this.login();
      if (answer.kind !== 'done') return answer;
      await this.#noteAnswer('login', answer);
    }
    const value = this.#nextPassword();
    const keep = this.chance.below(2) === 0;
    const wasCertain = password.isCertain;
    [this.hashBefore, this.passwordBefore] = [account.hash, password.acknowledged];
    const variables = { current: password.acknowledged, new: value };
    const answer = await this.client.ask(keep ? 'changePasswordOnly' : 'changePassword', variables, this.main.accessToken);
    answer.operation = 'changePassword';
    if (answer.kind === 'done') {
      password.acknowledge(value);
      // Until it has been read.
      account.hash = null;
    } else if (isUnknown(answer)) {
      password.leaveOpen(value);
    } else {
      password.refuse(value);
      account.passwordWasRefused = true;
    }
    if (!keep) this.#endOthers(answer);
    const isIncorrect = answer.kind === 'refused' && answer.codes.includes('CURRENT_PASSWORD_INCORRECT');
    if (wasCertain || !isIncorrect) this.#mustNotRefuse(answer);
    return answer;
  }

  async revokeOtherSessions() {
    const answer = await this.client.ask('revokeOtherSessions', {}, this.main.accessToken);
    this.#endOthers(answer);
    this.#mustNotRefuse(answer);
    return answer;
  }

  async me() {
    const answer = await this.client.ask('me', {}, this.main.accessToken);
    if (answer.kind === 'done' && this.account.name.judge(answer.payload.name)) {
      const { acknowledged } = this.account.name;
      this.figures.wrong('lost', `${this.account.email}: me says "${answer.payload.name}" and not "${acknowledged}"`);
      this.account.name.adopt(answer.payload.name);
    }
    this.#mustNotRefuse(answer);
    return answer;
  }

  /** Signs in with the password that was acknowledged; where another one may have been set since, with that one, too. */
  async login() {
    const { account } = this;
    const { password } = account;
    const device = `${this.name} ${(this.#number += 1)}`;
    let answer;
    for (const candidate of [password.acknowledged, ...password.possible.toReversed()]) {
      answer = await this.client.ask('login', { email: account.email, password: candidate, device });
      const isOther = answer.kind === 'refused' && answer.codes.includes('INVALID_CREDENTIALS');
      if (isOther) continue;
      if (answer.kind === 'done') this.#signedIn(answer, candidate, device);
      else if (isUnknown(answer)) account.unseenSessions += 1;
      else account.refusedDevices.add(device);
      break;
    }
    this.#mustNotRefuse(answer);
    return answer;
  }

  #signedIn({ payload }, candidate, device) {
    const { account } = this;
    const { password } = account;
    if (candidate !== password.acknowledged) {
      // That change has been made. Others that are open can still be.
      const others = password.possible.filter((value) => value !== candidate);
      password.acknowledge(candidate);
      password.possible = others;
      account.hash = null;
    }
    const session = new SessionEntry(payload, device);
    account.sessions.push(session);
    if (!this.#isUsable()) this.main = session;
  }

  /** Trades a refresh token: one of unknown outcome again, else one that was not traded lately. */
  async refreshSession() {
    const now = performance.now();
    const live = this.account.with('live');
    const isDue = ({ tradedAt }) => tradedAt === null || now - tradedAt > REPLAY_WINDOW;
    const session = live.find(({ openSince }) => openSince !== null) ?? live.findLast(isDue);
    if (!session) return this.login();
    return this.trade(session);
  }

  async trade(session) {
    const isAgain = session.openSince !== null;
    const answer = await this.client.ask('refreshSession', { token: session.refreshToken });
    if (answer.kind === 'done') {
      const generation = session.generation;
      session.keep(answer.payload.tokens);
      session.tradedAt = answer.ended;
      if (session.generation < generation || session.generation > generation + 1) {
        this.figures.wrong('lost', `${this.account.email}: generation ${generation} was traded for ${session.generation}`);
      }
    } else if (isUnknown(answer)) {
      session.openSince ??= answer.began;
    } else if (answer.kind === 'told') {
      session.wasRefused = true;
    } else {
      // It is gone, rightly or not.
      this.account.forget(session);
      const isTooLate = isAgain && answer.began - session.openSince > ASKED_AGAIN;
      if (session.state === 'live' && !isTooLate) this.#mustNotRefuse(answer, isAgain ? ' when it was asked again' : '');
    }
    return answer;
  }

  #endOthers(answer) {
    const others = this.account.sessions.filter((session) => session !== this.main);
    if (answer.kind === 'done') {
      for (const session of others) session.state = 'ended';
      this.account.unseenSessions = 0;
    } else if (isUnknown(answer)) {
      for (const session of others.filter(({ state }) => state === 'live')) session.state = 'open';
    } else {
      for (const session of others) session.wasEndRefused = true;
    }
  }

  /** Everything that a writer asks for is right, so that a refusal is wrong unless it is for the time being. */
  #mustNotRefuse(answer, circumstance = '') {
    const isUnauthenticated = answer.kind === 'told' && answer.code === 'UNAUTHENTICATED';
    if (answer.kind !== 'refused' && !isUnauthenticated) return;
    const what = `${answer.operation} was answered ${describe(answer)}${circumstance}`;
    this.figures.wrong('wrongRefusals', `${this.account.email}: ${what}`);
    // With another session it may go on.
    if (isUnauthenticated) this.account.forget(this.main);
  }

  /** After a restart: all that was acknowledged is there, the password signs in, and the refresh tokens can be traded. */
  async checkAll(most = 4) {
    const { account, figures } = this;
    await this.check('the restart');
    const signedIn = await this.persist(() => this.login());
    figures.note(signedIn);
    if (signedIn.kind !== 'done' && signedIn.kind !== 'refused') {
      figures.wrong('lost', `${account.email}: no login after the restart: ${describe(signedIn)}`);
    }
    for (const session of account.with('live').slice(0, most)) {
      const traded = await this.persist(() => this.trade(session));
      figures.note(traded);
      if (traded.kind !== 'done' && traded.kind !== 'refused') {
        figures.wrong('lost', `${account.email}: no refresh after the restart: ${describe(traded)}`);
      }
    }
  }

  /** Asks again while the server has no time; nobody disturbs it any more. */
  async persist(ask) {
    let answer;
    await holdsWithin(10_000, async () => ['done', 'refused'].includes((answer = await ask()).kind), BREATH);
    return answer;
  }

  #nextName() {
    return `${this.name} is ${(this.#number += 1)}`;
  }

  #nextPassword() {
    return `a lantern under snow ${(this.#number += 1)} ${this.chance.below(2 ** 32).toString(36)}`;
  }
}

export function describe({ kind, code, codes, outcome, reason, failure }) {
  if (kind === 'told') return [code, outcome, reason].filter(Boolean).join(' ');
  if (kind === 'refused') return codes.join(', ');
  return kind === 'none' ? `nothing (${failure})` : 'well';
}
