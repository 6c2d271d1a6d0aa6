// flask-cookie: a protected page, a token in a cookie that no script can read, and what ends it.
//
//   node flask-cookie.mjs http://localhost:8000
import assert from 'node:assert/strict';
import { newcomer, run, serverUrl } from '../../clients/checks.mjs';
import { withBrowser } from '../browser.mjs';
import { Guest } from './guest.mjs';

const base = serverUrl();
const user = newcomer();
const TO_LOGIN = '/login?next=%2Faccount';
const ENDED = 'Your session has ended. Please sign in again.';

await withBrowser(async (browser) => {
  await (await Guest.signedUp(browser, base, user)).close();
  const guest = await Guest.open(browser, base);
  const { page } = guest;
  const context = page.context();
  const welcomed = () => guest.title(`Welcome, ${user.name}`);
  /** Changes a cookie of the session, as somebody might who found out how. */
  const tamper = async (name, change) => {
    const cookie = (await context.cookies()).find((cookie) => cookie.name === name);
    await context.addCookies([{ ...cookie, value: change(cookie.value) }]);
  };
  const anotherLast = (text) => text.slice(0, -5) + (text.at(-5) === 'A' ? 'B' : 'A') + text.slice(-4);

  await run([
    ['flask-cookie: the protected page sends a visitor to the login', async () => {
      const response = await guest.go('/account');
      assert.equal(guest.at(), TO_LOGIN);
      assert.equal((await response.request().redirectedFrom().response()).status(), 303);
    }],
    ['flask-cookie: and the login sends back to the page', async () => {
      await guest.logIn(user);
      await welcomed();
      assert.equal(guest.at(), '/account');
    }],
    ['flask-cookie: who is signed in has no use for login and sign-up', async () => {
      for (const path of ['/', '/login', '/signup', TO_LOGIN]) {
        await guest.go(path);
        assert.equal(guest.at(), '/account', path);
      }
    }],
    ['flask-cookie: the cookies are HttpOnly and SameSite, for this host alone', async () => {
      const flags = (await guest.cookies()).map(({ name, httpOnly, sameSite, path, domain }) =>
        ({ name, httpOnly, sameSite, path, domain }));
      assert.deepEqual(flags.map(({ name }) => name).sort(),
        ['portcullis-access', 'portcullis-form', 'portcullis-refresh']);
      for (const { name, ...rest } of flags) {
        assert.deepEqual(rest, { httpOnly: true, sameSite: 'Lax', path: '/', domain: 'localhost' }, name);
      }
    }],
    ['flask-cookie: no script can read them, and nothing is kept elsewhere', async () => {
      const readable = await page.evaluate(async () => [
        document.cookie, Object.keys(localStorage), Object.keys(sessionStorage), await indexedDB.databases(),
      ]);
      assert.deepEqual(readable, ['', [], [], []]);
      const html = await page.content();
      for (const { value } of await guest.sessionCookies()) assert.ok(!html.includes(value));
    }],
    ['flask-cookie: the access token is a JWT that tells since and until when, its number and who made it', async () => {
      const { value } = (await guest.sessionCookies())[0];
      const [header, claims] = value.split('.').slice(0, 2)
        .map((part) => JSON.parse(Buffer.from(part, 'base64url').toString()));
      assert.equal(header.typ, 'at+jwt');
      assert.equal(claims.iss, base);
      assert.match(claims.jti, /^\S{16,}$/);
      assert.match(claims.sub, /^[0-9a-f]{8}-[0-9a-f-]{27}$/);
      const now = Date.now() / 1000;
      assert.ok(claims.nbf <= claims.iat && claims.iat <= now + 5 && claims.iat > now - 300, JSON.stringify(claims));
      assert.equal(claims.exp - claims.iat, 15 * 60);
    }],
    ['flask-cookie: each sign-in has a token of its own', async () => {
      const before = await guest.sessionCookies();
      await guest.logOut();
      await guest.logIn(user);
      const after = await guest.sessionCookies();
      assert.equal(after.length, 2);
      assert.ok(before.every(({ value }) => after.every((cookie) => cookie.value !== value)));
    }],
    ['flask-cookie: an access token that ran out is renewed within the page’s own request', async () => {
      await guest.outliveAccessToken();
      const [{ value: before }] = await guest.sessionCookies();
      const response = await guest.go('/account');
      await welcomed();
      assert.equal(response.request().redirectedFrom(), null);
      const cookies = await guest.sessionCookies();
      assert.deepEqual(cookies.map(({ name }) => name), ['portcullis-access', 'portcullis-refresh']);
      assert.notEqual(cookies[1].value, before);
    }],
    ['flask-cookie: and within a form: what was sent is done', async () => {
      await guest.outliveAccessToken();
      await guest.changeName('Ada Lovelace');
      await guest.title('Welcome, Ada Lovelace');
      assert.equal(await guest.notice(), 'Your profile is saved.');
      await guest.changeName(user.name);
      await welcomed();
    }],
    ['flask-cookie: a changed access token opens nothing; the refresh token still does', async () => {
      await tamper('portcullis-access', anotherLast);
      const [{ value: tampered }] = await guest.sessionCookies();
      await guest.go('/account');
      await welcomed();
      assert.notEqual((await guest.sessionCookies())[0].value, tampered);
    }],
    ['flask-cookie: with both changed one is at the login, and told so', async () => {
      await tamper('portcullis-access', anotherLast);
      await tamper('portcullis-refresh', anotherLast);
      await guest.go('/account');
      assert.match(guest.at(), /^\/login\?next=%2Faccount&/);
      assert.equal(await guest.notice(), ENDED);
      assert.deepEqual(await guest.sessionCookies(), []);
    }],
    ['flask-cookie: a token without a signature, for somebody else, opens nothing', async () => {
      await guest.logIn(user);
      await welcomed();
      await tamper('portcullis-refresh', () => 'pcr_nothing');
      await tamper('portcullis-access', (token) => {
        const claims = token.split('.')[1];
        const none = Buffer.from('{"alg":"none","typ":"at+jwt"}').toString('base64url');
        return `${none}.${claims}.`;
      });
      await guest.go('/account');
      await guest.title('Sign in');
      assert.deepEqual(await guest.sessionCookies(), []);
    }],
    ['flask-cookie: signing out ends the session, also for who kept a copy of its cookies', async () => {
      await guest.logIn(user);
      await welcomed();
      const kept = await context.cookies();
      await guest.logOut();
      assert.deepEqual(await guest.sessionCookies(), []);
      await guest.go('/account');
      assert.equal(guest.at(), TO_LOGIN);
      await context.addCookies(kept);
      await guest.go('/account');
      await guest.title('Sign in');
      assert.equal(await guest.notice(), ENDED);
      assert.deepEqual(await guest.sessionCookies(), []);
    }],
    ['flask-cookie: a session that ran out, with cookies the browser has dropped, leads to a friendly line', async () => {
      await guest.logIn(user);
      await welcomed();
      // What a browser does when the life of the cookies is over.
      for (const name of ['portcullis-access', 'portcullis-refresh']) await context.clearCookies({ name });
      await guest.go('/account');
      await guest.title('Sign in');
      assert.match(await page.getByRole('status').allTextContents().then(String), /[Pp]lease sign in/);
      await guest.logIn(user);
      await welcomed();
    }],
    ['flask-cookie: nothing was asked of another host, and no error was logged', () => guest.assertQuiet()],
  ]);
});
