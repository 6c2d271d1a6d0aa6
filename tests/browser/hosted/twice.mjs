// A form that is sent twice: the script holds the second click back, and without it both end like the first.
//
//   node twice.mjs http://localhost:8000
import assert from 'node:assert/strict';
import { newcomer, run, serverUrl } from '../../clients/checks.mjs';
import { withBrowser } from '../browser.mjs';
import { Guest } from './guest.mjs';

const base = serverUrl();
const SESSIONS = '{ me { name sessions(first: 5) { totalCount } } }';

await withBrowser((browser) => run([
  ['with the script the second click sends nothing until the page is shown again', async () => {
    const guest = await Guest.signedUp(browser, base, newcomer());
    const { page } = guest;
    let sent = 0;
    page.on('request', (request) => { sent += request.url().endsWith('/account/profile') ? 1 : 0; });
    const save = guest.card('Profile').getByRole('button', { name: 'Save', exact: true });
    const clickTwice = (button) => {
      button.click();
      button.click();
      const other = document.querySelector('form[action="/logout"] button');
      return { own: button.disabled, other: other.disabled };
    };
    await guest.leave(async () => {
      assert.deepEqual(await save.evaluate(clickTwice), { own: true, other: false });
    });
    assert.equal(await guest.notice(), 'Your profile is saved.');
    assert.equal(sent, 1);
    assert.ok(await save.isEnabled());
    await page.goBack();
    assert.ok(await save.isEnabled());
    guest.assertQuiet();
    await guest.close();
  }],
  ['a form that lacks something can be sent when it is filled in', async () => {
    const guest = await Guest.open(browser, base);
    await guest.go('/signup');
    const button = guest.page.getByRole('button', { name: 'Sign up', exact: true });
    await button.click();
    assert.ok(await button.isEnabled());
    await guest.signUp(newcomer());
    assert.equal(guest.at(), '/account');
    await guest.close();
  }],
  ['a visitor who stops the page from loading can send the form again', async () => {
    const guest = await Guest.signedUp(browser, base, newcomer());
    const { page } = guest;
    await page.clock.install();
    await guest.go('/account');
    await page.route('**/account/profile', (route) => route.abort('aborted'));
    const save = guest.card('Profile').getByRole('button', { name: 'Save', exact: true });
    const stopped = page.waitForEvent('requestfailed');
    assert.ok(await save.evaluate((button) => { button.click(); return button.disabled; }));
    await stopped;
    await page.clock.runFor(10_000);
    assert.ok(await save.isEnabled());
    await guest.close();
  }],
  ['without it a double click signs up once, and one is signed in', async () => {
    const user = newcomer();
    const guest = await Guest.open(browser, base, { javaScriptEnabled: false });
    await guest.go('/signup');
    await guest.type('Name', user.name);
    await guest.type('Email', user.email);
    await guest.type('Password', user.password);
    await guest.page.getByRole('button', { name: 'Sign up', exact: true }).dblclick();
    await guest.page.waitForURL('**/account');
    await guest.title(`Welcome, ${user.name}`);
    const visitor = await Guest.loggedIn(browser, base, user);
    const { me } = await visitor.ask(SESSIONS);
    // One of the sign-up, one of this login.
    assert.equal(me.sessions.totalCount, 2);
    await visitor.close();
    await guest.close();
  }],
]));
