// GraphiQL in a real browser without internet: the first visit, and the page's own promises.
//
//   node graphiql.mjs http://localhost:8000 /tmp/screenshots
import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { newcomer, run, serverUrl } from '../clients/checks.mjs';
import { watchedPage, withBrowser } from './browser.mjs';
import { Workbench } from './workbench.mjs';

const address = `${serverUrl()}/graphiql`;
const pictures = process.argv[3] ?? 'screenshots';

const SIGNUP = `mutation First($input: SignupInput!) {
  signup(input: $input) { user { id name email } tokens { accessToken accessTokenExpiresAt } userErrors { code message field } }
}`;
const LOGIN = `mutation Second($input: LoginInput!) {
  login(input: $input) { user { id } tokens { accessToken accessTokenExpiresAt } userErrors { code message field } }
}`;
const ME = 'query Third { me { id name email roles createdAt } }';

await mkdir(pictures, { recursive: true });
await withBrowser(async (browser) => {
  const { page, seen } = await watchedPage(browser, { colorScheme: 'light' });
  const bench = new Workbench(page);
  const picture = (name) => page.screenshot({ path: join(pictures, `${name}.png`) });
  const user = newcomer();
  const { email, password } = user;
  const reasonOf = (answer) => answer.errors?.[0]?.extensions?.reason;
  let userId;
  let token;

  await run([
    ['the page opens with the example tabs', async () => {
      await bench.open(address);
      assert.equal(await page.title(), 'Portcullis GraphiQL');
      assert.deepEqual(await bench.tabs(), ['Signup', 'Login', 'Me', 'Viewer', 'Logout']);
      assert.match(await bench.session(), /^Not signed in/);
      await picture('1-first-visit');
    }],
    ['every example and its variables fit the schema', async () => {
      for (const title of await bench.tabs()) {
        await bench.tab(title);
        assert.deepEqual(await bench.complaints(), [], title);
      }
    }],
    ['the examples run as they stand', async () => {
      await bench.tab('Me');
      assert.equal(reasonOf(await bench.run()), 'TOKEN_MISSING');
      await bench.tab('Signup');
      const { signup } = (await bench.run()).data;
      // On a server that met this example before, the address is taken.
      if (signup.user === null) assert.equal(signup.userErrors[0].code, 'EMAIL_TAKEN');
      await bench.tab('Login');
      assert.equal((await bench.run()).data.login.user.email, 'ada@example.com');
      await picture('2-login-example');
      await bench.tab('Viewer');
      assert.equal((await bench.run()).data.viewer.isAuthenticated, true);
      await bench.tab('Logout');
      assert.equal((await bench.run()).data.logout.wasSignedIn, true);
      assert.match(await bench.session(), /^Not signed in/);
    }],
    ['a typed signup makes an account', async () => {
      await bench.tab('Signup');
      await bench.typeDocument(SIGNUP);
      await bench.typeVariables({ input: user });
      const { signup } = (await bench.run()).data;
      assert.deepEqual(signup.userErrors, []);
      assert.equal(signup.user.email, email);
      userId = signup.user.id;
      assert.ok((await bench.session()).startsWith(`Signed in as ${email} until `));
    }],
    ['a typed login signs in', async () => {
      await bench.tab('Login');
      await bench.typeDocument(LOGIN);
      await bench.typeVariables({ input: { email, password } });
      const { login } = (await bench.run()).data;
      assert.deepEqual(login.userErrors, []);
      assert.equal(login.user.id, userId);
      token = login.tokens.accessToken;
    }],
    ['a typed `me` gets the account, without anything copied', async () => {
      await bench.tab('Me');
      await bench.typeDocument(ME);
      const { me } = (await bench.run()).data;
      assert.equal(me.id, userId);
      assert.equal(me.name, user.name);
      assert.equal(me.email, email);
      await picture('3-me');
    }],
    ['a value in the headers editor wins', async () => {
      await bench.typeHeaders({ Authorization: 'Bearer no.such.token' });
      assert.equal(reasonOf(await bench.run()), 'TOKEN_INVALID');
      await bench.typeHeaders({ Authorization: `Bearer ${token}` });
      assert.equal((await bench.run()).data.me.id, userId);
      await picture('4-headers');
      await bench.typeHeaders({ Authorization: '' });
      assert.equal((await bench.run()).data.me.id, userId);
    }],
    ['the token is in no storage, and a reload forgets it but keeps the tabs', async () => {
      const stored = await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }]));
      assert.ok(!stored.includes(token), 'the token was stored');
      const before = await bench.tabs();
      await page.reload();
      await bench.ready();
      assert.deepEqual(await bench.tabs(), before);
      assert.equal(reasonOf(await bench.run()), 'TOKEN_MISSING');
    }],
    ['"Forget token" forgets it', async () => {
      await bench.tab('Second');
      assert.equal((await bench.run()).data.login.user.id, userId);
      await page.getByRole('button', { name: 'Forget token' }).click();
      assert.match(await bench.session(), /^Not signed in/);
      await bench.tab('Third');
      assert.equal(reasonOf(await bench.run()), 'TOKEN_MISSING');
    }],
    ['documentation, history, menus and dialogs open', async () => {
      await page.getByRole('button', { name: 'Show Documentation Explorer' }).click();
      await page.locator('.graphiql-doc-explorer', { hasText: 'SignupPayload' }).waitFor();
      await picture('5-documentation');
      await page.getByRole('button', { name: 'Show History' }).click();
      await page.locator('.graphiql-history').waitFor();
      await bench.typeDocument('query A { me { id } }\nquery B { me { name } }\n');
      await page.locator('.graphiql-execute-button').click();
      await page.getByRole('menuitem', { name: 'B' }).click();
      for (const dialog of ['Open settings dialog', 'Open short keys dialog']) {
        await page.getByRole('button', { name: dialog }).click();
        await page.getByRole('dialog').waitFor();
        await page.keyboard.press('Escape');
        await page.getByRole('dialog').waitFor({ state: 'detached' });
      }
    }],
    ['a dark system gets a dark page', async () => {
      const { page: dark, seen: seenDark } = await watchedPage(browser, { colorScheme: 'dark' });
      const darkBench = new Workbench(dark);
      await darkBench.open(address);
      await darkBench.tab('Me');
      await darkBench.run();
      const lightness = await dark.evaluate(() => {
        const colour = getComputedStyle(document.querySelector('.graphiql-container')).backgroundColor;
        return Math.max(...colour.match(/\d+/g).slice(0, 3).map(Number));
      });
      assert.ok(lightness < 100, `background of lightness ${lightness}`);
      await dark.screenshot({ path: join(pictures, '6-dark.png') });
      assert.deepEqual(seenDark, { outside: [], errors: [], breaches: [] });
    }],
    ['nothing was asked of another host, no error was logged, the content policy was kept', () => {
      assert.deepEqual(seen, { outside: [], errors: [], breaches: [] });
    }],
  ]);
});
