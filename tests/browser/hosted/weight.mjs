// What a page costs: one request, little to carry, nobody else's; and what it tells a password manager.
//
//   node weight.mjs plain http://localhost:8000
//
// With `logo` in place of `plain` the server has to have one in its settings.
import assert from 'node:assert/strict';
import { newcomer, run } from '../../clients/checks.mjs';
import { withBrowser } from '../browser.mjs';
import { Guest } from './guest.mjs';

const [kind, base] = process.argv.slice(2);
const hasLogo = kind === 'logo';
const user = newcomer();
const MOST_BYTES = 30_000;

await withBrowser(async (browser) => {
  const guest = await Guest.open(browser, base);
  const { page } = guest;
  /** What is asked for when the page at this path is loaded, and how many bytes that carries. */
  const cost = async (path) => {
    const asked = [];
    const note = (request) => {
      if (!request.url().startsWith('data:')) asked.push(request);
    };
    page.on('requestfinished', note);
    await page.goto(base + path, { waitUntil: 'networkidle' });
    page.off('requestfinished', note);
    const sizes = await Promise.all(asked.map((request) => request.sizes()));
    const bytes = sizes.reduce((sum, size) => sum + size.responseBodySize + size.responseHeadersSize, 0);
    return { paths: asked.map((request) => request.url().slice(base.length)), bytes };
  };
  const isLight = async (path) => {
    const { paths, bytes } = await cost(path);
    // The browser keeps the logo for an hour.
    assert.deepEqual(paths.filter((asked) => asked !== '/logo'), [path]);
    assert.ok(paths.length <= (hasLogo ? 2 : 1), String(paths));
    assert.ok(bytes > 2_000 && bytes < MOST_BYTES, `${bytes} bytes`);
    console.log(`      ${path}: ${bytes} bytes`);
  };
  /** The fields of a form that a password manager looks at: kind and purpose, in their order. */
  const purposes = (action) => page.locator(`form[action="${action}"]`).evaluate((form) =>
    [...form.elements].filter(({ autocomplete }) => autocomplete && autocomplete !== 'off')
      .map(({ type, autocomplete, value }) => [type, autocomplete, ...(type === 'password' ? [] : [value])]));

  await run([
    ...['/login', '/login?next=%2Faccount', '/login?notice=ended', '/signup'].map((path) =>
      [`${path} is one request and light`, () => isLight(path)]),
    ['a password manager knows the fields of the login', async () => {
      await guest.go('/login');
      assert.deepEqual(await purposes('/login'), [['email', 'username webauthn', ''], ['password', 'current-password']]);
    }],
    ['and those of the sign-up', async () => {
      await guest.go('/signup');
      assert.deepEqual(await purposes('/signup'),
        [['text', 'name', ''], ['email', 'username', ''], ['password', 'new-password']]);
    }],
    ['the account is one request and light, with ten sessions, too', async () => {
      await guest.signUp(user);
      await isLight('/account');
      for (let device = 0; device < 9; device += 1) {
        await (await Guest.loggedIn(browser, base, user)).close();
      }
      await isLight('/account');
      assert.equal(await guest.sessions().count(), 10);
    }],
    ['a password manager knows whose password is changed, and from which to which', async () => {
      assert.deepEqual(await purposes('/account/password'),
        [['text', 'username', user.email], ['password', 'current-password'], ['password', 'new-password']]);
      assert.deepEqual(await purposes('/account/delete'),
        [['text', 'username', user.email], ['password', 'current-password']]);
      assert.deepEqual(await purposes('/account/profile'), [['text', 'name', user.name], ['select-one', 'language', 'en']]);
    }],
    ['no password ever stands in a page', async () => {
      await guest.changePassword('not this one at all', 'a candle over loud sand');
      const html = await page.content();
      for (const secret of ['not this one at all', 'a candle over loud sand', user.password]) {
        assert.ok(!html.includes(secret));
      }
    }],
    [hasLogo ? 'the logo stands next to the name, and is not read out' : 'there is no picture', async () => {
      await guest.go('/account');
      const pictures = await page.locator('img').evaluateAll((all) =>
        all.map(({ complete, naturalWidth, alt }) => [complete && naturalWidth > 0, alt]));
      assert.deepEqual(pictures, hasLogo ? [[true, '']] : []);
    }],
    ['nothing was asked of another host, and no error was logged', () => guest.assertQuiet()],
  ]);
});
