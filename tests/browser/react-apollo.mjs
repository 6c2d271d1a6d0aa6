// The example app in a real browser: built, served, and used as people use it.
//
//   node react-apollo.mjs http://localhost:8000 /tmp/screenshots
import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { newcomer, run, serverUrl } from '../clients/checks.mjs';
import { watchedPage, withBrowser } from './browser.mjs';
import { buildExample, serveExample } from './example.mjs';
import { refreshesOfTabs } from './tabs.mjs';
import { Visitor } from './visitor.mjs';

const pictures = process.argv[3] ?? 'screenshots';
const ENDED = 'Your session has ended. Please log in again.';
const phone = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true, colorScheme: 'dark' };

await mkdir(pictures, { recursive: true });
buildExample(`${serverUrl()}/graphql`);
const { address, close } = await serveExample();
try {
  await withBrowser(journeys);
} finally {
  await close();
}

async function journeys(browser) {
  const picture = ({ page }, name) => page.screenshot({ path: join(pictures, `example-${name}.png`), fullPage: true });
  const desk = await watchedPage(browser, { colorScheme: 'light' });
  const hand = await watchedPage(browser, phone);
  const ada = new Visitor(desk.page, address);
  const onPhone = new Visitor(hand.page, address);
  const user = newcomer();
  const welcome = `Welcome, ${user.name}`;

  await run([
    ['a visitor gets the login page', async () => {
      await ada.arrive();
      await ada.title('Log in');
      await picture(ada, '1-login');
    }],
    ['an empty login shows what is missing', async () => {
      await ada.press('Log in');
      await ada.reads('Please enter both email and password');
    }],
    ['sign-up tells each fault next to its field, and keeps what was typed but the password', async () => {
      await ada.press('Create an account');
      assert.match(await ada.noteOf('Password'), /^At least 8 characters/);
      await ada.type('Email', 'grace');
      await ada.type('Password', 'short');
      await ada.press('Create account');
      await ada.reads('Please enter a name.');
      assert.equal(await ada.noteOf('Name'), 'Please enter a name.');
      assert.equal(await ada.noteOf('Email'), 'Enter an email address such as name@example.com.');
      assert.equal(await ada.noteOf('Password'), 'Choose a longer password: at least 8 characters.');
      assert.deepEqual([await ada.typed('Email'), await ada.typed('Password')], ['grace', '']);
      assert.equal(await ada.focus(), 'Name');
      await picture(ada, '2-sign-up-refused');
    }],
    ['sign-up signs in', async () => {
      await ada.type('Name', user.name);
      await ada.type('Email', user.email);
      await ada.type('Password', user.password);
      await ada.press('Create account');
      await ada.title(welcome);
    }],
    ['no script of the page can read a token', async () => {
      const cookies = await ada.cookies();
      assert.deepEqual(cookies.map(({ name, httpOnly }) => [name, httpOnly]).sort(), [
        ['portcullis-access', true],
        ['portcullis-refresh', true],
      ]);
      const kept = await ada.page.evaluate(async () => ({
        cookies: document.cookie,
        stored: [Object.keys(localStorage), Object.keys(sessionStorage), await indexedDB.databases()].flat(),
      }));
      assert.deepEqual(kept, { cookies: '', stored: [] });
    }],
    ['a reload stays signed in', async () => {
      await ada.arrive();
      await ada.title(welcome);
    }],
    ['signing up again elsewhere: the address is taken, and is there when one turns to the login', async () => {
      await onPhone.arrive();
      await onPhone.press('Create an account');
      await onPhone.type('Name', user.name);
      await onPhone.type('Email', user.email);
      await onPhone.type('Password', user.password);
      await onPhone.press('Create account');
      await onPhone.reads('User already exists. Please login.');
      assert.equal(await onPhone.noteOf('Email'), 'User already exists. Please login.');
      await onPhone.press('Log in');
      assert.equal(await onPhone.typed('Email'), user.email);
    }],
    ['a wrong password is refused; the address stays, the password goes', async () => {
      await onPhone.logIn({ ...user, password: 'not this one at all' });
      await onPhone.reads('Invalid email or password');
      assert.deepEqual([await onPhone.typed('Email'), await onPhone.typed('Password')], [user.email, '']);
      assert.equal(await onPhone.focus(), 'Password');
      await picture(onPhone, '3-login-refused-phone');
    }],
    ['the right one signs in', async () => {
      await onPhone.logIn(user);
      await onPhone.title(welcome);
      await onPhone.sessions().nth(1).waitFor();
      await picture(onPhone, '4-account-phone');
    }],
    ['who comes back to the first tab sees both sessions, and which is this one', async () => {
      await ada.comeBack();
      await ada.sessions().nth(1).waitFor();
      assert.equal(await ada.sessions().filter({ hasText: 'this device' }).count(), 1);
      await picture(ada, '5-account');
    }],
    ['a session that is ended elsewhere goes to the login at the next step', async () => {
      await endTheOtherSession(ada);
      await onPhone.press('Save');
      await onPhone.title('Log in');
      await onPhone.reads(ENDED);
      await picture(onPhone, '6-session-ended-phone');
    }],
    ['or as soon as one comes back to the tab', async () => {
      await signInAndEnd(ada, onPhone);
      await onPhone.comeBack();
      await onPhone.title('Log in');
      await onPhone.reads(ENDED);
    }],
    ['or when its access token has run out too: there is nothing to refresh', async () => {
      await signInAndEnd(ada, onPhone);
      await onPhone.outliveAccessToken();
      await onPhone.arrive();
      await onPhone.title('Log in');
      await onPhone.reads(ENDED);
      assert.deepEqual(await onPhone.cookies(), []);
    }],
    ['an access token that ran out is refreshed, and what one did is done', async () => {
      await ada.outliveAccessToken();
      const refreshes = await ada.refreshesDuring(async () => {
        await ada.type('Name', 'Ada Lovelace');
        await ada.press('Save');
        await ada.reads('Saved.');
      });
      await ada.title('Welcome, Ada Lovelace');
      assert.equal(refreshes, 1);
      assert.equal((await ada.cookies()).length, 2);
    }],
    ['ten tabs at once refresh once, and stay signed in with one session', async () => {
      assert.equal(await refreshesOfTabs(10, ada), 1);
    }],
    ['also where the browser has no locks: the server gives the tabs the same answer', async () => {
      await ada.page.context().addInitScript(() => delete Navigator.prototype.locks);
      assert.ok((await refreshesOfTabs(10, ada)) > 1, 'the tabs took turns all the same');
    }],
    ['signing out in one tab reaches the other, and so does signing in', async () => {
      const other = await ada.anotherTab();
      await other.title('Welcome, Ada Lovelace');
      await ada.press('Log out');
      for (const tab of [ada, other]) {
        await tab.title('Log in');
        await tab.reads('You are logged out.');
      }
      assert.deepEqual(await ada.cookies(), []);
      await other.logIn(user);
      for (const tab of [ada, other]) await tab.title('Welcome, Ada Lovelace');
      await other.page.close();
    }],
    ['without a connection the page says so, keeps what was typed, and goes on afterwards', async () => {
      const unreachable = 'The server cannot be reached. Please check your connection and try again.';
      const { page } = await watchedPage(browser, { colorScheme: 'dark' });
      const traveller = await new Visitor(page, address).arrive();
      await page.context().setOffline(true);
      await traveller.logIn(user);
      await traveller.reads(unreachable);
      assert.equal(await traveller.typed('Email'), user.email);
      await picture(traveller, '7-offline-dark');
      await page.context().setOffline(false);
      await traveller.logIn(user);
      await traveller.title('Welcome, Ada Lovelace');
      await traveller.type('Name', 'Ada, Countess');
      await page.context().setOffline(true);
      await traveller.comeBack();
      await traveller.reads(unreachable);
      assert.equal(await traveller.typed('Name'), 'Ada, Countess');
      assert.equal(await traveller.sessions().count(), 2);
      await page.context().close();
    }],
    ['deleting the account takes the password, and says farewell', async () => {
      await ada.page.getByText('Delete your account').click();
      await ada.type('Your password', 'not this one at all');
      await ada.press('Delete account');
      await ada.reads('This is not your current password.');
      assert.equal(await ada.noteOf('Your password'), 'This is not your current password.');
      await picture(ada, '8-delete-account');
      await ada.type('Your password', user.password);
      await ada.press('Delete account');
      await ada.title('Log in');
      await ada.reads('Your account is deleted.');
      await ada.logIn(user);
      await ada.reads('Invalid email or password');
    }],
    ['nothing was asked of another host, and no error was logged', () => {
      for (const { seen } of [desk, hand]) assert.deepEqual(seen, { outside: [], errors: [], breaches: [] });
    }],
  ]);

  async function signInAndEnd(ender, ended) {
    await ended.logIn(user);
    await ended.title(welcome);
    await ender.comeBack();
    await endTheOtherSession(ender);
  }

  async function endTheOtherSession(visitor) {
    await visitor.sessions().nth(1).waitFor();
    await visitor.page.getByRole('button', { name: /^End / }).click();
    await visitor.sessions().nth(1).waitFor({ state: 'detached' });
  }
}
