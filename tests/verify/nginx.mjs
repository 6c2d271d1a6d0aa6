// The nginx of docs/verify.md before a service that tells which header fields reached it.
//
//   SECRET=… CONFIG=snippet.conf FOLDER=… node nginx.mjs http://localhost:8000
import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer, request as send } from 'node:http';
import path from 'node:path';
import { Person } from './people.mjs';
import { freePort, start, untilAnswered } from './services.mjs';

const { SECRET: secret, CONFIG: file, FOLDER: folder } = process.env;
const base = process.argv.at(-1);
const FIELDS = ['portcullis-user', 'portcullis-session', 'portcullis-roles'];

/** A service that says what it got. */
async function upstream() {
  const server = createServer((request, response) => {
    response.end(JSON.stringify({ method: request.method, headers: request.headers }));
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server.address().port;
}

/** The snippet with the addresses of this run, and what nginx needs besides. */
async function configure(port, service) {
  let snippet = await readFile(file, 'utf8');
  const host = new URL(base);
  for (const [printed, ours] of [
    ['listen 8080;', `listen 127.0.0.1:${port};`],
    ['http://127.0.0.1:3000', `http://127.0.0.1:${service}`],
    ['http://127.0.0.1:8000', `http://127.0.0.1:${host.port}`],
    ['gateway:SECRET', `gateway:${secret}`],
    ['accounts.example', host.host],
  ]) {
    assert.equal(snippet.split(printed).length, 2, `the snippet has ${printed} once`);
    snippet = snippet.replace(printed, ours);
  }
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  await mkdir(folder, { recursive: true });
  const config = `
    daemon off;
    worker_processes 1;
    pid ${folder}/nginx.pid;
    error_log stderr warn;
    events { worker_connections 256; }
    http {
      access_log off;
      ${temporary.map((name) => `${name}_temp_path ${folder}/${name};`).join('\n      ')}
      ${snippet}
    }`;
  const place = path.join(folder, 'nginx.conf');
  await writeFile(place, config);
  return place;
}

/** A request through nginx, with any header fields, also several of one name. */
function through(port, token, { headers = [], method = 'GET', place = '/' } = {}) {
  return new Promise((resolve, reject) => {
    const fields = [['host', 'api.example'], ['connection', 'close'], ...headers];
    if (token !== undefined) fields.push(['authorization', `Bearer ${token}`]);
    const request = send({ host: '127.0.0.1', port, method, path: place, headers: fields.flat() }, async (response) => {
      let text = '';
      for await (const piece of response) text += piece;
      resolve({ status: response.statusCode, headers: response.headers, text });
    });
    request.on('error', reject);
    request.end();
  });
}

const port = await freePort();
const config = await configure(port, await upstream());
start(process.env.NGINX ?? '/usr/sbin/nginx', ['-c', config, '-p', folder]);
await untilAnswered(`http://127.0.0.1:${port}/`);
const ada = await Person.signUp(base);
const token = ada.tokens.serviceToken;
const seen = (answer) => {
  assert.equal(answer.status, 200, answer.text);
  const { headers } = JSON.parse(answer.text);
  return FIELDS.map((name) => headers[name]);
};
const session = JSON.parse(Buffer.from(token.split('.')[1], 'base64url')).sid;
const expected = [ada.id, session, undefined];

assert.deepEqual(seen(await through(port, token)), expected);
assert.deepEqual(seen(await through(port, token, { method: 'POST' })), expected);
console.log('ok    a live token passes, and the service hears whose it is');

const forged = [
  ...FIELDS.map((name) => [name, 'admin']),
  ['Portcullis-Roles', 'admin'],
  ['Portcullis_User', 'admin'],
  ['Portcullis_Roles', 'admin'],
];
const answer = await through(port, token, { headers: forged });
assert.deepEqual(seen(answer), expected);
assert.ok(!answer.text.includes('admin'), answer.text);
console.log('ok    identity fields from outside are cleared, also where there is none of ours');

for (const [about, bad] of [['no token', undefined], ['a text', 'a.b.c'], ['the token for Portcullis', ada.tokens.accessToken]]) {
  const { status, headers } = await through(port, bad, { headers: forged });
  assert.equal(status, 401, about);
  assert.match(headers['www-authenticate'], /^Bearer/);
}
const withCookie = await through(port, undefined, { headers: [['cookie', `portcullis-access=${ada.tokens.accessToken}`]] });
assert.equal(withCookie.status, 401);
assert.equal((await through(port, token, { place: '/auth/verify' })).status, 404, 'the check is internal');
const asCaller = await through(port, token, { headers: [['portcullis-caller', 'gateway:wrong']] });
assert.equal(asCaller.status, 200, 'what a client calls itself is not sent on');
console.log('ok    no token, a bad one and cookies get 401; clients cannot ask by themselves');

const eve = await Person.signUp(base);
for (let turn = 0; turn < 20; turn += 1) assert.equal((await through(port, token)).status, 200);
await ada.logout();
assert.equal((await through(port, token)).status, 401, 'the very next request');
assert.equal((await through(port, eve.tokens.serviceToken)).status, 200);
console.log('ok    after a sign-out the very next request is refused');
process.exit(0);
