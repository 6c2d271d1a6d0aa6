// People who use the server over GraphQL, with tokens in the body.

const SIGNED_IN = 'tokens { accessToken refreshToken } userErrors { code }';

/** Everybody's; nobody guesses here. */
const password = 'a lantern under quiet snow';

export class Server {
  constructor(url) {
    this.url = url;
  }

  /** The `data` of an answer. Fails if there is an error at the top. */
  async ask(query, variables = {}, token = undefined) {
    const response = await fetch(`${this.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
      body: JSON.stringify({ query, variables }),
    });
    const { data, errors } = await response.json();
    if (errors) throw new Error(`${JSON.stringify(errors)}, to ${query}`);
    return data;
  }

  /** A person with a new account: the address and the tokens of the first session. */
  async signUp(email) {
    const input = { name: 'Grace', email, password };
    const { signup } = await this.ask(`mutation ($input: SignupInput!) { signup(input: $input) { ${SIGNED_IN} } }`, { input });
    return { email, ...tokensOf(signup) };
  }

  /** Whether the password of this person signs in. */
  async canSignIn({ email }) {
    const input = { email, password };
    const { login } = await this.ask(`mutation ($input: LoginInput!) { login(input: $input) { ${SIGNED_IN} } }`, { input });
    return login.userErrors.length === 0;
  }

  /** The payload of a trade of the person's refresh token. */
  async refresh({ refreshToken }) {
    const input = { refreshToken };
    const query = `mutation ($input: RefreshSessionInput) { refreshSession(input: $input) { ${SIGNED_IN} } }`;
    return (await this.ask(query, { input })).refreshSession;
  }

  async rename({ accessToken }, name) {
    const query = 'mutation ($name: String!) { updateProfile(input: { name: $name }) { userErrors { code } } }';
    return this.ask(query, { name }, accessToken);
  }

  async signOut({ accessToken }) {
    return this.ask('mutation { logout { wasSignedIn } }', {}, accessToken);
  }

  /** Whom the person's access token stands for. */
  async me({ accessToken }) {
    return (await this.ask('{ me { email name } }', {}, accessToken)).me;
  }

  /** The public keys, as text. */
  async keys() {
    return (await fetch(`${this.url}/.well-known/jwks.json`)).text();
  }
}

/** The tokens in a payload. Fails if there are none. */
export function tokensOf({ tokens, userErrors }) {
  if (userErrors.length > 0) throw new Error(JSON.stringify(userErrors));
  return tokens;
}
