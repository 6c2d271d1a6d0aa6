// Services that verify as docs/verify.md shows, while the keys of the server are replaced.
//
//   ALGORITHM=ES256 AUDIENCE=https://api.example PROGRAM=target/quick/portcullis DATA_DIR=… \
//     node run.mjs 'node=node service.mjs' 'go=./service' http://localhost:8000
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { calculateJwkThumbprint } from 'jose';
import { Issuer } from './issuer.mjs';
import { Person, kidOf } from './people.mjs';
import { Service, freePort } from './services.mjs';

const { ALGORITHM: algorithm, AUDIENCE: audience, PROGRAM: program, DATA_DIR: dataDir } = process.env;
const base = process.argv.at(-1);
const commands = process.argv.slice(2, -1);
const ROTATIONS = 3;

/** `portcullis key …` on the same data folder as the server. */
async function key(...args) {
  const env = {
    PATH: process.env.PATH,
    PORTCULLIS_PUBLIC_URL: base,
    PORTCULLIS_DATA_DIR: dataDir,
    PORTCULLIS_JWT_ALGORITHM: algorithm,
  };
  const { stdout } = await promisify(execFile)(program, ['key', '--json', ...args], { env });
  return stdout.trim() === '' ? undefined : JSON.parse(stdout);
}

const signingKid = async () => (await key('list')).find(({ state }) => state === 'signing').kid;

/** Tokens that live, and those of keys that were removed. */
class Pool {
  #tokens = [];
  #removed = new Set();

  add(id, token) {
    this.#tokens.push({ id, token, kid: kidOf(token) });
  }

  remove(kid) {
    this.#removed.add(kid);
  }

  isLive({ kid }) {
    return !this.#removed.has(kid);
  }

  /** The newest, or any other. */
  pick(isNewest) {
    const live = this.#tokens.filter((it) => this.isLive(it));
    return isNewest ? live.at(-1) : live[Math.floor(Math.random() * live.length)];
  }

  of(kid) {
    return this.#tokens.filter((it) => it.kid === kid);
  }
}

/** Asks a service with live tokens until the signal comes. Returns how often, and what was refused. */
async function keepAsking(service, pool, signal) {
  const refused = [];
  let asked = 0;
  for (; !signal.aborted; asked += 1) {
    const picked = pool.pick(asked % 2 === 0);
    const { status, id, body } = await service.bearer(picked.token);
    if ((status !== 200 || id !== picked.id) && pool.isLive(picked)) {
      refused.push({ at: new Date().toISOString(), kid: picked.kid, status, body });
    }
    await sleep(25);
  }
  return { service: service.name, asked, refused };
}

/** Gets one token after the other until the signal comes. */
async function keepRefreshing(people, pool, signal) {
  for (let turn = 0; !signal.aborted; turn += 1) {
    const person = people[turn % people.length];
    pool.add(person.id, await person.refresh());
    await sleep(100);
  }
}

async function untilSignedBy(kid, pool) {
  const end = Date.now() + 30_000;
  while (pool.of(kid).length === 0) {
    assert.ok(Date.now() < end, `no token was signed by ${kid}`);
    await sleep(50);
  }
}

