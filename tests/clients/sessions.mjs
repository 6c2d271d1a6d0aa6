// Keeping a session, as docs/sessions.md shows it: with tokens in the body, with cookies, in a renderer.
//
//   node sessions.mjs http://localhost:8000
import assert from 'node:assert/strict';
import { ApolloClient, ApolloLink, CombinedGraphQLErrors, HttpLink, InMemoryCache, gql } from '@apollo/client';
import { SetContextLink } from '@apollo/client/link/context';
import { ErrorLink } from '@apollo/client/link/error';
import { from, switchMap, throwError } from 'rxjs';
import { newcomer, run, serverUrl } from './checks.mjs';
import { documentsFromManual, fromManual, importFromManual } from './manual.mjs';

const base = serverUrl();
const user = newcomer();
const { email, password } = user;
const network = globalThis.fetch;

const SIGNUP = 'mutation ($input: SignupInput!) { signup(input: $input) { userErrors { code } } }';
const LOGIN = `mutation ($input: LoginInput!) {
  login(input: $input) { tokens { accessToken refreshToken } userErrors { code } }
}`;
const ME = '{ me { email } }';
const LOGOUT = 'mutation { logout { wasSignedIn } }';

/** What is sent from here on: how many documents of each kind. With a jar it is a page of the server that sends. */
function watchNetwork(jar) {
  const sent = { refreshes: 0, others: 0 };
  const underWay = new Set();
  const send = async (url, init) => {
    const headers = new Headers(init.headers);
    if (jar) {
      headers.set('origin', new URL(base).origin);
      if (init.credentials === 'include' && jar.size > 0) {
        headers.set('cookie', [...jar].map((pair) => pair.join('=')).join('; '));
      }
    }
    const response = await network(url, { ...init, headers });
    for (const cookie of response.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(cookie);
      if (value) jar.set(name, value);
      else jar.delete(name);
    }
    return response;
  };
  globalThis.fetch = async (url, init) => {
    const isRefresh = init.body.includes('refreshSession');
    sent[isRefresh ? 'refreshes' : 'others'] += 1;
    // Calls that were sent together are also answered together: before the refresh that the first of them asks for.
    if (isRefresh) await Promise.all(underWay);
    const answer = send(url, init);
    if (!isRefresh) {
      underWay.add(answer);
      answer.finally(() => underWay.delete(answer));
    }
    return answer;
  };
  return sent;
}

async function signIn() {
  const body = JSON.stringify({ query: LOGIN, variables: { input: { email, password } } });
  const response = await network(`${base}/graphql`, {
    method: 'POST', headers: { 'content-type': 'application/json' }, body,
  });
  return (await response.json()).data.login.tokens;
}

/** A store of tokens, of which the access token is no good. */
async function worn() {
  const { refreshToken } = await signIn();
  return { tokens: { accessToken: 'has.run.out', refreshToken } };
}

const reasonOf = ({ errors }) => errors?.[0].extensions.reason;

