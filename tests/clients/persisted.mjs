// Automatic persisted queries with Apollo Client: texts travel once, hashes from then on.
//
//   node persisted.mjs http://localhost:8000
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { ApolloClient, ApolloLink, HttpLink, InMemoryCache, gql } from '@apollo/client';
import { PersistedQueryLink } from '@apollo/client/link/persisted-queries';
import { newcomer, run, serverUrl } from './checks.mjs';

const uri = `${serverUrl()}/graphql`;
const sha256 = (text) => createHash('sha256').update(text).digest('hex');

/** A client, and what it sent: for each request its method, and whether the text was in it. */
function clientOf({ token, useGETForHashedQueries = false } = {}) {
  const sent = [];
  const watched = (address, request) => {
    const parameters = request.method === 'GET' ? new URL(address).searchParams : new URLSearchParams();
    const hasText = request.method === 'GET' ? parameters.has('query') : 'query' in JSON.parse(request.body);
    sent.push(`${request.method} ${hasText ? 'text' : 'hash'}`);
    return fetch(address, request);
  };
  const headers = token ? { authorization: `Bearer ${token}` } : {};
  const client = new ApolloClient({
    link: ApolloLink.from([
      new PersistedQueryLink({ sha256, useGETForHashedQueries }),
      new HttpLink({ uri, fetch: watched, headers }),
    ]),
    cache: new InMemoryCache(),
    defaultOptions: { query: { fetchPolicy: 'network-only' } },
  });
  return { client, sent };
}

// Nobody has sent a document of this name before, so that the check can be run again on the same server.
const mark = Math.random().toString(36).slice(2);
const VIEWER = gql`query Viewer${mark} { viewer { isAuthenticated user { email } } }`;
const ME = gql`query Me${mark} { me { email } }`;
const SIGNUP = gql`
  mutation Signup${mark}($input: SignupInput!) { signup(input: $input) { tokens { accessToken } userErrors { code } } }
`;
const LOGOUT = gql`mutation Logout${mark} { logout { wasSignedIn } }`;

const user = newcomer();
let token;

await run([
  ['a document is sent when its hash is unknown, and by hash from then on, for every client', async () => {
    for (const expected of [['POST hash', 'POST text'], ['POST hash'], ['POST hash']]) {
      const { client, sent } = clientOf();
      const { data, error } = await client.query({ query: VIEWER });
      assert.equal(error, undefined);
      assert.equal(data.viewer.isAuthenticated, false);
      assert.deepEqual(sent, expected);
    }
  }],
  ['mutations with variables work the same way', async () => {
    for (const [input, expected] of [[user, 2], [newcomer(), 1]]) {
      const { client, sent } = clientOf();
      const { data } = await client.mutate({ mutation: SIGNUP, variables: { input } });
      assert.deepEqual(data.signup.userErrors, []);
      assert.equal(sent.length, expected);
      token ??= data.signup.tokens.accessToken;
    }
  }],
  ['the document is kept, not the answer: each gets an own one', async () => {
    const { data } = await clientOf({ token }).client.query({ query: ME });
    assert.equal(data.me.email, user.email);
    const { client } = clientOf();
    await assert.rejects(client.query({ query: ME }), (error) => error.errors[0].extensions.reason === 'TOKEN_MISSING');
  }],
  ['known queries can come by GET; mutations never do', async () => {
    const { client, sent } = clientOf({ token, useGETForHashedQueries: true });
    assert.equal((await client.query({ query: ME })).data.me.email, user.email);
    assert.equal((await client.mutate({ mutation: LOGOUT })).data.logout.wasSignedIn, true);
    assert.deepEqual(sent, ['GET hash', 'POST hash', 'POST text']);
    const extensions = { persistedQuery: { version: 1, sha256Hash: sha256('mutation { logout { wasSignedIn } }') } };
    const body = JSON.stringify({ query: 'mutation { logout { wasSignedIn } }', extensions });
    await fetch(uri, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
    const byGet = await fetch(`${uri}?${new URLSearchParams({ extensions: JSON.stringify(extensions) })}`);
    assert.equal(byGet.status, 405);
  }],
]);
