// What pages that may not call can make a visitor's browser do: nothing, with or without the visitor's cookies.
//
//   node foreign-pages.mjs http://localhost:8000
//
// The server must not have `loopback` in its `cors_origins`: pages on other ports of this machine are of the same site
// and get the cookies sent along, as pages of a sibling domain do.
import assert from 'node:assert/strict';
import { newcomer, run, serverUrl } from '../clients/checks.mjs';
import { withBrowser } from './browser.mjs';
import { Caller, SIGNUP, call, servePage } from './pages.mjs';

const base = serverUrl();
const endpoint = `${base}/graphql`;
const victim = newcomer();
const attacker = newcomer();

const RENAME = 'mutation { updateProfile(input: { name: "Mallory" }) { user { name } } }';
const LOGOUT = 'mutation { logout { wasSignedIn } }';
const LOGIN = `mutation { login(input: { email: "${attacker.email}", password: "${attacker.password}", tokenDelivery: COOKIE }) { user { id } } }`;

/** In the page: the ways of sending a text without asking first. Gives what the page can read of the answers. */
const sendUnasked = async ({ endpoint, text }) => {
  const read = [];
  const send = async (how, request) => {
    const options = { method: 'POST', mode: 'no-cors', credentials: 'include', ...request };
    const told = fetch(endpoint, options).then(
      async (response) => `${response.type} ${response.status} ${JSON.stringify(await response.text())}`,
    );
    read.push(`${how}: ${await told}`);
  };
  for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=b']) {
    await send(type, { headers: { 'content-type': type }, body: text });
  }
  // The browser leaves out a media type that has to be asked for.
  await send('a blob of JSON', { body: new Blob([text], { type: 'application/json' }) });
  await send('a blob of nothing', { body: new Blob([text]) });
  navigator.sendBeacon(endpoint, text);
  return read;
};
/** How many requests that are. */
const UNASKED = 6;

/** In the page: sends a form that says `text` to the server, in place of the page or within a frame. */
const submitForm = ({ endpoint, text, enctype, target }) => {
  const form = document.createElement('form');
  Object.assign(form, { method: 'post', action: endpoint, enctype, target });
  const field = document.createElement('input');
  // `{"query": …, "x": "` is the name, `="}` what a form puts behind it.
  field.name = enctype === 'text/plain' ? `${text.slice(0, -1)}, "x": "` : 'query';
  field.value = enctype === 'text/plain' ? '"}' : JSON.parse(text).query;
  form.append(field);
  document.body.append(form);
  form.submit();
};

