// The first half of the restore drill: people use a server while its database is backed up, and go on afterwards. What was
// acknowledged before the backup began is written down, for after.mjs.
//
//   node before.mjs LEDGER COMMAND... URL      COMMAND makes the backup
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { Server, tokensOf } from './people.mjs';

/** People with an account before the others arrive. */
const FIRST = 4;
/** How many sign up at the same time, one account after the other. */
const AT_ONCE = 3;
/** Accounts that those have made when the backup begins. */
const BEFORE = 6;

const [ledger, ...command] = process.argv.slice(2);
const server = new Server(command.pop());

/** Everybody who was told that there is an account now, in this order. */
const acknowledged = [];
let longest = 0;
let isOver = false;

async function arrive(name) {
  for (let number = 0; !isOver; number += 1) {
    const began = performance.now();
    acknowledged.push(await server.signUp(`${name}${number}@example.com`));
    longest = Math.max(longest, performance.now() - began);
  }
}

async function until(isTrue) {
  while (!isTrue()) await new Promise((resolve) => setTimeout(resolve, 10));
}

/** Runs the command to its end, which must be a good one. */
async function run([program, ...words]) {
  const child = spawn(program, words, { stdio: ['ignore', 'inherit', 'inherit'] });
  const code = await new Promise((resolve, reject) => child.once('error', reject).once('exit', resolve));
  if (code !== 0) throw new Error(`${program} ended with ${code}`);
}

for (let number = 0; number < FIRST; number += 1) acknowledged.push(await server.signUp(`first${number}@example.com`));
const arriving = Array.from({ length: AT_ONCE }, (_, number) => arrive(`arrival${number}-`));
await until(() => acknowledged.length >= FIRST + BEFORE);

const people = [...acknowledged];
longest = 0;
const began = performance.now();
await run(command);
const took = performance.now() - began;
const meanwhile = acknowledged.length - people.length;
isOver = true;
await Promise.all(arriving);
console.log(
  `${people.length} accounts before the backup, which took ${took.toFixed(0)} ms; ${meanwhile} sign-ups meanwhile, ` +
    `the longest took ${longest.toFixed(0)} ms`,
);

const [refreshed, signedOut, renamed] = people;
const newer = tokensOf(await server.refresh(refreshed));
await server.signOut(signedOut);
await server.rename(renamed, 'Somebody else');
const late = await server.signUp('late@example.com');
writeFileSync(ledger, JSON.stringify({ people, newer, late, keys: await server.keys() }), { mode: 0o600 });
