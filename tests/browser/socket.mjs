// A browser tab learns by graphql-ws that its session was ended elsewhere, with cookies, from a page of an application.
//
//   node socket.mjs 5173 http://localhost:8000
//
// The server has to name http://localhost:5173 in its `cors_origins`.
import assert from 'node:assert/strict';
import { readFile, readdir } from 'node:fs/promises';
import { newcomer, run } from '../clients/checks.mjs';
import { withBrowser } from './browser.mjs';
import { Caller, LOGIN, SIGNUP, servePage } from './pages.mjs';

const [port, base] = process.argv.slice(2);
const endpoint = `${base}/graphql`;
const socket = endpoint.replace(/^http/, 'ws');
const user = newcomer();
const { email, password } = user;
const LIBRARY = new URL('../clients/node_modules/graphql-ws/dist/', import.meta.url);

/** In the page: subscribes, and notes what happened and when. */
const subscribe = ({ library, url }) =>
  import(library).then(({ createClient }) => {
    window.heard = [];
    const note = (what) => window.heard.push({ at: Date.now(), ...what });
    const client = createClient({ url, retryAttempts: 0 });
    client.on('closed', ({ code }) => note({ code }));
    client.subscribe({ query: 'subscription { sessionRevoked { reason } }' }, {
      next: ({ data }) => note({ reason: data.sessionRevoked.reason }),
      error: () => {},
      complete: () => note({ complete: true }),
    });
    return new Promise((resolve) => {
      client.on('connected', () => resolve('connected'));
      client.on('closed', ({ code }) => resolve(code));
    });
  });

const app = await servePage(Number(port));
try {
  await withBrowser(async (browser) => {
    const files = new Map();
    for (const name of await readdir(LIBRARY)) {
      if (name.endsWith('.js')) files.set(name, await readFile(new URL(name, LIBRARY), 'utf8'));
    }
    /** A tab of a profile that can load the library from its own address. */
    const open = async (context, address) => {
      const caller = await Caller.open(context, address, endpoint);
      await caller.page.route('**/graphql-ws/*', (route) => {
        const body = files.get(route.request().url().split('/').at(-1));
        return route.fulfill({ contentType: 'text/javascript', headers: { 'access-control-allow-origin': '*' }, body });
      });
      return caller;
    };
    const library = '/graphql-ws/client.js';
    const profile = await browser.newContext();
    const other = await browser.newContext();
    const tab = await open(profile, `http://localhost:${port}/`);
    const elsewhere = await Caller.open(other, `http://localhost:${port}/`, endpoint);

    await run([
      ['a tab learns within a second that its session was ended from another profile', async () => {
        const { signup } = await tab.data(SIGNUP, { input: { ...user, tokenDelivery: 'COOKIE' } });
        assert.deepEqual(signup.userErrors, []);
        assert.equal(await tab.page.evaluate(subscribe, { library, url: socket }), 'connected');
        await elsewhere.data(LOGIN, { input: { email, password, tokenDelivery: 'COOKIE' } });
        await tab.page.waitForTimeout(500);
        assert.deepEqual(await tab.page.evaluate(() => window.heard), []);

        const endedAt = Date.now();
        await elsewhere.data('mutation { revokeOtherSessions { revokedSessionIds } }');
        await tab.page.waitForFunction(() => window.heard.length >= 3, undefined, { timeout: 5_000 });
        const heard = await tab.page.evaluate(() => window.heard);
        assert.deepEqual(heard.map(({ at, ...what }) => what), [
          { reason: 'REVOKED_BY_USER' }, { complete: true }, { code: 4401 },
        ]);
        const milliseconds = heard[0].at - endedAt;
        console.log(`      after ${milliseconds} ms`);
        assert.ok(milliseconds < 1_000, `after ${milliseconds} ms`);
      }],
      ['a page of a foreign origin cannot open a socket, though its browser has the cookies', async () => {
        const { login } = await tab.data(LOGIN, { input: { email, password, tokenDelivery: 'COOKIE' } });
        assert.deepEqual(login.userErrors, []);
        const foreign = await servePage(0);
        try {
          const evil = await open(profile, `http://localhost:${foreign.port}/`);
          assert.equal(await evil.page.evaluate(subscribe, { library, url: socket }), 1006);
        } finally {
          foreign.close();
        }
        assert.equal(await tab.page.evaluate(subscribe, { library, url: socket }), 'connected');
      }],
    ]);
  });
} finally {
  app.close();
}
