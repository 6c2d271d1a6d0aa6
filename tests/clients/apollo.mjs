// A first visit with Apollo Client, as a front end would write it.
//
//   node apollo.mjs http://localhost:8000
import assert from 'node:assert/strict';
import { ApolloClient, ApolloLink, CombinedGraphQLErrors, HttpLink, InMemoryCache, gql } from '@apollo/client';
import { SetContextLink } from '@apollo/client/link/context';
import { newcomer, run, serverUrl } from './checks.mjs';

const uri = `${serverUrl()}/graphql`;

const SIGNUP = gql`
  mutation Signup($input: SignupInput!) {
    signup(input: $input) {
      user { id name email }
      tokens { accessToken accessTokenExpiresAt }
      userErrors { code message field }
    }
  }
`;
const LOGIN = gql`
  mutation Login($input: LoginInput!) {
    login(input: $input) {
      user { id name email }
      tokens { accessToken accessTokenExpiresAt }
      userErrors { code message field }
    }
  }
`;
const ME = gql`query Me { me { id name email roles createdAt } }`;
const VIEWER = gql`query Viewer { viewer { isAuthenticated unauthenticatedReason } }`;
const LOGOUT = gql`mutation Logout { logout { wasSignedIn userErrors { code } } }`;

/** A client that sends this token with everything, or none. */
function clientWith(token) {
  const bearer = new SetContextLink((context) => ({
    headers: token === null ? context.headers : { ...context.headers, authorization: `Bearer ${token}` },
  }));
  return new ApolloClient({
    link: ApolloLink.from([bearer, new HttpLink({ uri })]),
    cache: new InMemoryCache(),
    defaultOptions: { query: { fetchPolicy: 'network-only' } },
  });
}

/** What Apollo throws for `me` with this token. */
async function refusalOfMe(token) {
  try {
    await clientWith(token).query({ query: ME });
  } catch (error) {
    assert.ok(CombinedGraphQLErrors.is(error), `not a GraphQL error: ${error}`);
    assert.equal(error.errors.length, 1);
    assert.deepEqual(error.data, { me: null });
    const [{ message, path, extensions }] = error.errors;
    assert.deepEqual(path, ['me']);
    assert.equal(extensions.code, 'UNAUTHENTICATED');
    return { message, reason: extensions.reason };
  }
  assert.fail('me was answered');
}

async function mutate(mutation, variables, token = null) {
  const { data, error } = await clientWith(token).mutate({ mutation, variables });
  assert.equal(error, undefined);
  return data;
}

const anybody = newcomer();
const { name, email, password } = anybody;
let userId;
let token;

await run([
  ['a visitor has no account: `me` is null and UNAUTHENTICATED, TOKEN_MISSING', async () => {
    assert.deepEqual(await refusalOfMe(null), { message: 'Token is missing!', reason: 'TOKEN_MISSING' });
  }],
  ['`viewer` tells the visitor the same without an error', async () => {
    const { data } = await clientWith(null).query({ query: VIEWER });
    assert.equal(data.viewer.isAuthenticated, false);
    assert.equal(data.viewer.unauthenticatedReason, 'TOKEN_MISSING');
  }],
  ['signup makes the account and signs in', async () => {
    const { signup } = await mutate(SIGNUP, { input: anybody });
    assert.deepEqual(signup.userErrors, []);
    assert.equal(signup.user.name, name);
    assert.equal(signup.user.email, email);
    userId = signup.user.id;
    const { data } = await clientWith(signup.tokens.accessToken).query({ query: ME });
    assert.equal(data.me.id, userId);
  }],
  ['a second signup with the address is a user error: EMAIL_TAKEN', async () => {
    const { signup } = await mutate(SIGNUP, { input: anybody });
    assert.equal(signup.user, null);
    assert.equal(signup.tokens, null);
    const [{ code, message, field }, ...more] = signup.userErrors;
    assert.deepEqual(more, []);
    assert.deepEqual(
      { code, message, field },
      { code: 'EMAIL_TAKEN', message: 'User already exists. Please login.', field: ['email'] },
    );
  }],
  ['a wrong password and an unknown address get the same words: INVALID_CREDENTIALS', async () => {
    for (const input of [{ email, password: 'not this one at all' }, { email: newcomer().email, password }]) {
      const { login } = await mutate(LOGIN, { input });
      assert.equal(login.user, null);
      assert.equal(login.tokens, null);
      const [{ code, message }, ...more] = login.userErrors;
      assert.deepEqual(more, []);
      assert.deepEqual({ code, message }, { code: 'INVALID_CREDENTIALS', message: 'Invalid email or password' });
    }
  }],
  ['login signs in, whatever token the client still sends', async () => {
    const { login } = await mutate(LOGIN, { input: { email, password } }, 'stale.token.here');
    assert.deepEqual(login.userErrors, []);
    assert.equal(login.user.id, userId);
    assert.ok(Date.parse(login.tokens.accessTokenExpiresAt) > Date.now());
    token = login.tokens.accessToken;
  }],
  ['`me` answers the bearer of the token', async () => {
    const { data } = await clientWith(token).query({ query: ME });
    assert.equal(data.me.id, userId);
    assert.equal(data.me.email, email);
    assert.ok(Array.isArray(data.me.roles));
    assert.match(data.me.createdAt, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  }],
  ['`viewer` knows the bearer of the token', async () => {
    const { data } = await clientWith(token).query({ query: VIEWER });
    assert.equal(data.viewer.isAuthenticated, true);
    assert.equal(data.viewer.unauthenticatedReason, null);
  }],
  ['a token that is none is refused: TOKEN_INVALID', async () => {
    assert.deepEqual(await refusalOfMe('no.such.token'), { message: 'Token is invalid!', reason: 'TOKEN_INVALID' });
  }],
  ['logout ends the session', async () => {
    const { logout } = await mutate(LOGOUT, undefined, token);
    assert.equal(logout.wasSignedIn, true);
    assert.deepEqual(logout.userErrors, []);
  }],
  ['the token is dead from then on: SESSION_REVOKED', async () => {
    assert.deepEqual(await refusalOfMe(token), { message: 'Token is invalid!', reason: 'SESSION_REVOKED' });
  }],
  ['a second logout succeeds and ended nothing', async () => {
    const { logout } = await mutate(LOGOUT, undefined, token);
    assert.equal(logout.wasSignedIn, false);
  }],
]);
