// A service with an audience of its own, which verifies as docs/verify.md shows.
//
//   PORTCULLIS_AUDIENCE=https://api.example portcullis serve
//   node services.mjs http://localhost:8000
import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { errors } from 'jose';
import { newcomer, run, serverUrl } from './checks.mjs';

const base = serverUrl();
const user = newcomer();
const AUDIENCE = 'https://api.example';

/** `verifier` of docs/verify.md. */
async function verifierOfManual() {
  const manual = await readFile(new URL('../../docs/verify.md', import.meta.url), 'utf8');
  const [, code] = /^```js\n(\/\/ verify\.mjs\n[\s\S]*?)^```$/m.exec(manual);
  // Packages are found from here.
  const copies = new URL('./node_modules/.manual/', import.meta.url);
  await mkdir(copies, { recursive: true });
  await writeFile(new URL('verify.mjs', copies), code);
  return (await import(new URL('verify.mjs', copies))).verifier;
}

async function ask(query, { token, variables } = {}) {
  const response = await fetch(`${base}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
    body: JSON.stringify({ query, variables }),
  });
  return response.json();
}

let account;
let tokens;
let verify;

await run([
  ['a sign-up returns a token for services as well as one for the server', async () => {
    const answer = await ask(
      `mutation ($input: SignupInput!) {
        signup(input: $input) { user { id } tokens { accessToken serviceToken serviceTokenExpiresAt } userErrors { code } }
      }`,
      { variables: { input: user } },
    );
    account = answer.data.signup;
    tokens = account.tokens;
    assert.ok(Date.parse(tokens.serviceTokenExpiresAt) > Date.now());
  }],
  ['the service reads the user from its token, with the code of the manual', async () => {
    const { issuer } = await (await fetch(`${base}/.well-known/openid-configuration`)).json();
    verify = (await verifierOfManual())({ issuer, audience: AUDIENCE });
    const { sub, email, roles } = await verify(tokens.serviceToken);
    assert.deepEqual({ id: sub, email, roles }, { id: account.user.id, email: user.email, roles: [] });
  }],
  ['it refuses the one for the server', async () => {
    await assert.rejects(verify(tokens.accessToken), errors.JWTClaimValidationFailed);
  }],
  ['the server refuses the one for services', async () => {
    for (const document of ['{ me { id } }', 'mutation { revokeOtherSessions { revokedSessionIds } }']) {
      const { errors: [error] } = await ask(document, { token: tokens.serviceToken });
      assert.equal(error.extensions.reason, 'TOKEN_INVALID', document);
    }
    const { data } = await ask('{ me { id } }', { token: tokens.accessToken });
    assert.equal(data.me.id, account.user.id);
  }],
  ['and says to it only whether the session is live', async () => {
    const isLive = async () =>
      (await ask('{ viewer { isAuthenticated } }', { token: tokens.serviceToken })).data.viewer.isAuthenticated;
    assert.equal(await isLive(), true);
    await ask('mutation { logout { wasSignedIn } }', { token: tokens.accessToken });
    assert.equal(await isLive(), false);
  }],
]);
