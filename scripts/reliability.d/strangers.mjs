// Strangers: each connects, sends a whole request, and hangs up a moment later, whether or not it was answered.
import { connect } from 'node:net';
import { Client } from './client.mjs';
import { documents } from './documents.mjs';
import { describe } from './writers.mjs';

const UNDER_WAY = 60;
/** More than so many for each connection of the pool would only wait for each other, and never reach the database. */
const FOR_EACH_CONNECTION = 6;
/** Of these, so many ask for what costs a hash, for the same reason. */
const HASHING = 8;
/** Milliseconds until a stranger hangs up, at most. */
const PATIENCE = 60;
const THROWAWAYS = 8;

const COSTLY = { signup: 4, login: 4, loginOfNobody: 1, signupForm: 2, loginForm: 2 };
const CHEAP = { refreshSession: 2, updateProfile: 2, revokeOtherSessions: 3 };

export class Strangers {
  #number = 0;
  #accounts = [];

  constructor({ server, figures, chance, poolSize }) {
    Object.assign(this, { server, figures, chance });
    this.underWay = Math.min(UNDER_WAY, FOR_EACH_CONNECTION * poolSize);
    this.sent = 0;
    this.answered = 0;
    this.unreachable = 0;
  }

  /** Accounts that nobody will miss, and what a form needs to be taken. */
  async prepare() {
    const client = new Client(this.server);
    for (let number = 0; number < THROWAWAYS; number += 1) {
      const account = { email: `throwaway-${number}@strangers.example`, password: 'a lantern under snow' };
      const answer = await client.ask('signup', { ...account, name: 'Nobody' });
      if (answer.kind !== 'done') throw new Error(`a stranger's sign-up was answered ${describe(answer)}`);
      this.#accounts.push({ ...account, tokens: answer.payload.tokens });
    }
    client.end();
    const page = await fetch(`${this.server.url}/login`);
    this.cookie = page.headers.getSetCookie().map((cookie) => cookie.split(';')[0]).join('; ');
    const hidden = /<input[^>]*type="hidden"[^>]*>/.exec(await page.text())?.[0] ?? '';
    this.formField = [/name="([^"]*)"/.exec(hidden)?.[1], /value="([^"]*)"/.exec(hidden)?.[1]];
    if (!this.cookie || !this.formField[1]) throw new Error('the login page has no form that can be sent');
  }

  /**
   * So many strangers, one after the other in each of some lanes; more of them, three times as many at most, where the
   * machine is so slow that not `isEnough` was done at the same time.
   */
  async hangUp(count, isEnough) {
    let left = count;
    let more = 2 * count;
    const lanes = Array.from({ length: this.underWay }, async (_, lane) => {
      const chance = this.chance.fork(`lane ${lane}`);
      while (left > 0 || (more > 0 && !isEnough())) {
        if (left > 0) left -= 1;
        else more -= 1;
        await this.#one(chance, chance.weighted(lane < Math.min(HASHING, this.underWay / 3) ? COSTLY : CHEAP));
      }
    });
    await Promise.all(lanes);
  }

  #one(chance, kind) {
    const account = chance.pick(this.#accounts);
    const request = this.#request(kind, account);
    // Rather sooner than later: most requests are answered within some milliseconds.
    const delay = chance.next() ** 2 * PATIENCE;
    const isReset = chance.below(2) === 0;
    return new Promise((resolve) => {
      // From all over loopback, since an address may have only so many connections.
      const localAddress = `127.${1 + chance.below(100)}.${chance.below(250)}.${1 + chance.below(250)}`;
      const socket = connect({ port: this.server.port, host: '127.0.0.1', localAddress });
      let text = '';
      socket.setNoDelay(true).setEncoding('latin1');
      socket.on('data', (part) => (text += part));
      socket.on('error', (error) => {
        if (error.syscall === 'connect') this.unreachable += 1;
      });
      socket.once('close', () => {
        this.#judge(text, account);
        resolve();
      });
      socket.once('connect', () => {
        this.sent += 1;
        socket.write(request);
        setTimeout(() => {
          if (isReset) socket.resetAndDestroy();
          else socket.end(() => socket.destroy());
        }, delay);
      });
    });
  }

  /** Those who are answered before they hang up must not hear of a fault; new tokens serve the next stranger. */
  #judge(text, account) {
    if (text === '') return;
    this.answered += 1;
    const isFault = /INTERNAL_SERVER_ERROR|^HTTP\/1\.1 500/.test(text);
    if (isFault) this.figures.wrong('faults', `a stranger was answered ${text.slice(-300)}`);
    const refreshToken = /"refreshToken":"(pcr_[^"]+)"/.exec(text)?.[1];
    const accessToken = /"accessToken":"([^"]+)"/.exec(text)?.[1];
    if (refreshToken && accessToken && text.includes(account.email)) account.tokens = { refreshToken, accessToken };
  }

  #request(kind, { email, password, tokens }) {
    const number = (this.#number += 1);
    const newcomer = { email: `stranger-${number}@strangers.example`, password };
    switch (kind) {
      case 'signup':
        return this.#graphql(documents.signup, { ...newcomer, name: 'Stranger' });
      case 'login':
        return this.#graphql(documents.strangersLogin, { email, password });
      case 'loginOfNobody':
        return this.#graphql(documents.login, newcomer);
      case 'refreshSession':
        return this.#graphql(documents.strangersRefresh, { token: tokens.refreshToken });
      case 'updateProfile':
        return this.#graphql(documents.updateProfile, { name: `Nobody ${number}` }, tokens.accessToken);
      case 'revokeOtherSessions':
        return this.#graphql(documents.revokeOtherSessions, {}, tokens.accessToken);
      case 'signupForm':
        return this.#form('/signup', { ...newcomer, name: 'Stranger' });
      case 'loginForm':
        return this.#form('/login', { email, password });
    }
  }

  #graphql(query, variables, token) {
    const headers = ['Content-Type: application/json', ...(token ? [`Authorization: Bearer ${token}`] : [])];
    return this.#post('/graphql', headers, JSON.stringify({ query, variables }));
  }

  #form(path, fields) {
    const body = new URLSearchParams({ ...fields, [this.formField[0]]: this.formField[1] }).toString();
    const headers = ['Content-Type: application/x-www-form-urlencoded', `Cookie: ${this.cookie}`];
    return this.#post(path, [...headers, `Origin: ${this.server.url}`, 'Sec-Fetch-Site: same-origin'], body);
  }

  #post(path, headers, body) {
    const length = Buffer.byteLength(body);
    const head = [`POST ${path} HTTP/1.1`, `Host: 127.0.0.1:${this.server.port}`, ...headers, `Content-Length: ${length}`];
    return `${head.join('\r\n')}\r\n\r\n${body}`;
  }
}
