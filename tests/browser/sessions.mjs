// Sessions in cookies, in a real browser: two profiles, many tabs, pages of the server and of an application.
//
//   node sessions.mjs 5173 http://localhost:8000
//
// The first argument is the port of the application's page; the server has to name http://localhost:5173 and
// http://127.0.0.1:5173 in its `cors_origins`.
import assert from 'node:assert/strict';
import { newcomer, run } from '../clients/checks.mjs';
import { fromManual } from '../clients/manual.mjs';
import { withBrowser } from './browser.mjs';
import { Caller, LOGIN, SIGNUP, servePage } from './pages.mjs';

const [port, base] = process.argv.slice(2);
const endpoint = `${base}/graphql`;
const user = newcomer();
const { email, password } = user;
const credentials = { email, password, tokenDelivery: 'COOKIE' };

const CHROME = (system, kind) =>
  `Mozilla/5.0 (${system}) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 ${kind}Safari/537.36`;

const VIEWER = '{ viewer { isAuthenticated unauthenticatedReason session { id } } }';
const SESSIONS = '{ me { sessions(first: 10) { totalCount nodes { id isCurrent deviceName } } } }';
const REVOKE = 'mutation ($id: ID!) { revokeSession(input: { sessionId: $id }) { revokedSessionId userErrors { code } } }';
const LOGOUT = 'mutation { logout { wasSignedIn } }';