await run([
  ['an account is made', async () => {
    watchNetwork();
    const { sessionOf } = await importFromManual('tokens.js', base);
    const visitor = sessionOf({ load: () => ({}), save: () => {} });
    const { data } = await visitor.ask(SIGNUP, { input: user });
    assert.deepEqual(data.signup.userErrors, []);
  }],

  ['tokens.js: ten calls with a worn token wait for one refresh, and are answered', async () => {
    const { sessionOf } = await importFromManual('tokens.js', base);
    const store = await worn();
    const before = store.tokens.refreshToken;
    const session = sessionOf({ load: () => store.tokens, save: (tokens) => { store.tokens = tokens; } });
    const sent = watchNetwork();
    const answers = await Promise.all(Array.from({ length: 10 }, () => session.ask(ME)));
    for (const { data } of answers) assert.equal(data.me.email, email);
    assert.deepEqual(sent, { refreshes: 1, others: 20 });
    assert.notEqual(store.tokens.refreshToken, before);
    assert.equal((await session.ask(ME)).data.me.email, email);
    assert.equal(sent.refreshes, 1);
  }],
  ['tokens.js: a session that has ended is not refreshed, and a dead refresh token ends the trying', async () => {
    const { sessionOf } = await importFromManual('tokens.js', base);
    const store = { tokens: await signIn() };
    const session = sessionOf({ load: () => store.tokens, save: (tokens) => { store.tokens = tokens; } });
    const sent = watchNetwork();
    assert.equal((await session.ask(LOGOUT)).data.logout.wasSignedIn, true);
    assert.equal(reasonOf(await session.ask(ME)), 'SESSION_REVOKED');
    assert.deepEqual(sent, { refreshes: 0, others: 2 });
    store.tokens.accessToken = 'has.run.out';
    assert.equal(reasonOf(await session.ask(ME)), 'TOKEN_INVALID');
    assert.deepEqual(sent, { refreshes: 1, others: 3 });
  }],
  ['Apollo Client does the same with tokens in the body', async () => {
    const { sessionOf } = await importFromManual('tokens.js', base);
    const { hasExpired } = await importFromManual('session.js', base);
    const store = await worn();
    const session = sessionOf({ load: () => store.tokens, save: (tokens) => { store.tokens = tokens; } });
    const retry = new ErrorLink(({ error, operation, forward }) => {
      if (!CombinedGraphQLErrors.is(error) || !error.errors.some(hasExpired)) return undefined;
      return from(session.refresh()).pipe(
        switchMap((isRenewed) => (isRenewed ? forward(operation) : throwError(() => error))),
      );
    });
    // Behind the link that retries, so that the second try has the new token.
    const bearer = new SetContextLink(() => ({ headers: { authorization: `Bearer ${store.tokens.accessToken}` } }));
    const client = new ApolloClient({
      link: ApolloLink.from([retry, bearer, new HttpLink({ uri: `${base}/graphql` })]),
      cache: new InMemoryCache(),
    });
    const sent = watchNetwork();
    const names = ['A', 'B', 'C', 'D', 'E'];
    const ask = (name) => client.query({ query: gql`query ${name} { me { email } }`, fetchPolicy: 'network-only' });
    for (const { data } of await Promise.all(names.map(ask))) assert.equal(data.me.email, email);
    assert.deepEqual(sent, { refreshes: 1, others: 10 });
  }],

  ['every GraphQL document of the manual fits the schema', async () => {
    const documents = await documentsFromManual();
    assert.ok(documents.length >= 3);
    watchNetwork();
    for (const query of documents) {
      const response = await fetch(`${base}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query }),
      });
      // It ran, with the answer for someone who is not signed in.
      const { errors = [] } = await response.json();
      for (const { extensions } of errors) assert.equal(extensions.code, 'UNAUTHENTICATED', query);
    }
  }],
  ['session.js: a page signs in, and lives through the end of its access cookie', async () => {
    const jar = new Map();
    const sent = watchNetwork(jar);
    const { ask } = await importFromManual('session.js', base);
    assert.equal(reasonOf(await ask(ME)), 'TOKEN_MISSING');
    const signIn = await fromManual('sign-in.js', base);
    const AsyncFunction = (async () => {}).constructor;
    const data = await new AsyncFunction('ask', 'email', 'password', `${signIn}; return data;`)(ask, email, password);
    assert.equal(data.me.email, email);
    assert.deepEqual([...jar.keys()].sort(), ['portcullis-access', 'portcullis-refresh']);
    assert.equal((await ask(ME)).data.me.email, email);
    assert.deepEqual(sent, { refreshes: 0, others: 4 });

    jar.delete('portcullis-access');
    const answers = await Promise.all(Array.from({ length: 10 }, () => ask(ME)));
    for (const { data } of answers) assert.equal(data.me.email, email);
    assert.deepEqual(sent, { refreshes: 1, others: 24 });

    assert.equal((await ask(LOGOUT)).data.logout.wasSignedIn, true);
    assert.equal(jar.size, 0);
    assert.equal(reasonOf(await ask(ME)), 'TOKEN_MISSING');
  }],
  ['apollo.js: so does a page with Apollo Client', async () => {
    const jar = new Map();
    const sent = watchNetwork(jar);
    const { ask } = await importFromManual('session.js', base);
    const { client } = await importFromManual('apollo.js', base);
    await ask(LOGIN, { input: { email, password, tokenDelivery: 'COOKIE' } });
    const query = (name) => client.query({ query: gql`query ${name} { me { email } }`, fetchPolicy: 'network-only' });
    assert.equal((await query('First')).data.me.email, email);
    jar.delete('portcullis-access');
    const names = ['A', 'B', 'C', 'D', 'E'];
    for (const { data } of await Promise.all(names.map(query))) assert.equal(data.me.email, email);
    assert.deepEqual(sent, { refreshes: 1, others: 12 });
    // And gives up when the session is over.
    await ask(LOGOUT);
    await assert.rejects(query('Last'), (error) => error.errors[0].extensions.reason === 'TOKEN_MISSING');
  }],

  ['renderer.js: a renderer knows the visitor by the access cookie, and nobody without one', async () => {
    const jar = new Map();
    watchNetwork(jar);
    const { ask } = await importFromManual('session.js', base);
    await ask(LOGIN, { input: { email, password, tokenDelivery: 'COOKIE' } });
    globalThis.fetch = network;
    const { viewerOf } = await importFromManual('renderer.js', base);
    const visit = (cookie) => viewerOf(new Request('https://app.example/', { headers: cookie ? { cookie } : {} }));
    const cookies = [['theme', 'dark'], ...jar].map((pair) => pair.join('=')).join('; ');
    assert.deepEqual(await visit(cookies), { user: { name: user.name }, unauthenticatedReason: null });
    assert.deepEqual(await visit('theme=dark'), { user: null, unauthenticatedReason: 'TOKEN_MISSING' });
    assert.deepEqual(await visit(), { user: null, unauthenticatedReason: 'TOKEN_MISSING' });

    // Why it does not hand the header on.
    const response = await fetch(`${base}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', cookie: cookies },
      body: JSON.stringify({ query: ME }),
    });
    assert.equal(response.status, 403);
    assert.equal((await response.json()).errors[0].extensions.code, 'CSRF_BLOCKED');
  }],
]);
