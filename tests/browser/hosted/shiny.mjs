// shiny: a login card, the sentences of the known tutorial, and an account behind it.
//
//   node shiny.mjs http://localhost:8000
import assert from 'node:assert/strict';
import { newcomer, run, serverUrl } from '../../clients/checks.mjs';
import { withBrowser } from '../browser.mjs';
import { Guest } from './guest.mjs';

const base = serverUrl();
const user = newcomer();
const INVALID = 'Invalid email or password';

await withBrowser(async (browser) => {
  await (await Guest.signedUp(browser, base, user)).close();
  const guest = await Guest.open(browser, base);
  const refused = async (pair) => {
    await guest.logIn(pair);
    await guest.reads(INVALID);
    assert.deepEqual([await guest.typed('Email'), await guest.typed('Password')], [pair.email, '']);
  };

  await run([
    ['shiny: a visitor gets a login card', async () => {
      await guest.arrive();
      await guest.title('Sign in');
      assert.equal(await guest.page.getByRole('button', { name: 'Sign in', exact: true }).count(), 1);
    }],
    ['shiny: pressing the button with empty fields tells what is missing', async () => {
      await guest.send('Sign in');
      await guest.reads('Please enter both email and password');
    }],
    ['shiny: so does an address alone, which is kept', async () => {
      await guest.logIn({ email: user.email, password: '' });
      await guest.reads('Please enter both email and password');
      assert.equal(await guest.typed('Email'), user.email);
    }],
    ['shiny: a wrong password is refused; the address stays, the password goes', () =>
      refused({ email: user.email, password: 'not this one at all' })],
    ['shiny: an unknown address is refused in the same words', () =>
      refused({ email: newcomer().email, password: user.password })],
    ['shiny: the right pair leads to the account, which welcomes by name', async () => {
      await guest.logIn(user);
      await guest.title(`Welcome, ${user.name}`);
      assert.equal(guest.at(), '/account');
    }],
    ['shiny: a reload stays there', async () => {
      await guest.arrive();
      await guest.title(`Welcome, ${user.name}`);
    }],
    ['shiny: signing out leads back to the login', async () => {
      await guest.logOut();
      await guest.title('Sign in');
      assert.equal(await guest.notice(), 'You are signed out.');
      assert.deepEqual(await guest.sessionCookies(), []);
    }],
    ['shiny: a session that was ended elsewhere leads to the login with a friendly line', async () => {
      await guest.logIn(user);
      const elsewhere = await Guest.loggedIn(browser, base, user);
      await elsewhere.send('Sign out everywhere else');
      await elsewhere.close();
      await guest.changeName('Nobody');
      await guest.title('Sign in');
      assert.equal(await guest.notice(), 'Your session has ended. Please sign in again.');
      assert.deepEqual(await guest.sessionCookies(), []);
      await guest.logIn(user);
      await guest.title(`Welcome, ${user.name}`);
    }],
    ['shiny: nothing was asked of another host, and no error was logged', () => guest.assertQuiet()],
  ]);
});
