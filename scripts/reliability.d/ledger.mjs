// What the server has acknowledged to one account, and what it left open: the measure of what must be kept.
//
// A change whose outcome nobody told may have been made or not, now or a little later. So both values are right until
// a newer change is acknowledged; from then on only the newer one is.

/** A single value with its history. Values must not repeat. */
export class Value {
  /** Changes whose outcome is unknown, since the last one that was acknowledged. */
  possible = [];
  #refused = new Set();
  #refusedLately = [];
  /** Changes that were left open, before and after they were superseded. */
  #open = new Set();

  constructor(acknowledged) {
    this.acknowledged = acknowledged;
  }

  get isCertain() {
    return this.possible.length === 0;
  }

  acknowledge(value) {
    this.#refusedLately = [];
    this.possible = [];
    this.acknowledged = value;
  }

  leaveOpen(value) {
    this.#open.add(value);
    this.possible.push(value);
  }

  refuse(value) {
    this.#refused.add(value);
    this.#refusedLately.push(value);
  }

  /** Where it cannot be read, and is seen to be another one than it should be: all that it may be. */
  doubt() {
    this.possible.push(...this.#refusedLately);
  }

  /** What is wrong when this value is found; null when nothing is. */
  judge(found) {
    if (found === this.acknowledged || this.possible.includes(found)) return null;
    if (this.#refused.has(found)) return 'madeThoughRefused';
    return this.#open.has(found) ? 'appliedLate' : 'lost';
  }

  /** Goes on from a value that should not be there, so that one mistake is counted once. */
  adopt(found) {
    this.possible.push(this.acknowledged);
    this.acknowledged = found;
  }
}

/** One session of an account. */
export class SessionEntry {
  /** `live`; `open` when nobody knows whether it was ended; `ended` when that was acknowledged. */
  state = 'live';
  /** When a refresh was first left open, until it is asked again and answered. */
  openSince = null;
  /** Whether a refresh was refused since the last one that was acknowledged. */
  wasRefused = false;
  /** Whether its end was refused. */
  wasEndRefused = false;
  tradedAt = null;

  constructor({ session, tokens }, device) {
    this.id = session.id.replaceAll('-', '');
    this.device = device;
    this.keep(tokens);
  }

  keep({ accessToken, refreshToken }) {
    this.accessToken = accessToken;
    this.refreshToken = refreshToken;
    this.generation = generationOf(refreshToken);
    this.openSince = null;
    this.wasRefused = false;
  }

  /** What is wrong with a live session that is found at this generation. */
  judge(generation) {
    if (generation === this.generation) return null;
    if (generation < this.generation) return 'lost';
    if (this.openSince !== null && generation === this.generation + 1) return null;
    return this.wasRefused ? 'madeThoughRefused' : 'lost';
  }
}

/** A refresh token says how often it was traded: `pcr_`, then 16 bytes of the session's id, then 8 of the generation. */
export function generationOf(token) {
  return Number(Buffer.from(token.slice('pcr_'.length), 'base64url').readBigInt64BE(16));
}

/** One account. */
export class Account {
  /** The hash of the password that was acknowledged last; null while that is not certain. */
  hash = null;
  /** Whether a change of the password was refused since that hash was read. */
  passwordWasRefused = false;
  sessions = [];
  /** How many more there may be, of sign-ins of unknown outcome. */
  unseenSessions = 0;
  /** Devices of sign-ins that were refused, of which nothing may be there. */
  refusedDevices = new Set();

  constructor({ email, name, password }) {
    this.email = email;
    this.name = new Value(name);
    this.password = new Value(password);
  }

  with(state) {
    return this.sessions.filter((session) => session.state === state);
  }

  forget(session) {
    this.sessions = this.sessions.filter((other) => other !== session);
  }

  /** Compares with what a connection of its own reads; what is wrong, and where. */
  compare(found) {
    if (!found) return [{ kind: 'lost', what: `${this.email}: the account` }];
    return [...this.#compareName(found), ...this.#comparePassword(found), ...this.#compareSessions(found)];
  }

  #compareName({ name }) {
    const kind = this.name.judge(name);
    if (!kind) return [];
    const what = `${this.email}: the name is "${name}" and not "${this.name.acknowledged}"`;
    this.name.adopt(name);
    return [{ kind, what }];
  }

  #comparePassword({ hash }) {
    if (this.hash === null || hash === this.hash || !this.password.isCertain) return [];
    // Which password it is will show at the next login.
    this.hash = null;
    this.password.doubt();
    const kind = this.passwordWasRefused ? 'madeThoughRefused' : 'lost';
    return [{ kind, what: `${this.email}: the hash is not that of the password acknowledged last` }];
  }

  #compareSessions({ sessions }) {
    const wrong = [];
    for (const session of this.sessions) {
      const there = sessions.get(session.id);
      const say = (kind, what) => {
        wrong.push({ kind, what: `${this.email}: session ${session.id.slice(-6)} ${what}` });
        // Counted once: what follows from it says nothing new.
        this.forget(session);
      };
      if (session.state === 'ended' && there) say('lost', 'lives, though its end was acknowledged');
      if (session.state !== 'live') continue;
      if (!there) {
        say(session.wasEndRefused ? 'madeThoughRefused' : 'lost', 'is not there');
        continue;
      }
      const kind = session.judge(there.generation);
      if (kind) say(kind, `has generation ${there.generation} and not ${session.generation}`);
    }
    for (const { device } of sessions.values()) {
      if (!this.refusedDevices.delete(device)) continue;
      wrong.push({ kind: 'madeThoughRefused', what: `${this.email}: a session of the refused sign-in ${device} is there` });
    }
    return wrong;
  }
}
