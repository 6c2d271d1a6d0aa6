// Tokens in the body with urql: its auth exchange refreshes once, however many requests find the token expired.
//
//   node urql.mjs http://localhost:8000
import assert from 'node:assert/strict';
import { Client, fetchExchange, gql } from '@urql/core';
import { authExchange } from '@urql/exchange-auth';
import { newcomer, run, serverUrl } from './checks.mjs';
import { fetchWithExpiry } from './expiry.mjs';

const url = `${serverUrl()}/graphql`;

const SIGNUP = gql`
  mutation Signup($input: SignupInput!) {
    signup(input: $input) {
      tokens { accessToken refreshToken }
      userErrors { code message field }
    }
  }
`;
const LOGIN = gql`
  mutation Login($input: LoginInput!) {
    login(input: $input) {
      tokens { accessToken refreshToken }
      userErrors { code message field }
    }
  }
`;
const REFRESH = gql`
  mutation Refresh($input: RefreshSessionInput!) {
    refreshSession(input: $input) {
      tokens { accessToken refreshToken }
      userErrors { code }
    }
  }
`;
const LOGOUT = gql`mutation Logout { logout { wasSignedIn } }`;
const ME = gql`query Me { me { id email } }`;

const reasonsOf = (error) => error?.graphQLErrors.map(({ extensions }) => extensions.reason) ?? [];

/** A client that sends `session.tokens` along, and replaces them when they run out. */
function clientOf(session, fetch) {
  return new Client({
    url,
    fetch,
    preferGetMethod: false,
    requestPolicy: 'network-only',
    exchanges: [
      authExchange(async ({ appendHeaders, mutate }) => ({
        addAuthToOperation: (operation) =>
          session.tokens === null
            ? operation
            : appendHeaders(operation, { authorization: `Bearer ${session.tokens.accessToken}` }),
        didAuthError: (error) => session.tokens !== null && reasonsOf(error).includes('TOKEN_EXPIRED'),
        refreshAuth: async () => {
          const { refreshToken } = session.tokens;
          const { data, error } = await mutate(REFRESH, { input: { refreshToken } });
          // Nobody could say: the tokens may still be good for the next try.
          if (error) throw error;
          // Null when it is refused: the session is over, and what waits stays refused.
          session.tokens = data.refreshSession.tokens;
        },
      })),
      fetchExchange,
    ],
  });
}

const user = newcomer();
const session = { tokens: null };
const network = fetchWithExpiry();
const client = clientOf(session, network.fetch);

await run([
  ['a visitor is refused without a try to refresh: TOKEN_MISSING', async () => {
    const { data, error } = await client.query(ME, {}).toPromise();
    assert.deepEqual([data, reasonsOf(error)], [{ me: null }, ['TOKEN_MISSING']]);
    assert.equal(network.refreshes(), 0);
  }],
  ['signup gives both tokens in the body', async () => {
    const { data, error } = await client.mutation(SIGNUP, { input: user }).toPromise();
    assert.equal(error, undefined);
    assert.deepEqual(data.signup.userErrors, []);
    session.tokens = data.signup.tokens;
    assert.ok(session.tokens.refreshToken);
  }],
  ['a wrong password is a user error, and no failure of the request', async () => {
    const input = { email: user.email, password: 'not this one at all' };
    const { data, error } = await client.mutation(LOGIN, { input }).toPromise();
    assert.equal(error, undefined);
    const userErrors = [{ code: 'INVALID_CREDENTIALS', message: 'Invalid email or password', field: null }];
    assert.deepEqual(data.login, { tokens: null, userErrors });
  }],
  ['ten requests that find the access token expired are answered after one refresh', async () => {
    const before = session.tokens;
    network.expire(before.accessToken);
    const asked = Array.from({ length: 10 }, (_, i) => client.query(`query Me${i} { me { email } }`, {}).toPromise());
    for (const { data, error } of await Promise.all(asked)) {
      assert.equal(error, undefined);
      assert.equal(data.me.email, user.email);
    }
    assert.equal(network.refreshes(), 1);
    assert.notEqual(session.tokens.accessToken, before.accessToken);
    assert.notEqual(session.tokens.refreshToken, before.refreshToken);
  }],
  ['when the session was ended elsewhere, one try to refresh tells, and the tokens are gone', async () => {
    const { data } = await clientOf({ ...session }, fetch).mutation(LOGOUT, {}).toPromise();
    assert.equal(data.logout.wasSignedIn, true);
    network.expire(session.tokens.accessToken);
    const { error } = await client.query(ME, {}).toPromise();
    assert.deepEqual(error.graphQLErrors.map(({ extensions }) => extensions.code), ['UNAUTHENTICATED']);
    assert.equal(session.tokens, null);
    assert.equal(network.refreshes(), 2);
    assert.deepEqual(reasonsOf((await client.query(ME, {}).toPromise()).error), ['TOKEN_MISSING']);
  }],
]);
