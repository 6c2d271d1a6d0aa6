// Forms on pages of others, sent to this server by the visitor's browser: nothing happens, the session stays as it was.
//
//   node foreign-forms.mjs http://localhost:8000
import assert from 'node:assert/strict';
import { newcomer, run, serverUrl } from '../../clients/checks.mjs';
import { withBrowser } from '../browser.mjs';
import { servePage } from '../pages.mjs';
import { Guest } from './guest.mjs';

const base = serverUrl();
const user = newcomer();
const attacker = newcomer();
const names = ['evil.example', 'localhost.example'];

/** In the page: sends a form with these fields, in place of the page. */
const submit = ({ action, fields, enctype }) => {
  const form = Object.assign(document.createElement('form'), { method: 'post', action, enctype });
  for (const [name, value] of Object.entries(fields)) {
    form.append(Object.assign(document.createElement('input'), { type: 'hidden', name, value }));
  }
  document.body.append(form);
  form.submit();
};

const foreign = await servePage(0);
try {
  await withBrowser(attacks, names);
} finally {
  foreign.close();
}

async function attacks(browser) {
  await (await Guest.signedUp(browser, base, attacker)).close();
  const victim = await Guest.signedUp(browser, base, user);
  const context = victim.page.context();
  // A form that the victim has open all the while.
  const open = new Guest(await context.newPage(), base, victim.seen);
  await open.go('/account');
  const token = await open.page.locator('input[name=form_token]').first().inputValue();
  const state = async () => (await victim.sessionCookies()).map(({ name, value }) => `${name}=${value}`);
  const before = await state();

  const sites = [
    // Of the same site, as a sibling domain is: the browser sends the cookies along.
    ['another port', `http://localhost:${foreign.port}/`],
    ['another site', `http://127.0.0.1:${foreign.port}/`],
    ...names.map((name) => [name, `http://${name}:${foreign.port}/`]),
  ];
  const attempts = [
    ['/logout', {}],
    ['/account/profile', { name: 'Mallory' }],
    ['/account/password', { current_password: user.password, new_password: attacker.password }],
    ['/account/sessions/end-others', {}],
    ['/account/delete', { current_password: user.password }],
    ['/login', { email: attacker.email, password: attacker.password }],
    ['/signup', { ...newcomer() }],
  ];
  /** Sends the form from a page of the site, and gives what the browser then shows. */
  const send = async (address, action, fields, enctype = 'application/x-www-form-urlencoded') => {
    const page = await context.newPage();
    await page.goto(address);
    const [response] = await Promise.all([
      page.waitForNavigation(),
      page.evaluate(submit, { action: base + action, fields, enctype }),
    ]);
    const told = { status: response.status(), html: await page.content(), text: await page.innerText('body') };
    await page.close();
    return told;
  };
  const untouched = async () => {
    assert.deepEqual(await state(), before);
    const { me } = await victim.ask('{ me { name email sessions(first: 5) { totalCount } } }');
    assert.deepEqual([me.name, me.email], [user.name, user.email]);
  };

  await run([
    ...sites.flatMap(([about, address]) => [
      [`forms of ${about} are refused`, async () => {
        for (const [action, fields] of attempts) {
          const { status } = await send(address, action, fields);
          assert.equal(status, 403, action);
          await untouched();
        }
      }],
      [`also with a token that leaked, and in other wrappings`, async () => {
        for (const enctype of ['application/x-www-form-urlencoded', 'multipart/form-data', 'text/plain']) {
          for (const [action, fields] of attempts) {
            const { status } = await send(address, action, { form_token: token, ...fields }, enctype);
            assert.equal(status, 403, `${action} ${enctype}`);
          }
        }
        await untouched();
      }],
    ]),
    ['what the visitor is shown then is a page for people, and names nobody', async () => {
      for (const [, address] of sites) {
        const { html, text } = await send(address, '/account/profile', { name: 'Mallory' });
        for (const secret of [user.name, user.email]) assert.ok(!html.includes(secret));
        assert.match(text, /That did not come from here/);
      }
    }],
    ['a foreign page cannot put a page of ours into a frame', async () => {
      for (const [, address] of sites) {
        const page = await context.newPage();
        await page.goto(address);
        for (const path of ['/login', '/signup', '/account']) {
          const framed = page.waitForEvent('framenavigated', (frame) => frame !== page.mainFrame());
          await page.evaluate((src) => {
            document.querySelector('iframe')?.remove();
            document.body.append(Object.assign(document.createElement('iframe'), { src }));
          }, base + path);
          const frame = await framed;
          assert.ok(frame.url().startsWith('chrome-error:'), frame.url());
        }
        await page.close();
      }
    }],
    ['a link to the sign-out signs nobody out', async () => {
      const page = await context.newPage();
      await page.goto(`http://evil.example:${foreign.port}/`);
      for (const path of ['/logout', '/account/delete', '/account/sessions/end-others']) {
        await page.goto(base + path, { referer: `http://evil.example:${foreign.port}/` });
      }
      await page.close();
      await untouched();
    }],
    ['the form that was open all the while still counts', async () => {
      await open.changeName('Ada Lovelace');
      await open.title('Welcome, Ada Lovelace');
      assert.equal(await open.notice(), 'Your profile is saved.');
    }],
    ['who opens the server’s own link from a foreign page is signed in there as ever', async () => {
      const page = await context.newPage();
      await page.goto(`http://evil.example:${foreign.port}/`);
      const [response] = await Promise.all([
        page.waitForNavigation(),
        page.evaluate((href) => { location.href = href; }, `${base}/account`),
      ]);
      assert.equal(response.status(), 200);
      assert.equal(page.url(), `${base}/account`);
      await page.close();
    }],
  ]);
}