const app = await servePage(Number(port));
assert.equal(app.port, Number(port), 'the port of the page is taken');
try {
  await withBrowser(async (browser) => {
    const laptop = await browser.newContext({ userAgent: CHROME('X11; Linux x86_64', '') });
    const phone = await browser.newContext({ userAgent: CHROME('Linux; Android 10; K', 'Mobile ') });
    const own = await Caller.open(laptop, `${base}/graphiql`, endpoint);
    const application = await Caller.open(phone, `http://localhost:${port}/`, endpoint);
    const cookies = async (context) => (await context.cookies()).filter(({ name }) => name.startsWith('portcullis'));
    const sessions = {};

    await run([
      ['a page of the server signs up, and the browser keeps both tokens', async () => {
        const { signup } = await own.data(SIGNUP, { input: { ...user, tokenDelivery: 'COOKIE' } });
        assert.deepEqual(signup.userErrors, []);
        assert.equal(signup.tokens.refreshToken, null);
        sessions.laptop = signup.session.id;
        const kept = await cookies(laptop);
        assert.deepEqual(kept.map(({ name }) => name).sort(), ['portcullis-access', 'portcullis-refresh']);
        for (const cookie of kept) {
          const { httpOnly, sameSite, secure, path, domain } = cookie;
          assert.deepEqual(
            { httpOnly, sameSite, secure, path, domain },
            { httpOnly: true, sameSite: 'Lax', secure: false, path: '/', domain: 'localhost' },
          );
        }
      }],
      ['a page of an application on another port signs in on another profile', async () => {
        const { login } = await application.data(LOGIN, { input: credentials });
        assert.deepEqual(login.userErrors, []);
        sessions.phone = login.session.id;
        assert.notEqual(sessions.phone, sessions.laptop);
        assert.equal((await cookies(phone)).length, 2);
      }],
      ['both are signed in, and no script can read why', async () => {
        for (const caller of [own, application]) {
          assert.equal((await caller.data('{ me { email } }')).me.email, email);
          const readable = await caller.page.evaluate(() => [
            document.cookie, JSON.stringify({ ...localStorage }), JSON.stringify({ ...sessionStorage }),
          ]);
          assert.equal(readable[0], '');
          for (const text of readable) assert.doesNotMatch(text, /pcr_|eyJ/);
        }
      }],
      ['each sees both sessions, and which one is its own', async () => {
        for (const [caller, current] of [[own, sessions.laptop], [application, sessions.phone]]) {
          const { totalCount, nodes } = (await caller.data(SESSIONS)).me.sessions;
          assert.equal(totalCount, 2);
          const seen = Object.fromEntries(nodes.map(({ id, ...more }) => [id, more]));
          assert.deepEqual(seen, {
            [sessions.laptop]: { isCurrent: current === sessions.laptop, deviceName: 'Chrome on Linux' },
            [sessions.phone]: { isCurrent: current === sessions.phone, deviceName: 'Chrome on Android' },
          });
        }
      }],
      ['without `credentials` no cookie goes to another port', async () => {
        const { viewer } = await application.data(VIEWER, undefined, { credentials: 'same-origin' });
        assert.equal(viewer.unauthenticatedReason, 'TOKEN_MISSING');
      }],
      ['a reload and a new tab stay signed in', async () => {
        await application.page.reload();
        assert.equal(await application.denied(), null);
        const tab = await Caller.open(phone, `http://localhost:${port}/`, endpoint);
        assert.equal((await tab.data(VIEWER)).viewer.session.id, sessions.phone);
        await tab.page.close();
      }],
      ['ten tabs that refresh at once stay signed in, and share one session', async () => {
        const tabs = await Promise.all(
          Array.from({ length: 10 }, () => Caller.open(phone, `http://localhost:${port}/`, endpoint)),
        );
        const before = (await cookies(phone)).map(({ value }) => value);
        const answers = await Promise.all(tabs.map((tab) => tab.refresh()));
        for (const { session, tokens, userErrors } of answers) {
          assert.deepEqual(userErrors, []);
          assert.equal(session.id, sessions.phone);
          assert.equal(tokens.refreshToken, null);
        }
        const after = (await cookies(phone)).map(({ value }) => value);
        assert.ok(before.every((value) => !after.includes(value)), 'the cookies are the old ones');
        for (const tab of tabs) assert.equal((await tab.data(VIEWER)).viewer.session.id, sessions.phone);
        assert.deepEqual((await tabs[9].refresh()).userErrors, []);
        await Promise.all(tabs.map((tab) => tab.page.close()));
      }],
      ['an access cookie that is gone counts as expired, and a refresh brings it back', async () => {
        await phone.clearCookies({ name: 'portcullis-access' });
        assert.equal(await application.denied(), 'TOKEN_EXPIRED');
        assert.deepEqual((await application.refresh()).userErrors, []);
        assert.equal(await application.denied(), null);
      }],
      ['the code of the manual refreshes by itself, and not for each call', async () => {
        const code = await fromManual('session.js', base);
        await phone.clearCookies({ name: 'portcullis-access' });
        const refreshes = [];
        application.page.on('request', (request) => {
          if (request.postData()?.includes('refreshSession')) refreshes.push(request);
        });
        const answers = await application.page.evaluate(async (code) => {
          const { ask } = await import(`data:text/javascript,${encodeURIComponent(code)}`);
          return Promise.all(Array.from({ length: 10 }, () => ask('{ me { email } }')));
        }, code);
        assert.deepEqual(answers, Array(10).fill({ data: { me: { email } } }));
        // One, unless a call was answered so late that the refresh was over.
        assert.ok(refreshes.length >= 1 && refreshes.length < 10, `${refreshes.length} refreshes`);
      }],
      ['one profile ends the session of the other, which is refused on its next request', async () => {
        const { revokeSession } = await own.data(REVOKE, { id: sessions.phone });
        assert.deepEqual(revokeSession, { revokedSessionId: sessions.phone, userErrors: [] });
        assert.equal(await application.denied(), 'SESSION_REVOKED');
        assert.equal(await own.denied(), null);
      }],
      ['a refresh then fails, and the cookies go', async () => {
        const { userErrors } = await application.refresh();
        assert.deepEqual(userErrors, [{ code: 'REFRESH_TOKEN_INVALID' }]);
        assert.deepEqual(await cookies(phone), []);
        assert.equal(await application.denied(), 'TOKEN_MISSING');
      }],
      ['a listed page of another site learns that its browser would keep no cookies, and signs in without', async () => {
        const elsewhere = await Caller.open(phone, `http://127.0.0.1:${port}/`, endpoint);
        const { body } = await elsewhere.answer(LOGIN, { input: credentials });
        assert.deepEqual(body.errors.map(({ extensions }) => extensions.code), ['BAD_USER_INPUT']);
        assert.match(body.errors[0].message, /different sites/);
        const { login } = await elsewhere.data(LOGIN, { input: { email, password } });
        assert.deepEqual(await cookies(phone), []);
        assert.equal(await elsewhere.denied(), 'TOKEN_MISSING');
        const { viewer } = await elsewhere.data(VIEWER, undefined, { token: login.tokens.accessToken });
        assert.equal(viewer.isAuthenticated, true);
      }],
      ['logout ends the session and takes the cookies along', async () => {
        assert.equal((await own.data(LOGOUT)).logout.wasSignedIn, true);
        assert.deepEqual(await cookies(laptop), []);
        assert.equal(await own.denied(), 'TOKEN_MISSING');
      }],
    ]);
  });
} finally {
  app.close();
}
