// Pages to call from, and what a script in them does.
import { createServer } from 'node:http';

/** Serves an empty page on the port, or on another when it is taken; gives the port. */
export async function servePage(port) {
  const server = createServer((_, response) => {
    response.setHeader('content-type', 'text/html');
    response.end('<!doctype html><title>app</title><link rel="icon" href="data:,">');
  });
  await new Promise((resolve, reject) => {
    server.once('error', (error) => {
      if (error.code === 'EADDRINUSE' && port !== 0) server.listen(0, 'localhost');
      else reject(error);
    });
    server.once('listening', resolve);
    server.listen(port, 'localhost');
  });
  return { port: server.address().port, close: () => server.close() };
}

/** In the page: one plain call, as a newcomer writes it. With `credentials: 'include'` cookies go along. */
export const call = ({ endpoint, query, variables, token, credentials }) =>
  fetch(endpoint, {
    method: 'POST',
    credentials,
    headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
    body: JSON.stringify({ query, variables }),
  }).then(
    async (response) => ({ status: response.status, body: await response.json() }),
    (error) => ({ refused: String(error) }),
  );

/** A page of a browser profile that calls the server with cookies; an answer with errors is a failure. */
export class Caller {
  constructor(page, endpoint) {
    this.page = page;
    this.endpoint = endpoint;
  }

  /** Opens the address in a new tab of the profile. */
  static async open(context, address, endpoint) {
    const page = await context.newPage();
    // The page's own files, where it has some, are not waited for.
    await page.goto(address, { waitUntil: 'domcontentloaded' });
    return new Caller(page, endpoint);
  }

  /** The answer as the page gets it, whatever it says. */
  answer(query, variables, more = {}) {
    const { endpoint } = this;
    return this.page.evaluate(call, { endpoint, query, variables, credentials: 'include', ...more });
  }

  /** The answer's data. */
  async data(query, variables, more) {
    const { refused, body } = await this.answer(query, variables, more);
    if (refused ?? body.errors) throw new Error(`${query}: ${refused ?? JSON.stringify(body.errors)}`);
    return body.data;
  }

  /** Why `me` is denied; null when it is not. */
  async denied() {
    const { refused, body } = await this.answer('{ me { email } }');
    if (refused) throw new Error(refused);
    return body.errors?.[0]?.extensions?.reason ?? null;
  }

  /** The codes of the user errors of a refresh. */
  async refresh() {
    const { refreshSession } = await this.data(REFRESH);
    return refreshSession;
  }
}

const SESSION = 'user { email } session { id } tokens { accessToken refreshToken } userErrors { code }';
export const SIGNUP = `mutation ($input: SignupInput!) { signup(input: $input) { ${SESSION} } }`;
export const LOGIN = `mutation ($input: LoginInput!) { login(input: $input) { ${SESSION} } }`;
export const REFRESH = `mutation { refreshSession { ${SESSION} } }`;
export const REFRESH_WITH = `mutation ($token: String!) { refreshSession(input: { refreshToken: $token }) { ${SESSION} } }`;
