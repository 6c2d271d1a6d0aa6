// Names that would like to be code: they are text wherever they stand.
//
//   node hostile-names.mjs http://localhost:8000
import assert from 'node:assert/strict';
import { newcomer, run, serverUrl } from '../../clients/checks.mjs';
import { withBrowser } from '../browser.mjs';
import { Guest } from './guest.mjs';

const base = serverUrl();
const NAMES = [
  '"><svg onload=alert(1)>',
  '</title></style></script><script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  "' autofocus onfocus=alert(1) x='",
  '{{7*7}} ${7*7} { $name } &lt;b&gt;',
];

await withBrowser(async (browser) => {
  const user = newcomer();
  const guest = await Guest.signedUp(browser, base, user);
  const { page } = guest;
  const ran = [];
  page.on('dialog', (dialog) => {
    ran.push(dialog.message());
    return dialog.dismiss();
  });
  /** Elements that no template has. */
  const strangers = () => page.locator('svg, img, b, script:not([nonce]), [onload], [onerror], [onfocus]').count();
  const isText = async (where) => {
    assert.deepEqual(ran, [], where);
    assert.equal(await strangers(), 0, where);
    assert.equal(await page.title(), await page.evaluate(() => document.title));
  };

  await run([
    ...NAMES.map((name) => [`${name} is welcomed as it is written`, async () => {
      await guest.go('/account');
      await guest.changeName(name);
      await guest.title(`Welcome, ${name}`);
      assert.equal(await guest.card('Profile').getByLabel('Name').inputValue(), name);
      assert.equal((await guest.ask('{ me { name } }')).me.name, name);
      await isText('account');
    }]),
    ['and comes back from a refused sign-up and login as it is written', async () => {
      await guest.logOut();
      for (const name of NAMES) {
        await guest.signUp({ name, email: name, password: name.slice(0, 7) });
        assert.deepEqual([await guest.typed('Name'), await guest.typed('Email')], [name, name]);
        await isText('sign-up');
        await guest.go('/login');
        await guest.logIn({ email: name, password: name });
        assert.equal(await guest.typed('Email'), name);
        await isText('login');
      }
    }],
    ['so does what stands in the address', async () => {
      for (const name of NAMES) {
        for (const path of ['/login', '/signup', '/account']) {
          const text = encodeURIComponent(name);
          await guest.go(`${path}?next=${text}&notice=${text}&${text}=${text}#${text}`);
          await isText(path);
        }
      }
    }],
    ['a device calls itself what it likes', async () => {
      const device = `Opera/9.80 ${NAMES[0]} ${NAMES[1]}`;
      const other = await Guest.open(browser, base, { userAgent: device });
      await other.go('/login');
      await other.logIn(user);
      await guest.go('/login');
      await guest.logIn(user);
      assert.equal(await guest.sessions().count(), 2);
      await isText('sessions');
      await other.close();
    }],
    ['a sign-up with such a name welcomes by it', async () => {
      const other = await Guest.open(browser, base);
      await other.signUp({ ...newcomer(), name: NAMES[0] });
      await other.title(`Welcome, ${NAMES[0]}`);
      other.assertQuiet();
    }],
    ['nothing ran, nothing tried to, and no other host was asked', () => {
      assert.deepEqual(ran, []);
      guest.assertQuiet();
    }],
  ]);
});
