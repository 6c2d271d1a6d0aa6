// Hive Gateway in front of a running server and another subgraph, with the configuration of docs/federation.md.
//
//   PORTCULLIS_FEDERATION_SECRETS=… portcullis serve
//   ROUTER_SECRET=… PORTCULLIS_PROGRAM=target/debug/portcullis node gateway.mjs http://localhost:8000
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { composeServices } from '@theguild/federation-composition';
import { parse } from 'graphql';
import { newcomer, run, serverUrl } from '../clients/checks.mjs';
import { SDL as REVIEWS, serveReviews, serveWitness } from './reviews.mjs';

const base = serverUrl();
const secret = process.env.ROUTER_SECRET;
const program = process.env.PORTCULLIS_PROGRAM;
assert.ok(secret && program, 'Say the secret and the program: ROUTER_SECRET, PORTCULLIS_PROGRAM');

const SUBGRAPH = `${base}/federation/graphql`;
const NAMES = '{ reviews { text author { id name } } }';
// Packages are found from here.
const folder = await mkdtemp(new URL('node_modules/.gateway-', import.meta.url).pathname);
const gateways = [];

async function post(url, body, headers = {}) {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  return response.json();
}

async function signUp(name) {
  const query = `mutation ($input: SignupInput!) {
    signup(input: $input) { user { id } tokens { accessToken } userErrors { code } } }`;
  const answer = await post(`${base}/graphql`, { query, variables: { input: { ...newcomer(), name } } });
  assert.deepEqual(answer.data.signup.userErrors, []);
  return { id: answer.data.signup.user.id, name, token: answer.data.signup.tokens.accessToken };
}

function compose(accounts, accountsUrl, reviewsUrl) {
  const composed = composeServices([
    { name: 'accounts', typeDefs: parse(accounts), url: accountsUrl },
    { name: 'reviews', typeDefs: parse(REVIEWS), url: reviewsUrl },
  ]);
  assert.deepEqual(composed.errors ?? [], []);
  return composed.supergraphSdl;
}

/** The configuration of the manual. */
async function documented() {
  const manual = await readFile(new URL('../../docs/federation.md', import.meta.url), 'utf8');
  const [, code] = /^```js\n(import [^`]*defineConfig[\s\S]*?)^```$/m.exec(manual);
  return code;
}

async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Starts a gateway with this configuration and secret. Returns its address. */
async function startGateway(name, config, routerSecret) {
  const port = await freePort();
  const file = `${folder}/${name}.config.mjs`;
  await writeFile(file, config);
  const bin = new URL('node_modules/@graphql-hive/gateway/dist/bin.js', import.meta.url).pathname;
  const options = ['supergraph', `${folder}/supergraph.graphql`, '-c', file, '-h', '127.0.0.1', '-p', `${port}`];
  const gateway = spawn(process.execPath, [bin, ...options], {
    cwd: folder,
    env: { PATH: process.env.PATH, ROUTER_SECRET: routerSecret, NODE_ENV: 'production' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  gateways.push(gateway);
  let log = '';
  for (const stream of [gateway.stdout, gateway.stderr]) stream.on('data', (text) => (log += text));
  const url = `http://127.0.0.1:${port}/graphql`;
  for (let tries = 0; tries < 300; tries += 1) {
    if (gateway.exitCode !== null) break;
    const answer = await post(url, { query: '{ __typename }' }).catch(() => undefined);
    if (answer?.data?.__typename === 'Query') return url;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`the gateway ${name} did not start:\n${log}`);
}

const authors = [];
const askedOfAccounts = [];
const askedOfReviews = [];
const reviewsUrl = await serveReviews(() => authors.map((author) => author.id), askedOfReviews);
const witnessUrl = await serveWitness(SUBGRAPH, askedOfAccounts);
let sdl;
let gateway;

