// Calls from pages of other origins: a front end under development on this machine may, a foreign site may not.
//
//   node cross-origin.mjs http://localhost:8000
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { newcomer, run, serverUrl } from '../clients/checks.mjs';
import { withBrowser } from './browser.mjs';

const endpoint = `${serverUrl()}/graphql`;
const foreign = ['app.example', 'localhost.example', '127.0.0.1.example'];

/** Serves an empty page on the port, or on another when it is taken; gives the port. */
async function servePage(port) {
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

/** In the page: one plain call, as a newcomer writes it. */
const call = ({ endpoint, query, variables, token }) =>
  fetch(endpoint, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
    body: JSON.stringify({ query, variables }),
  }).then(
    async (response) => ({ status: response.status, body: await response.json() }),
    (error) => ({ refused: String(error) }),
  );

const VIEWER = '{ viewer { isAuthenticated } }';
const SIGNUP = 'mutation ($input: SignupInput!) { signup(input: $input) { tokens { accessToken } userErrors { code } } }';

// Vite's port: the first page that a newcomer calls from.
const app = await servePage(5173);
try {
  await withBrowser(async (browser) => {
    const page = await browser.newPage();
    const complaints = [];
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));

    const accepted = async (address) => {
      await page.goto(address);
      const { status, body } = await page.evaluate(call, { endpoint, query: VIEWER });
      assert.equal(status, 200);
      assert.deepEqual(body, { data: { viewer: { isAuthenticated: false } } });
    };
    const refused = async (address) => {
      await page.goto(address);
      complaints.length = 0;
      const { refused: error } = await page.evaluate(call, { endpoint, query: VIEWER });
      assert.match(error ?? 'it was answered', /^TypeError/);
      // The browser's own word that the server's headers were the reason.
      assert.match(complaints.join('\n'), /blocked by CORS policy/);
    };

    await run([
      ['a page of a development server may call', () => accepted(`http://localhost:${app.port}/`)],
      ['with a bearer token too', async () => {
        const signup = await page.evaluate(call, { endpoint, query: SIGNUP, variables: { input: newcomer() } });
        const token = signup.body.data.signup.tokens.accessToken;
        const { body } = await page.evaluate(call, { endpoint, query: VIEWER, token });
        assert.deepEqual(body, { data: { viewer: { isAuthenticated: true } } });
      }],
      ...foreign.map((name) => [
        `a page of ${name} may not`,
        () => refused(`http://${name}:${app.port}/`),
      ]),
      ['a page without an origin may not', () => refused('data:text/html,<title>nobody</title>')],
    ]);
  }, foreign);
} finally {
  app.close();
}
