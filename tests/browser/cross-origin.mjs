// Calls from pages of other origins: a front end under development on this machine may, a foreign site may not.
//
//   node cross-origin.mjs http://localhost:8000
import assert from 'node:assert/strict';
import { newcomer, run, serverUrl } from '../clients/checks.mjs';
import { withBrowser } from './browser.mjs';
import { call, servePage } from './pages.mjs';

const endpoint = `${serverUrl()}/graphql`;
const foreign = ['app.example', 'localhost.example', '127.0.0.1.example'];

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
