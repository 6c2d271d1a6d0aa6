// Tokens in the body with graphql-request, which knows nothing of sessions: a refresh of one's own, once at a time.
//
//   node graphql-request.mjs http://localhost:8000
import assert from 'node:assert/strict';
import { ClientError, GraphQLClient, gql } from 'graphql-request';
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
const VIEWER = gql`query Viewer { viewer { isAuthenticated unauthenticatedReason } }`;

const reasonOf = (error) => (error instanceof ClientError ? error.response.errors?.[0]?.extensions?.reason : undefined);

/** Sends its tokens along, and replaces them when they run out. */
class Session {
  tokens = null;
  #client;
  #refreshing;

  constructor(fetch) {
    this.#client = new GraphQLClient(url, { fetch });
  }

  async request(document, variables) {
    const { tokens } = this;
    try {
      return await this.#send(document, variables);
    } catch (error) {
      if (reasonOf(error) !== 'TOKEN_EXPIRED') throw error;
      // Another request may have refreshed while this one was on its way.
      if (this.tokens === tokens) await this.#refreshOnce();
      return this.#send(document, variables);
    }
  }

  #send(document, variables) {
    const headers = this.tokens === null ? {} : { authorization: `Bearer ${this.tokens.accessToken}` };
    return this.#client.request(document, variables, headers);
  }

  #refreshOnce() {
    this.#refreshing ??= this.#refresh().finally(() => {
      this.#refreshing = undefined;
    });
    return this.#refreshing;
  }

  async #refresh() {
    const { refreshToken } = this.tokens;
    const { refreshSession } = await this.#client.request(REFRESH, { input: { refreshToken } });
    // Null when it is refused: the session is over.
    this.tokens = refreshSession.tokens;
  }
}

const user = newcomer();
const network = fetchWithExpiry();
const session = new Session(network.fetch);
const refused = (reason) => (error) => reasonOf(error) === reason;

await run([
  ['a visitor is refused without a try to refresh: TOKEN_MISSING', async () => {
    await assert.rejects(session.request(ME), refused('TOKEN_MISSING'));
    assert.equal(network.refreshes(), 0);
  }],
  ['`viewer` tells the same without an error', async () => {
    const { viewer } = await session.request(VIEWER);
    assert.deepEqual(viewer, { isAuthenticated: false, unauthenticatedReason: 'TOKEN_MISSING' });
  }],
  ['signup gives both tokens in the body', async () => {
    const { signup } = await session.request(SIGNUP, { input: user });
    assert.deepEqual(signup.userErrors, []);
    session.tokens = signup.tokens;
    assert.ok(session.tokens.refreshToken);
  }],
  ['a wrong password is a user error, and no failure of the request', async () => {
    const { login } = await session.request(LOGIN, { input: { email: user.email, password: 'not this one at all' } });
    const userErrors = [{ code: 'INVALID_CREDENTIALS', message: 'Invalid email or password', field: null }];
    assert.deepEqual(login, { tokens: null, userErrors });
  }],
  ['ten requests that find the access token expired are answered after one refresh', async () => {
    const before = session.tokens;
    network.expire(before.accessToken);
    const answers = await Promise.all(Array.from({ length: 10 }, () => session.request(ME)));
    for (const { me } of answers) assert.equal(me.email, user.email);
    assert.equal(network.refreshes(), 1);
    assert.notEqual(session.tokens.accessToken, before.accessToken);
    assert.notEqual(session.tokens.refreshToken, before.refreshToken);
  }],
  ['when the session was ended elsewhere, one try to refresh tells, and the caller is a visitor', async () => {
    const elsewhere = new Session(fetch);
    elsewhere.tokens = session.tokens;
    assert.deepEqual(await elsewhere.request(LOGOUT), { logout: { wasSignedIn: true } });
    network.expire(session.tokens.accessToken);
    await assert.rejects(session.request(ME), refused('TOKEN_MISSING'));
    assert.equal(session.tokens, null);
    assert.equal(network.refreshes(), 2);
  }],
]);
