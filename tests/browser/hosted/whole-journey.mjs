// From the sign-up to the deleted account, with scripts and without: the pages do the same.
//
//   node whole-journey.mjs http://localhost:8000
import assert from 'node:assert/strict';
import { newcomer, run, serverUrl } from '../../clients/checks.mjs';
import { withBrowser } from '../browser.mjs';
import { Guest } from './guest.mjs';

const base = serverUrl();
const CHANGED = 'a candle over loud sand';

await withBrowser(async (browser) => {
  await run([
    ...await journey(browser, 'with scripts', {}),
    ...await journey(browser, 'without scripts', { javaScriptEnabled: false }),
  ]);
});

async function journey(browser, how, options) {
  const user = newcomer();
  const changed = { ...user, password: CHANGED };
  const guest = await Guest.open(browser, base, options);
  const hasScripts = options.javaScriptEnabled !== false;
  let elsewhere;

  return [
    ['a visitor signs up, after an error next to each wrong field', async () => {
      await guest.go('/');
      await guest.leave(() => guest.page.getByRole('link', { name: 'Sign up' }).click());
      const response = await guest.signUp({ name: ' ', email: 'grace', password: 'short' }).catch((error) => error);
      // A script tells of empty fields before anything is sent.
      assert.equal(response instanceof Error, hasScripts);
      assert.ok(await guest.noteOf('Name'));
      assert.equal(await guest.focusedField(), 'signup-name');
      await guest.signUp({ name: user.name, email: 'grace', password: 'short' });
      assert.equal(await guest.noteOf('Email'), 'Enter an email address such as name@example.com.');
      assert.equal(await guest.noteOf('Password'), 'Choose a longer password: at least 8 characters.');
      assert.deepEqual(
        [await guest.noteOf('Name'), await guest.typed('Name'), await guest.typed('Email'), await guest.typed('Password')],
        [null, user.name, 'grace', ''],
      );
      assert.equal(await guest.focusedField(), 'signup-email');
      await guest.signUp(user);
      await guest.title(`Welcome, ${user.name}`);
    }],
    ['a name is changed, and an empty one is not', async () => {
      await guest.changeName('Ada Lovelace');
      await guest.title('Welcome, Ada Lovelace');
      assert.equal(await guest.notice(), 'Your profile is saved.');
      if (hasScripts) {
        await guest.card('Profile').getByLabel('Name').fill('');
        await guest.card('Profile').getByRole('button', { name: 'Save' }).click();
      } else {
        await guest.changeName('');
      }
      await guest.card('Profile').locator('.error').waitFor();
      assert.equal(await guest.focusedField(), 'profile-name');
      await guest.go('/account');
      await guest.title('Welcome, Ada Lovelace');
    }],
    ['a reload after a form is sent sends nothing again', async () => {
      await guest.changeName(user.name);
      const methods = [];
      guest.page.on('request', (request) => methods.push(request.method()));
      await guest.leave(() => guest.page.reload());
      assert.deepEqual([...new Set(methods)], ['GET']);
      await guest.title(`Welcome, ${user.name}`);
    }],
    ['a password is changed with the present one only', async () => {
      elsewhere = await Guest.loggedIn(browser, base, user, options);
      await guest.changePassword('not this one at all', CHANGED);
      const card = guest.card('Change password');
      await card.getByText('This is not your current password.').waitFor();
      assert.equal(await guest.focusedField(), 'password-current_password');
      await guest.changePassword(user.password, 'short');
      await card.getByText('Choose a longer password: at least 8 characters.').waitFor();
      assert.equal(await guest.focusedField(), 'password-new_password');
      for (const label of ['Current password', 'New password']) {
        assert.equal(await card.getByLabel(label, { exact: true }).inputValue(), '');
      }
      await guest.changePassword(user.password, CHANGED);
      assert.equal(await guest.notice(), 'Your password is changed.');
    }],
    ['that signs other devices out', async () => {
      await elsewhere.go('/account');
      await elsewhere.title('Sign in');
      assert.equal(await elsewhere.notice(), 'Your session has ended. Please sign in again.');
    }],
    ['the old password no longer opens the account, the new one does', async () => {
      await elsewhere.logIn(user);
      await elsewhere.reads('Invalid email or password');
      await elsewhere.logIn(changed);
      await elsewhere.title(`Welcome, ${user.name}`);
    }],
    ['or leaves them signed in where one ticks so', async () => {
      await guest.page.getByLabel('Stay signed in on my other devices').check();
      await guest.changePassword(CHANGED, user.password);
      assert.equal(await guest.notice(), 'Your password is changed.');
      await elsewhere.go('/account');
      await elsewhere.title(`Welcome, ${user.name}`);
      await elsewhere.close();
    }],
    ['one signs out and in again', async () => {
      await guest.logOut();
      assert.equal(await guest.notice(), 'You are signed out.');
      await guest.logIn(user);
      await guest.title(`Welcome, ${user.name}`);
    }],
    ['the account is deleted with the password only', async () => {
      await guest.deleteAccount('not this one at all');
      await guest.card('Delete account').getByText('This is not your current password.').waitFor();
      assert.equal(await guest.focusedField(), 'delete-current_password');
      await guest.deleteAccount(user.password);
      await guest.title('Sign in');
      assert.equal(await guest.notice(), 'Your account is deleted.');
      assert.deepEqual(await guest.sessionCookies(), []);
    }],
    ['afterwards nobody gets in, and the address is free', async () => {
      await guest.logIn(user);
      await guest.reads('Invalid email or password');
      await guest.go('/account');
      assert.equal(guest.at(), '/login?next=%2Faccount');
      await guest.signUp(user);
      await guest.title(`Welcome, ${user.name}`);
      await guest.deleteAccount(user.password);
    }],
    ['nothing was asked of another host, and no error was logged', () => guest.assertQuiet()],
  ].map(([name, check]) => [`${how}: ${name}`, check]);
}
