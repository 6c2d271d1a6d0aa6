// A stolen refresh token: the session ends as soon as both, thief and owner, have used it.
//
//   node theft.mjs http://localhost:8000
//
// The server has to run with `refresh_replay_window = "0s"`: nothing has to be waited for.
import assert from 'node:assert/strict';
import { newcomer, run, serverUrl } from '../clients/checks.mjs';
import { withBrowser } from './browser.mjs';
import { Caller, LOGIN, REFRESH_WITH, SIGNUP } from './pages.mjs';

const base = serverUrl();
const endpoint = `${base}/graphql`;
const user = newcomer();
const { email, password } = user;
const INVALID = [{ code: 'REFRESH_TOKEN_INVALID' }];
const VIEWER = '{ viewer { unauthenticatedReason } }';

await withBrowser(async (browser) => {
  const open = async () => {
    const context = await browser.newContext();
    return { context, caller: await Caller.open(context, `${base}/graphiql`, endpoint) };
  };
  const { context: owners, caller: owner } = await open();
  const { context: thiefs, caller: thief } = await open();
  const trade = async (caller, token) => (await caller.data(REFRESH_WITH, { token })).refreshSession;

  await run([
    ['a token that was traded is replayed: the session of its owner ends', async () => {
      await owner.data(SIGNUP, { input: user });
      const { login } = await owner.data(LOGIN, { input: { email, password } });
      const stolen = login.tokens.refreshToken;
      const { tokens } = await trade(owner, stolen);
      assert.ok(tokens.refreshToken.startsWith('pcr_') && tokens.refreshToken !== stolen);
      const denied = async () => (await owner.data(VIEWER, undefined, { token: tokens.accessToken })).viewer;
      assert.deepEqual(await denied(), { unauthenticatedReason: null });

      assert.deepEqual((await trade(thief, stolen)).userErrors, INVALID);
      assert.deepEqual(await denied(), { unauthenticatedReason: 'SESSION_REVOKED' });
      assert.deepEqual((await trade(owner, tokens.refreshToken)).userErrors, INVALID);
    }],
    ['a thief who copied the cookies and comes first loses them when the owner comes', async () => {
      const { login } = await owner.data(LOGIN, { input: { email, password, tokenDelivery: 'COOKIE' } });
      assert.deepEqual(login.userErrors, []);
      await thiefs.addCookies(await owners.cookies());
      assert.deepEqual((await thief.refresh()).userErrors, []);
      assert.equal(await thief.denied(), null);

      assert.deepEqual((await owner.refresh()).userErrors, INVALID);
      assert.equal(await thief.denied(), 'SESSION_REVOKED');
      assert.deepEqual((await thief.refresh()).userErrors, INVALID);
      assert.deepEqual(await thiefs.cookies(), []);
    }],
    ['other sessions of the account live on', async () => {
      const { context, caller } = await open();
      await caller.data(LOGIN, { input: { email, password, tokenDelivery: 'COOKIE' } });
      const { login } = await owner.data(LOGIN, { input: { email, password } });
      await trade(owner, login.tokens.refreshToken);
      assert.deepEqual((await trade(thief, login.tokens.refreshToken)).userErrors, INVALID);
      assert.equal(await caller.denied(), null);
      await context.close();
    }],
  ]);
});