const foreign = await servePage(0);
const names = ['evil.example'];
try {
  await withBrowser(async (browser) => {
    const profile = await browser.newContext();
    const own = await Caller.open(profile, `${base}/graphiql`, endpoint);
    // The attacker's account, made elsewhere.
    const elsewhere = await Caller.open(await browser.newContext(), `${base}/graphiql`, endpoint);
    await elsewhere.data(SIGNUP, { input: attacker });

    const state = async (context) =>
      (await context.cookies()).map(({ name, value }) => `${name}=${value}`).sort();
    /** The statuses of the first `count` POSTs that `act` made a page send. */
    const statusesOf = async (page, count, act) => {
      const seen = [];
      const listener = (response) => {
        if (response.url() === endpoint && response.request().method() === 'POST') seen.push(response.status());
      };
      page.on('response', listener);
      const told = await act();
      while (seen.length < count) await page.waitForEvent('response', { timeout: 10_000 });
      page.off('response', listener);
      return { seen, told };
    };

    // 403 is the answer to requests with cookies: the gate comes before the media type. 415 is the one without.
    const sites = [
      // Of the same site, as a sibling domain is: `SameSite` does not help.
      { about: 'another port', address: `http://localhost:${foreign.port}/`, status: 403 },
      { about: 'another site', address: `http://127.0.0.1:${foreign.port}/`, status: 415 },
      { about: 'a site of its own', address: `http://evil.example:${foreign.port}/`, status: 415 },
    ];
    let before;
    const untouched = async () => {
      assert.deepEqual(await state(profile), before);
      assert.equal((await own.data('{ me { name } }')).me.name, victim.name);
    };

    await run([
      ['the visitor signs in', async () => {
        await own.data(SIGNUP, { input: { ...victim, tokenDelivery: 'COOKIE' } });
        before = await state(profile);
        assert.equal(before.length, 2);
      }],
      ...sites.flatMap(({ about, address, status }) => {
        const open = () => Caller.open(profile, address, endpoint);
        return [
          [`a page of ${about} is refused by the browser before it can ask`, async () => {
            const page = await open();
            for (const query of [RENAME, LOGOUT, '{ me { email } }', LOGIN]) {
              for (const credentials of ['include', 'omit']) {
                const { refused } = await page.answer(query, undefined, { credentials });
                assert.match(refused ?? 'it was answered', /^TypeError/);
              }
            }
            await untouched();
          }],
          [`what it sends unasked is refused by the server with ${status}, and it reads nothing`, async () => {
            const { page } = await open();
            for (const query of [RENAME, LOGOUT, LOGIN]) {
              const text = JSON.stringify({ query });
              const { seen, told } = await statusesOf(page, UNASKED, () =>
                page.evaluate(sendUnasked, { endpoint, text }));
              assert.deepEqual(seen, Array(UNASKED).fill(status));
              for (const line of told) assert.match(line, /: opaque 0 ""$/);
            }
            await untouched();
          }],
          [`its forms are refused with ${status}, in its place and in a frame`, async () => {
            const { page } = await open();
            for (const enctype of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data']) {
              for (const target of ['_self', 'frame']) {
                await page.goto(address);
                await page.evaluate(() => {
                  const frame = document.createElement('iframe');
                  frame.name = 'frame';
                  document.body.append(frame);
                });
                const text = JSON.stringify({ query: LOGOUT });
                const [response] = await Promise.all([
                  page.waitForResponse(endpoint),
                  // In a frame nothing of the answer is shown: it forbids to be framed.
                  page.waitForEvent('framenavigated', (frame) => frame.url() !== 'about:blank'),
                  page.evaluate(submitForm, { endpoint, text, enctype, target }),
                ]);
                assert.equal(response.status(), status, `${enctype} ${target}`);
              }
            }
            await untouched();
          }],
          [`a link from it opens nothing of the visitor's`, async () => {
            const { page } = await open();
            for (const [query, expected] of [
              ['{me{email}}', 'TOKEN_MISSING'],
              ['mutation{logout{wasSignedIn}}', 'METHOD_NOT_ALLOWED'],
            ]) {
              const href = `${endpoint}?query=${encodeURIComponent(query)}`;
              await page.goto(address);
              const [response] = await Promise.all([
                page.waitForNavigation(),
                page.evaluate((href) => { location.href = href; }, href),
              ]);
              // The browser does send them along with a link; the server looks where the link was.
              const { cookie = '' } = await response.request().allHeaders();
              assert.match(cookie, /portcullis-access/);
              const text = await response.text();
              assert.ok(text.includes(expected) && !text.includes(victim.email), text);
            }
            await untouched();
          }],
        ];
      }),
      ['a visitor without a session is not signed in by any of them', async () => {
        const visitor = await browser.newContext();
        for (const { address } of sites) {
          const { page } = await Caller.open(visitor, address, endpoint);
          const text = JSON.stringify({ query: LOGIN });
          const { seen } = await statusesOf(page, UNASKED, () =>
            page.evaluate(sendUnasked, { endpoint, text }));
          assert.deepEqual(seen, Array(UNASKED).fill(415));
          await page.evaluate(call, { endpoint, query: LOGIN, credentials: 'include' });
          assert.deepEqual(await state(visitor), []);
        }
      }],
      ['the visitor is signed in as ever', async () => {
        await untouched();
        assert.equal((await own.data(LOGOUT)).logout.wasSignedIn, true);
      }],
    ]);
  }, names);
} finally {
  foreign.close();
}
