// People with accounts, who get one token after another.
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';

const TOKENS = 'tokens { accessToken serviceToken refreshToken }';

/** Runs a document. A server that is busy is asked again. */
export async function ask(base, query, { variables, token } = {}, tries = 10) {
  const response = await fetch(`${base}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = await response.json();
  if (errors?.[0].extensions.code === 'SERVICE_UNAVAILABLE' && tries > 1) {
    await sleep(1_000);
    return ask(base, query, { variables, token }, tries - 1);
  }
  assert.equal(errors, undefined, JSON.stringify(errors));
  return data;
}

/** The key that signed a token. */
export function kidOf(token) {
  return JSON.parse(Buffer.from(token.split('.')[0], 'base64url')).kid;
}

/** Somebody who is signed in. */
export class Person {
  static #count = 0;

  constructor(base, id, tokens) {
    Object.assign(this, { base, id, tokens });
  }

  static async signUp(base) {
    Person.#count += 1;
    const email = `ada.${Date.now().toString(36)}.${Person.#count}@example.com`;
    const input = { name: 'Ada', email, password: 'a lantern under quiet snow' };
    const query = `mutation ($input: SignupInput!) { signup(input: $input) { user { id } ${TOKENS} userErrors { code } } }`;
    const { signup } = await ask(base, query, { variables: { input } });
    assert.deepEqual(signup.userErrors, []);
    return new Person(base, signup.user.id, signup.tokens);
  }

  /** The next token for services. */
  async refresh() {
    const query = `mutation ($input: RefreshSessionInput) { refreshSession(input: $input) { ${TOKENS} userErrors { code } } }`;
    const input = { refreshToken: this.tokens.refreshToken };
    const { refreshSession } = await ask(this.base, query, { variables: { input } });
    assert.deepEqual(refreshSession.userErrors, []);
    this.tokens = refreshSession.tokens;
    return this.tokens.serviceToken;
  }

  async logout() {
    await ask(this.base, 'mutation { logout { wasSignedIn } }', { token: this.tokens.accessToken });
  }
}
