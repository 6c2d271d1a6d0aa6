// Measures open sockets; scripts/sockets says how to call it.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { startServer } from '../server.mjs';

const require = createRequire(new URL('../../tests/clients/', import.meta.url));
const WebSocket = require('ws');

const program = process.argv[2] ?? 'target/release/portcullis';
const count = Number(process.argv[3] ?? 10_000);
const PER_PERSON = 40;
const PASSWORD = 'a lantern under quiet snow';
const SUBSCRIPTION = 'subscription { sessionRevoked { reason } }';
const TICKS = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));

const server = await startServer([program], {
  PORTCULLIS_MAX_CONNECTIONS: '25000',
  PORTCULLIS_MAX_CONNECTIONS_PER_ADDRESS: '25000',
  PORTCULLIS_MAX_SOCKETS: '30000',
  PORTCULLIS_SIGNUPS_PER_NETWORK: '0',
  PORTCULLIS_LOGINS_PER_NETWORK: '0',
});
try {
  await measure();
} finally {
  await server.stop();
}

async function measure() {
  const people = [];
  for (let number = 0; number < Math.ceil(count / PER_PERSON); number += 1) people.push(await signUp(number));
  const before = usage();
  const began = Date.now();
  const sockets = [];
  for (const [number, person] of people.entries()) {
    const mine = Math.min(PER_PERSON, count - number * PER_PERSON);
    // One network may have 20 sockets that are not signed in yet.
    for (let done = 0; done < mine; done += 10) {
      sockets.push(...(await Promise.all(Array.from({ length: Math.min(10, mine - done) }, () => open(person)))));
    }
  }
  const opened = usage();
  const bytes = (opened.rss - before.rss) / sockets.length;
  console.log(`${sockets.length} sockets opened in ${((Date.now() - began) / 1000).toFixed(1)} s`);
  console.log(`memory: ${mib(before.rss)} before, ${mib(opened.rss)} with them: ${(bytes / 1024).toFixed(1)} KiB each`);

  const seconds = 60;
  const idleFrom = usage();
  await pause(seconds * 1000);
  const idle = usage();
  console.log(`processor, idle: ${((100 * (idle.cpu - idleFrom.cpu)) / seconds).toFixed(1)} % of one, for ${seconds} s`);

  const heard = [];
  for (const person of people.slice(0, 100)) {
    const waiting = sockets.filter((socket) => socket.person === person).map((socket) => socket.ended);
    const endedAt = Date.now();
    await call('mutation { logout { wasSignedIn } }', {}, person.token);
    for (const at of await Promise.all(waiting)) heard.push(at - endedAt);
  }
  heard.sort((a, b) => a - b);
  const at = (share) => heard[Math.min(heard.length - 1, Math.floor(share * heard.length))];
  console.log(`${heard.length} ends heard after ${at(0.5)} ms (median), ${at(0.99)} ms (99 of 100), ${at(1)} ms (last)`);
  for (const socket of sockets) socket.terminate();
  await pause(2_000);
  console.log(`memory after all have gone: ${mib(usage().rss)}`);
}

async function signUp(number) {
  const input = { name: 'Grace', email: `grace${number}@example.com`, password: PASSWORD };
  const query = 'mutation ($input: SignupInput!) { signup(input: $input) { tokens { accessToken } } }';
  const { signup } = await call(query, { input });
  return { token: signup.tokens.accessToken };
}

async function call(query, variables, token) {
  const headers = { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) };
  const body = JSON.stringify({ query, variables });
  const answer = await (await fetch(`${server.url}/graphql`, { method: 'POST', headers, body })).json();
  if (answer.errors) throw new Error(JSON.stringify(answer.errors));
  return answer.data;
}

/** A socket that waits for the end of the session. */
function open(person) {
  const socket = new WebSocket(`${server.url.replace(/^http/, 'ws')}/graphql`, 'graphql-transport-ws');
  socket.person = person;
  socket.ended = new Promise((resolve) => {
    socket.on('message', (data) => {
      if (JSON.parse(data).type === 'next') resolve(Date.now());
    });
  });
  return new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.once('open', () => {
      socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization: `Bearer ${person.token}` } }));
    });
    socket.once('message', () => {
      socket.send(JSON.stringify({ type: 'subscribe', id: '1', payload: { query: SUBSCRIPTION } }));
      resolve(socket);
    });
  });
}

/** Resident memory in bytes, and processor time in seconds. */
function usage() {
  const fields = readFileSync(`/proc/${server.pid}/stat`, 'utf8').split(') ').at(-1).split(' ');
  return {
    rss: server.memory(),
    cpu: (Number(fields[11]) + Number(fields[12])) / TICKS,
  };
}

function mib(bytes) {
  return `${(bytes / 1024 / 1024).toFixed(0)} MiB`;
}

function pause(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