async function rotations(services) {
  const people = [];
  for (let number = 0; number < 3; number += 1) people.push(await Person.signUp(base));
  const pool = new Pool();
  people.forEach(({ id, tokens }) => pool.add(id, tokens.serviceToken));
  const first = await signingKid();
  assert.equal(kidOf(people[0].tokens.serviceToken), first);
  const stop = new AbortController();
  const background = Promise.all([
    keepRefreshing(people, pool, stop.signal),
    ...services.map((service) => keepAsking(service, pool, stop.signal)),
  ]);
  const rotate = async () => {
    // Services read the keys for an unknown one every 10 seconds at most, and a key signs 10 seconds later.
    for (let rotation = 1; rotation <= ROTATIONS; rotation += 1) {
      await sleep(2_000);
      const { kid } = await key('rotate', '--now');
      await untilSignedBy(kid, pool);
      if (rotation === ROTATIONS - 1) {
        pool.remove(first);
        await key('retire', first);
      }
    }
    await sleep(2_000);
    stop.abort();
  };
  const [[, ...results]] = await Promise.all([background, rotate()]);
  for (const { service, asked, refused } of results) {
    console.log(`ok    ${algorithm} ${service}: ${asked} requests with live tokens during ${ROTATIONS} rotations, ${refused.length} refused`);
    assert.deepEqual(refused, [], `${service} refused live tokens`);
    assert.ok(asked > 100, `${service} was asked ${asked} times`);
  }
  // The services have read the keys since it was removed, to find the last one.
  for (const service of services) {
    for (const { token } of pool.of(first).slice(0, 3)) {
      assert.equal((await service.bearer(token)).status, 401, `${service.name} takes a token of a removed key`);
    }
    const session = await service.bearer(people[0].tokens.accessToken);
    assert.equal(session.status, 401, `${service.name} takes the token that is for Portcullis alone`);
    assert.equal((await service.bearer(people[0].tokens.serviceToken)).status, 200);
  }
  console.log(`ok    ${algorithm}: after \`key retire\` its tokens are refused, and session+jwt always`);
}

async function hostileTokens() {
  const issuer = await Issuer.start(algorithm, audience);
  const services = await Service.startAll(commands, { issuer: issuer.url, audience, algorithm });
  const [good, bad] = [await issuer.good(), await issuer.bad()];
  for (const service of services) {
    for (const [about, token] of good) {
      assert.deepEqual(await service.bearer(token).then(({ status, id }) => ({ status, id })), { status: 200, id: 'ada' }, `${service.name}: ${about}`);
    }
    for (const [about, header] of bad) {
      assert.equal((await service.me(header)).status, 401, `${service.name}: ${about}`);
    }
    assert.equal((await service.bearer(good[0][1])).status, 200, `${service.name} still works`);
    console.log(`ok    ${algorithm} ${service.name}: ${bad.length} bad tokens are refused, ${good.length} good ones are not`);
  }
  issuer.stop();
  const away = await Service.startAll(commands, { issuer: `http://localhost:${await freePort()}`, audience, algorithm });
  for (const service of away) {
    assert.equal((await service.bearer(good[0][1])).status, 503, `${service.name} without keys`);
  }
  console.log(`ok    ${algorithm}: without keys no token is called bad`);
}

/** The documents that services read. */
async function publicDocuments() {
  const url = `${base}/.well-known/jwks.json`;
  const response = await fetch(url);
  const { keys } = await response.json();
  assert.ok(keys.length > 0);
  const members = { ES256: ['crv', 'x', 'y'], RS256: ['e', 'n'], EdDSA: ['crv', 'x'] }[algorithm];
  for (const published of keys) {
    assert.deepEqual(Object.keys(published).sort(), ['alg', 'kid', 'kty', 'use', ...members].sort());
    assert.deepEqual([published.alg, published.use], [algorithm, 'sig']);
    assert.equal(published.kid, await calculateJwkThumbprint(published));
  }
  for (const address of [url, `${base}/.well-known/openid-configuration`]) {
    const { headers } = await fetch(address);
    assert.match(headers.get('cache-control'), /^public, max-age=[1-9]\d*$/);
    const again = await fetch(address, { headers: { 'if-none-match': headers.get('etag') } });
    assert.deepEqual([again.status, await again.text()], [304, '']);
  }
  const graphql = await fetch(`${base}/graphql?query={__typename}`, { headers: { accept: 'application/json' } });
  assert.equal(graphql.headers.get('cache-control'), 'no-store');
  console.log(`ok    ${algorithm}: the key set has ${keys.length} public keys, no private member, max-age and ETag`);
}

await publicDocuments();
const services = await Service.startAll(commands, { issuer: base, audience, algorithm });
await rotations(services);
await publicDocuments();
await hostileTokens();
process.exit(0);
