// Two devices of one person: each sees both, and ends the other.
//
//   node devices.mjs http://localhost:8000
import assert from 'node:assert/strict';
import { newcomer, run, serverUrl } from '../../clients/checks.mjs';
import { withBrowser } from '../browser.mjs';
import { Guest } from './guest.mjs';

const base = serverUrl();
const user = newcomer();
const CHROME = (system, kind) =>
  `Mozilla/5.0 (${system}) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 ${kind}Safari/537.36`;
const ENDED = 'Your session has ended. Please sign in again.';

await withBrowser(async (browser) => {
  const laptop = await Guest.signedUp(browser, base, user, { userAgent: CHROME('X11; Linux x86_64', '') });
  const phone = await Guest.loggedIn(browser, base, user, { userAgent: CHROME('Linux; Android 10; K', 'Mobile ') });
  /** The lines of the list: device, and whether it is this one. */
  const lines = async (guest) => {
    await guest.go('/account');
    const found = await guest.sessions().all();
    const told = found.map(async (line) =>
      [await line.locator('strong').textContent(), await line.getByText('This device').count() === 1]);
    return Object.fromEntries(await Promise.all(told));
  };

  await run([
    ['each sees both, and which is this one', async () => {
      assert.deepEqual(await lines(laptop), { 'Chrome on Linux': true, 'Chrome on Android': false });
      assert.deepEqual(await lines(phone), { 'Chrome on Linux': false, 'Chrome on Android': true });
    }],
    ['a line tells when it was used last, in the words and the time zone of the visitor', async () => {
      const time = laptop.sessions().first().locator('time');
      const [machine, shown] = [await time.getAttribute('datetime'), await time.textContent()];
      assert.match(machine, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
      assert.ok(Math.abs(Date.now() - Date.parse(machine)) < 10 * 60_000);
      const expected = await laptop.page.evaluate((machine) => new Date(machine)
        .toLocaleString('en', { dateStyle: 'medium', timeStyle: 'short' }), machine);
      assert.equal(shown, expected);
    }],
    ['there is no button to end this one but the one above', async () => {
      const buttons = await laptop.sessions().getByRole('button').all();
      assert.equal(buttons.length, 1);
      assert.equal(await buttons[0].getAttribute('aria-label'), 'Sign out of Chrome on Android');
    }],
    ['one ends the other', async () => {
      await laptop.send('Sign out of Chrome on Android');
      assert.equal(await laptop.notice(), 'The device is signed out.');
      assert.equal(await laptop.sessions().count(), 1);
    }],
    ['which lands on the login with a friendly line at its next step', async () => {
      await phone.changeName('Nobody');
      await phone.title('Sign in');
      assert.equal(await phone.notice(), ENDED);
      assert.deepEqual(await phone.sessionCookies(), []);
      await laptop.go('/account');
      await laptop.title(`Welcome, ${user.name}`);
    }],
    ['the line is gone when one is there again', async () => {
      await phone.logIn(user);
      await phone.title(`Welcome, ${user.name}`);
      assert.equal(await phone.page.getByRole('status').count(), 0);
    }],
    ['a button for a device that signed out meanwhile says so, and does no harm', async () => {
      assert.deepEqual(await lines(laptop), { 'Chrome on Linux': true, 'Chrome on Android': false });
      await phone.logOut();
      await laptop.send('Sign out of Chrome on Android');
      await laptop.page.getByRole('alert').waitFor();
      assert.equal(await laptop.sessions().count(), 1);
    }],
    ['nor does one whose form was meddled with', async () => {
      await phone.go('/login');
      await phone.logIn(user);
      const { me } = await phone.ask('{ me { sessions(first: 1) { totalCount } } }');
      await laptop.go('/account');
      await laptop.page.locator('input[name=session]').evaluate((field) => { field.value = 'nobody’s'; });
      await laptop.send('Sign out of Chrome on Android');
      await laptop.page.getByRole('alert').waitFor();
      await laptop.title(`Welcome, ${user.name}`);
      assert.equal(await laptop.sessions().count(), me.sessions.totalCount);
      await phone.logOut();
    }],
    ['all others are ended at once', async () => {
      const third = await Guest.loggedIn(browser, base, user);
      await phone.go('/login');
      await phone.logIn(user);
      await phone.send('Sign out everywhere else');
      assert.equal(await phone.notice(), 'You are signed out everywhere else.');
      assert.equal(await phone.sessions().count(), 1);
      for (const ended of [laptop, third]) {
        await ended.go('/account');
        await ended.title('Sign in');
        assert.equal(await ended.notice(), ENDED);
      }
    }],
    ['two tabs: a form of the one, after the other signed out and in, has no effect and can be sent again', async () => {
      const tab = new Guest(await phone.page.context().newPage(), base, phone.seen);
      await tab.go('/account');
      await phone.logOut();
      await phone.logIn(user);
      await tab.changeName('Too late');
      await tab.title(`Welcome, ${user.name}`);
      assert.equal(await tab.notice(), 'This form is out of date, most likely because you have signed in or out since it was opened. Nothing was changed. Please try again.');
      await tab.changeName('In time');
      await tab.title('Welcome, In time');
    }],
    ['nothing was asked of another host, and no error was logged', () => {
      for (const guest of [laptop, phone]) guest.assertQuiet();
    }],
  ]);
});