await run([
  ['the command prints the schema that the server serves to routers', async () => {
    sdl = execFileSync(program, ['schema', '--federation'], { encoding: 'utf8' });
    const headers = { authorization: `Bearer ${secret}` };
    const served = await post(SUBGRAPH, { query: '{ _service { sdl } }' }, headers);
    assert.equal(served.data._service.sdl, sdl);
  }],
  ['it composes with another subgraph', async () => {
    await writeFile(`${folder}/supergraph.graphql`, compose(sdl, witnessUrl, reviewsUrl));
  }],
  ['the names of twenty authors cost one request', async () => {
    for (let n = 0; n < 20; n += 1) authors.push(await signUp(`Author ${n}`));
    gateway = await startGateway('documented', await documented(), secret);
    askedOfAccounts.length = 0;
    const answer = await post(gateway, { query: NAMES });
    assert.equal(answer.errors, undefined, JSON.stringify(answer));
    assert.deepEqual(answer.data.reviews.map((it) => it.author), authors.map(({ id, name }) => ({ id, name })));
    assert.equal(askedOfAccounts.length, 1);
    assert.match(askedOfAccounts[0].body.query, /_entities/);
    assert.doesNotMatch(askedOfAccounts[0].body.query, /_entities[\s\S]*_entities/);
  }],
  ['an author who is gone has no name, and the others keep theirs', async () => {
    const gone = { id: '019ac1d2-7a4e-7c33-9d52-0242ac120002' };
    authors.splice(3, 0, gone);
    const answer = await post(gateway, { query: '{ reviews { author { name } } }' });
    const names = answer.data.reviews.map((it) => it.author?.name ?? null);
    assert.deepEqual(names, authors.map((author) => author.name ?? null));
    authors.splice(3, 1);
  }],
  ['credentials of a client reach the other subgraph and not this one', async () => {
    askedOfAccounts.length = 0;
    askedOfReviews.length = 0;
    const authorization = `Bearer ${authors[0].token}`;
    const headers = { authorization, cookie: 'portcullis-access=x; portcullis-refresh=y' };
    const answer = await post(gateway, { query: NAMES }, headers);
    assert.equal(answer.errors, undefined, JSON.stringify(answer));
    assert.equal(askedOfReviews[0].authorization, authorization);
    assert.equal(askedOfAccounts.length, 1);
    assert.equal(askedOfAccounts[0].headers.authorization, `Bearer ${secret}`);
    assert.equal(askedOfAccounts[0].headers.cookie, undefined);
  }],
  ['nobody can ask the gateway for more than a name', async () => {
    for (const field of ['email', 'roles', 'status']) {
      const answer = await post(gateway, { query: `{ reviews { author { ${field} } } }` });
      assert.match(answer.errors[0].message, new RegExp(field));
      assert.equal(answer.data ?? null, null);
    }
  }],
  ['with a wrong secret there are errors and no names', async () => {
    const wrong = await startGateway('wrong', await documented(), 'b7Tq2LmXe9RzKc4VhWy1NsJd6PgUf8Oa');
    const answer = await post(wrong, { query: NAMES });
    assert.equal(answer.errors[0].extensions.code, 'UNAUTHENTICATED', JSON.stringify(answer));
    for (const review of answer.data?.reviews ?? []) assert.equal(review.author?.name ?? null, null);
  }],
  ['a gateway that forwards the token of its client is noticed', async () => {
    const all = (await documented()).replace(/^.*subgraphName === 'accounts'.*\n/m, '');
    const forwarding = await startGateway('forwarding', all, secret);
    const answer = await post(forwarding, { query: NAMES }, { authorization: `Bearer ${authors[0].token}` });
    const { code, reason } = answer.errors[0].extensions;
    assert.deepEqual({ code, reason }, { code: 'FORBIDDEN', reason: 'USER_CREDENTIALS' });
  }],
]);
for (const started of gateways) started.kill();
await rm(folder, { recursive: true });
