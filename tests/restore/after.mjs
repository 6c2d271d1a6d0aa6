// The second half of the restore drill: what must be true of a server on a restored database.
//
//   node after.mjs LEDGER URL      LEDGER is what before.mjs has written
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { run } from '../clients/checks.mjs';
import { Server, tokensOf } from './people.mjs';

const [ledger, url] = process.argv.slice(2);
const { people, newer, late, keys } = JSON.parse(readFileSync(ledger, 'utf8'));
const server = new Server(url);
const [refreshed] = people;

await run([
  ['the keys are the same', async () => assert.equal(await server.keys(), keys)],

  ['access tokens from before the backup work, with everything as it was then', async () => {
    for (const person of people) assert.deepEqual(await server.me(person), { email: person.email, name: 'Grace' });
  }],

  ['everybody whose account was acknowledged before the backup signs in', async () => {
    for (const person of people) assert.equal(await server.canSignIn(person), true, person.email);
  }],

  ['somebody who signed up after the backup has no account', async () => {
    assert.equal(await server.canSignIn(late), false);
  }],

  ['a refresh token that is newer than the backup is refused, and does not end its session', async () => {
    const { userErrors } = await server.refresh(newer);
    assert.deepEqual(userErrors, [{ code: 'REFRESH_TOKEN_INVALID' }]);
    assert.equal((await server.me(refreshed)).email, refreshed.email);
  }],

  ['refresh tokens from before the backup work', async () => {
    for (const person of people) assert.ok(tokensOf(await server.refresh(person)).accessToken);
  }],
]);
