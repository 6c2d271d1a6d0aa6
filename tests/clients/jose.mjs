// Verifies access tokens as a service behind Portcullis would: it knows the issuer's address and nothing else.
//
//   node jose.mjs http://localhost:8000
import assert from 'node:assert/strict';
import { createRemoteJWKSet, decodeProtectedHeader, errors, jwtVerify } from 'jose';
import { newcomer, run, serverUrl } from './checks.mjs';

const base = serverUrl();
const user = newcomer();

async function fetchJson(url) {
  const response = await fetch(url);
  assert.equal(response.status, 200, `${url} answered ${response.status}`);
  assert.match(response.headers.get('content-type'), /^application\/(jwk-set\+)?json/);
  return response.json();
}

async function signUp() {
  const query = `mutation ($input: SignupInput!) {
    signup(input: $input) { user { id } tokens { accessToken accessTokenExpiresAt } userErrors { code } }
  }`;
  const response = await fetch(`${base}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    body: JSON.stringify({ query, variables: { input: user } }),
  });
  const { data, errors: failures } = await response.json();
  assert.equal(failures, undefined, JSON.stringify(failures));
  assert.deepEqual(data.signup.userErrors, []);
  return data.signup;
}

/** The token with one character of the part changed. */
function altered(token, part) {
  const parts = token.split('.');
  const at = Math.floor(parts[part].length / 2);
  const other = parts[part][at] === 'A' ? 'B' : 'A';
  parts[part] = parts[part].slice(0, at) + other + parts[part].slice(at + 1);
  return parts.join('.');
}

let discovery;
let account;
let token;
let keys;
const required = () => ({
  issuer: discovery.issuer,
  audience: discovery.issuer,
  typ: 'at+jwt',
  algorithms: ['ES256'],
  requiredClaims: ['iss', 'aud', 'sub', 'exp', 'nbf', 'iat', 'jti', 'sid'],
});

await run([
  ['the discovery document names the issuer, the keys and the algorithm', async () => {
    discovery = await fetchJson(`${base}/.well-known/openid-configuration`);
    assert.equal(new URL(discovery.issuer).origin, new URL(base).origin);
    assert.ok(discovery.jwks_uri.startsWith(discovery.issuer.replace(/\/$/, '')));
    assert.ok(discovery.id_token_signing_alg_values_supported.includes('ES256'));
    assert.deepEqual(discovery.response_types_supported, []);
    assert.deepEqual(discovery.subject_types_supported, ['public']);
  }],
  ['the key set holds public keys for signatures, each with an id, and nothing private', async () => {
    const { keys: published } = await fetchJson(discovery.jwks_uri);
    assert.ok(published.length > 0);
    for (const key of published) {
      assert.equal(key.kty, 'EC');
      assert.equal(key.crv, 'P-256');
      assert.equal(key.alg, 'ES256');
      assert.equal(key.use, 'sig');
      assert.ok(key.kid);
      assert.equal(key.d, undefined);
    }
  }],
  ['a fresh token verifies: type, issuer, audience, algorithm, required claims', async () => {
    account = await signUp();
    token = account.tokens.accessToken;
    keys = createRemoteJWKSet(new URL(discovery.jwks_uri));
    const { payload, protectedHeader } = await jwtVerify(token, keys, required());
    assert.equal(protectedHeader.typ, 'at+jwt');
    assert.equal(payload.sub, account.user.id);
    assert.equal(payload.exp * 1000, Math.floor(Date.parse(account.tokens.accessTokenExpiresAt) / 1000) * 1000);
  }],
  ['it carries what a service wants to know about the user', async () => {
    const { payload } = await jwtVerify(token, keys, required());
    assert.equal(payload.email, user.email);
    assert.equal(payload.email_verified, false);
    assert.equal(payload.name, user.name);
    assert.ok(Array.isArray(payload.roles));
    assert.ok(!JSON.stringify(payload).includes(user.password));
  }],
  ['it names a published key', async () => {
    const { keys: published } = await fetchJson(discovery.jwks_uri);
    const { kid, alg } = decodeProtectedHeader(token);
    assert.equal(alg, 'ES256');
    assert.ok(published.some((key) => key.kid === kid));
  }],
  ['an altered payload or signature does not verify', async () => {
    for (const part of [1, 2]) {
      await assert.rejects(jwtVerify(altered(token, part), keys, required()), errors.JOSEError);
    }
  }],
  ['another audience or issuer does not accept it', async () => {
    for (const other of [{ audience: 'https://api.example' }, { issuer: 'https://accounts.example' }]) {
      await assert.rejects(jwtVerify(token, keys, { ...required(), ...other }), errors.JWTClaimValidationFailed);
    }
  }],
  ['it is refused after its end', async () => {
    const later = new Date(Date.parse(account.tokens.accessTokenExpiresAt) + 60_000);
    await assert.rejects(jwtVerify(token, keys, { ...required(), currentDate: later }), errors.JWTExpired);
  }],
]);
