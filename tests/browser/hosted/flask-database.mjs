// flask-database: people sign up once, each with an id of their own, and find their account behind the login.
//
//   node flask-database.mjs http://localhost:8000
import assert from 'node:assert/strict';
import { newcomer, run, serverUrl } from '../../clients/checks.mjs';
import { withBrowser } from '../browser.mjs';
import { Guest } from './guest.mjs';

const base = serverUrl();
const user = newcomer();
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

await withBrowser(async (browser) => {
  const guest = await Guest.open(browser, base);
  const second = await Guest.open(browser, base);
  let id;

  await run([
    ['flask-database: the login leads to the sign-up and back', async () => {
      await guest.arrive();
      await guest.leave(() => guest.page.getByRole('link', { name: 'Sign up' }).click());
      await guest.title('Create your account');
      await guest.leave(() => guest.page.getByRole('link', { name: 'Sign in' }).click());
      await guest.title('Sign in');
    }],
    ['flask-database: name, address and password make an account, and sign in', async () => {
      const response = await guest.signUp(user);
      await guest.title(`Welcome, ${user.name}`);
      assert.equal(guest.at(), '/account');
      assert.equal(response.request().method(), 'GET');
    }],
    ['flask-database: the account page is the dashboard: name, address, this device', async () => {
      assert.equal(await guest.card('Profile').getByLabel('Name').inputValue(), user.name);
      assert.ok(await guest.page.getByText(user.email).isVisible());
      assert.deepEqual(await guest.sessions().getByText('This device').allTextContents(), ['This device']);
    }],
    ['flask-database: the API knows the same person by the same cookies, with a UUID', async () => {
      const { me } = await guest.ask('{ me { id name email } }');
      assert.match(me.id, UUID);
      assert.deepEqual([me.name, me.email], [user.name, user.email]);
      id = me.id;
    }],
    ['flask-database: signing up with the same address again asks for a login, however it is written', async () => {
      for (const email of [user.email, user.email.toUpperCase()]) {
        await second.signUp({ ...user, name: 'Somebody else', email });
        await second.reads('User already exists. Please login.');
        assert.equal(await second.noteOf('Email'), 'User already exists. Please login.');
        assert.equal(await second.focusedField(), 'signup-email');
        assert.deepEqual(
          [await second.typed('Name'), await second.typed('Email'), await second.typed('Password')],
          ['Somebody else', email, ''],
        );
      }
      assert.deepEqual(await second.sessionCookies(), []);
    }],
    ['flask-database: another address makes another account with another UUID', async () => {
      await second.signUp({ ...newcomer(), name: 'Ada Lovelace' });
      await second.title('Welcome, Ada Lovelace');
      const { me } = await second.ask('{ me { id } }');
      assert.match(me.id, UUID);
      assert.notEqual(me.id, id);
    }],
    ['flask-database: who comes back later logs in to the same account', async () => {
      await guest.logOut();
      await guest.logIn(user);
      await guest.title(`Welcome, ${user.name}`);
      assert.equal((await guest.ask('{ me { id } }')).me.id, id);
    }],
    ['flask-database: nothing was asked of another host, and no error was logged', () => {
      for (const { seen } of [guest, second]) assert.deepEqual(seen.outside, []);
      second.assertQuiet();
    }],
  ]);
});
