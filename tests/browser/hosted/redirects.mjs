// Where a sign-in leads to: to the account, or to an address of the settings, and never anywhere else.
//
//   node redirects.mjs 5173 http://localhost:8000
//
// The first argument is the port of an application; the server has to name http://localhost:5173/welcome and
// http://127.0.0.1:5173/welcome?from=portcullis in its `redirect_urls`.
import assert from 'node:assert/strict';
import { newcomer, run } from '../../clients/checks.mjs';
import { withBrowser } from '../browser.mjs';
import { servePage } from '../pages.mjs';
import { Guest } from './guest.mjs';

const [port, base] = process.argv.slice(2);
const user = newcomer();
const APPS = [`http://localhost:${port}/welcome`, `http://127.0.0.1:${port}/welcome?from=portcullis`];
const OWN = new URL(base).host;
const EVIL = [
  '', '/', '//evil.example', '///evil.example', '////evil.example', '/\\evil.example', '\\\\evil.example',
  '/\t/evil.example', '/\n/evil.example', 'https:evil.example', 'https:/evil.example', 'https://evil.example',
  `http://localhost:${port}`, `http://localhost:${port}/`, `${APPS[0]}/`, `${APPS[0]}?x`, `${APPS[0]}#x`,
  `http://localhost:${port}@evil.example/welcome`, `http://localhost:${port}.evil.example/welcome`,
  APPS[0].toUpperCase(), `${base}@evil.example/`, `//${OWN}@evil.example`, 'javascript:alert(1)',
  'data:text/html,x', ' /account', '/account\n', '/account\t', '/account/../x', '/%61ccount', '%2f%2fevil.example',
  `http://lоcalhost:${port}/welcome`, '/account%00//evil.example', '/logout', '/graphql?query={me{id}}',
];

const app = await servePage(Number(port));
assert.equal(app.port, Number(port), 'the port of the page is taken');
try {
  await withBrowser(async (browser) => {
    await (await Guest.signedUp(browser, base, user)).close();
    const guest = await Guest.open(browser, base);
    const asked = [];
    guest.page.on('request', (request) => asked.push(request.url()));
    const link = (page, next) => `/${page}?next=${encodeURIComponent(next)}`;

    await run([
      ...EVIL.map((next) => [`${JSON.stringify(next)} leads to the account`, async () => {
        await guest.go(link('login', next));
        await guest.logIn({ ...user, password: 'not this one at all' });
        await guest.reads('Invalid email or password');
        await guest.logIn(user);
        assert.equal(guest.at(), '/account');
        // Who is signed in already is led on at once.
        await guest.go(link('login', next));
        assert.equal(guest.at(), '/account');
        await guest.go(link('signup', next));
        assert.equal(guest.at(), '/account');
        await guest.logOut();
      }]),
      ['nor does a field of the form that was meddled with', async () => {
        for (const next of EVIL.filter((next) => /evil|script/.test(next))) {
          await guest.go(link('login', '/account'));
          await guest.page.locator('form[action="/login"] input[name=next]').evaluate((field, next) => { field.value = next; }, next);
          await guest.logIn(user);
          assert.equal(guest.at(), '/account', next);
          await guest.logOut();
        }
      }],
      ['the browser never asked another host than this server', () => {
        assert.deepEqual(asked.filter((url) => !url.startsWith(`${base}/`) && !url.startsWith('data:')), []);
      }],
      ...APPS.flatMap((next) => [
        [`${next} of the settings is led to by a login, also after one that was refused`, async () => {
          await guest.go(link('login', next));
          await guest.logIn({ ...user, password: 'not this one at all' });
          await guest.reads('Invalid email or password');
          await guest.logIn(user);
          assert.equal(guest.page.url(), next);
        }],
        [`${next} is led to at once by who is signed in`, async () => {
          await guest.go(link('login', next));
          assert.equal(guest.page.url(), next);
        }],
        [`${next} is led to by a sign-up that was come to from the login`, async () => {
          const other = await Guest.open(browser, base);
          await other.go(link('login', next));
          await other.leave(() => other.page.getByRole('link', { name: 'Sign up' }).click());
          await other.signUp(newcomer());
          assert.equal(other.page.url(), next);
          await other.close();
          await guest.go('/account');
          await guest.logOut();
        }],
      ]),
      ['no policy stood in the way of a form, and no browser complains of one', () => guest.assertQuiet()],
      ['a link with two of them is as good as one with none', async () => {
        const response = await guest.go(`${link('login', APPS[0])}&next=${encodeURIComponent('//evil.example')}`);
        assert.equal(response.status(), 200);
        await guest.logIn(user);
        assert.equal(guest.at(), '/account');
      }],
    ]);
  }, ['evil.example']);
} finally {
  app.close();
}
