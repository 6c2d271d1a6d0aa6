// Learning of the end of a session with graphql-ws, as docs/front-end.md shows it, and that client's behaviour at each
// way in which the server closes a socket.
//
//   node socket.mjs http://localhost:8000
import assert from 'node:assert/strict';
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';
import { newcomer, run, serverUrl } from './checks.mjs';
import { importFromManual } from './manual.mjs';

const base = serverUrl();
const user = newcomer();
const SIGN_UP = `mutation ($input: SignupInput!) {
  signup(input: $input) { session { id } tokens { accessToken refreshToken } userErrors { code } }
}`;
const LOGIN = `mutation ($input: LoginInput!) {
  login(input: $input) { session { id } tokens { accessToken refreshToken } userErrors { code } }
}`;
const SUBSCRIPTION = 'subscription { sessionRevoked { sessionId reason } }';

// Browsers have it; Node 20 does not.
globalThis.WebSocket = WebSocket;

async function call(query, variables, token) {
  const headers = { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) };
  const response = await fetch(`${base}/graphql`, { method: 'POST', headers, body: JSON.stringify({ query, variables }) });
  const { data, errors } = await response.json();
  assert.equal(errors, undefined);
  return data;
}

async function signIn() {
  const { login } = await call(LOGIN, { input: { email: user.email, password: user.password } });
  assert.deepEqual(login.userErrors, []);
  return { token: login.tokens.accessToken, id: login.session.id };
}

/** A promise, and how to keep it. */
function promised() {
  let keep;
  const promise = new Promise((resolve) => (keep = resolve));
  return { promise, keep };
}

const within = (ms, promise) =>
  Promise.race([promise, new Promise((_, reject) => setTimeout(() => reject(new Error(`not within ${ms} ms`)), ms))]);

/** A client of graphql-ws, and what it hears. */
function subscribed(options) {
  const [connected, ended] = [promised(), promised()];
  const client = createClient({ url: `${base.replace(/^http/, 'ws')}/graphql`, retryAttempts: 0, ...options });
  client.on('connected', connected.keep);
  client.subscribe({ query: SUBSCRIPTION }, {
    next: ({ data, errors }) => ended.keep({ data, errors }),
    error: (error) => ended.keep({ error }),
    complete: () => ended.keep({ isComplete: true }),
  });
  return { client, connected: connected.promise, ended: ended.promise };
}

await run([
  ['the code of the manual hears within a second why the session ended', async () => {
    const { signup } = await call(SIGN_UP, { input: user });
    assert.deepEqual(signup.userErrors, []);
    const { watchSession } = await importFromManual('watch-session.js', base);
    const heard = promised();
    const stop = watchSession(async () => signup.tokens.accessToken, heard.keep);
    await new Promise((resolve) => setTimeout(resolve, 500));
    await call('mutation { logout { wasSignedIn } }', {}, signup.tokens.accessToken);
    assert.equal(await within(1_000, heard.promise), 'LOGOUT');
    stop();
  }],
  ['another session of the same person goes on', async () => {
    const [one, two] = [await signIn(), await signIn()];
    const watched = subscribed({ connectionParams: { authorization: `Bearer ${one.token}` } });
    const ended = subscribed({ connectionParams: { authorization: `Bearer ${two.token}` } });
    await Promise.all([watched.connected, ended.connected]);
    await call(
      'mutation ($id: ID!) { revokeSession(input: { sessionId: $id }) { revokedSessionId } }', { id: two.id }, one.token,
    );
    const { data } = await within(1_000, ended.ended);
    assert.deepEqual(data.sessionRevoked, { sessionId: two.id, reason: 'REVOKED_BY_USER' });
    assert.equal(await Promise.race([watched.ended, new Promise((resolve) => setTimeout(resolve, 300, 'open'))]), 'open');
    watched.client.dispose();
  }],
  ['a session that has ended closes with 4401, after which the client gives up', async () => {
    const { token } = await signIn();
    await call('mutation { logout { wasSignedIn } }', {}, token);
    let tries = 0;
    const { ended } = subscribed({
      retryAttempts: 3,
      connectionParams: () => ((tries += 1), { authorization: `Bearer ${token}` }),
    });
    const { error } = await within(5_000, ended);
    assert.deepEqual([error.code, error.reason], [4401, 'SESSION_REVOKED']);
    assert.equal(tries, 1);
  }],
  ['queries do not run on a socket', async () => {
    const { token } = await signIn();
    const client = createClient({
      url: `${base.replace(/^http/, 'ws')}/graphql`, connectionParams: { authorization: `Bearer ${token}` },
    });
    const heard = promised();
    client.subscribe({ query: '{ me { id } }' }, { next: heard.keep, error: heard.keep, complete: () => {} });
    const [error] = await within(2_000, heard.promise);
    assert.equal(error.extensions.code, 'BAD_REQUEST');
    client.dispose();
  }],
]);
