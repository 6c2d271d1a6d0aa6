// Without a mouse: Tab, Enter and Space lead everywhere, and one always sees where one is.
//
//   node keyboard.mjs http://localhost:8000
import assert from 'node:assert/strict';
import { newcomer, run, serverUrl } from '../../clients/checks.mjs';
import { withBrowser } from '../browser.mjs';
import { Guest } from './guest.mjs';

const base = serverUrl();
const user = newcomer();

/** In the page: what has the focus, as it is called and as it is seen. */
const describeFocus = () => {
  const element = document.activeElement;
  if (element === null || element === document.body) return null;
  const { outlineStyle, outlineWidth, outlineColor } = getComputedStyle(element);
  const box = element.getBoundingClientRect();
  return {
    name: element.ariaLabel ?? element.labels?.[0]?.textContent.trim() ?? element.textContent.trim(),
    id: element.id,
    outline: { style: outlineStyle, width: parseFloat(outlineWidth), color: outlineColor },
    isInSight: box.width > 0 && box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth,
  };
};

await withBrowser(async (browser) => {
  const guest = await Guest.open(browser, base, { viewport: { width: 1000, height: 600 } });
  const { page } = guest;
  const { keyboard } = page;
  const visited = [];

  /** Presses Tab until the focus is on what is so called; everything on the way has to be seen. */
  const tabTo = async (name) => {
    const passed = [];
    for (let step = 0; step < 40; step += 1) {
      const focus = await page.evaluate(describeFocus);
      if (focus !== null) {
        visited.push(focus.name);
        passed.push(focus.name);
        assert.ok(focus.outline.style !== 'none' && focus.outline.width >= 2, `no outline: ${JSON.stringify(focus)}`);
        assert.ok(focus.isInSight, `out of sight: ${focus.name}`);
        if (focus.name === name) return;
      }
      await keyboard.press('Tab');
    }
    assert.fail(`Tab does not lead to ${name}, but to: ${passed.join(', ')}`);
  };
  const typeInto = async (name, text) => {
    await tabTo(name);
    await keyboard.press('Control+a');
    await keyboard.type(text);
  };
  const press = (key) => guest.leave(() => keyboard.press(key));
  const focusIs = async (id) => assert.equal(await guest.focusedField(), id);

  await run([
    ['the login begins in its first field', async () => {
      await guest.go('/login');
      await focusIs('login-email');
    }],
    ['Tab goes through it in the order in which it is read, and leaves nothing out', async () => {
      const order = [];
      for (let step = 0; step < 8; step += 1) {
        const focus = await page.evaluate(describeFocus);
        order.push(focus?.name);
        await keyboard.press('Tab');
      }
      const expected = ['Email', 'Password', 'Show: Password', 'Sign in', 'Continue with a passkey',
        'Forgot your password?', 'Sign up'];
      assert.deepEqual(order.slice(0, 7), expected);
    }],
    ['Enter follows the link to the sign-up, and sends the form; empty fields get the focus', async () => {
      await guest.go('/login');
      await tabTo('Sign up');
      await press('Enter');
      await guest.title('Create your account');
      await focusIs('signup-name');
      await tabTo('Sign up');
      await keyboard.press('Enter');
      await page.locator('#signup-name-error').waitFor();
      await focusIs('signup-name');
    }],
    ['what was refused gets the focus: the first faulty field', async () => {
      await typeInto('Name', user.name);
      await typeInto('Email', 'grace');
      await typeInto('Password', 'short');
      await press('Enter');
      await focusIs('signup-email');
      assert.equal(await page.locator('#signup-email').getAttribute('aria-invalid'), 'true');
    }],
    ['the password is shown and hidden with Space', async () => {
      await typeInto('Email', user.email);
      await typeInto('Password', user.password);
      await tabTo('Show: Password');
      await keyboard.press('Space');
      assert.equal(await page.locator('#signup-password').getAttribute('type'), 'text');
      await keyboard.press('Space');
      assert.equal(await page.locator('#signup-password').getAttribute('type'), 'password');
    }],
    ['one signs up with Enter', async () => {
      await tabTo('Sign up');
      await press('Enter');
      await guest.title(`Welcome, ${user.name}`);
    }],
    ['the name is changed', async () => {
      await typeInto('Name', 'Ada Lovelace');
      await tabTo('Save');
      await press('Space');
      await guest.title('Welcome, Ada Lovelace');
    }],
    ['the password is changed, with the tick; the wrong one gets the focus', async () => {
      // The card before it asks for the current password, too.
      await tabTo('Change address');
      await keyboard.press('Tab');
      await typeInto('Current password', 'not this one at all');
      await typeInto('New password', 'a candle over loud sand');
      await press('Enter');
      await focusIs('password-current_password');
      await typeInto('Current password', user.password);
      await typeInto('New password', 'a candle over loud sand');
      await tabTo('Stay signed in on my other devices');
      await keyboard.press('Space');
      assert.ok(await page.getByLabel('Stay signed in on my other devices').isChecked());
      await tabTo('Change password');
      await press('Enter');
      assert.equal(await guest.notice(), 'Your password is changed.');
      user.password = 'a candle over loud sand';
    }],
    ['a session is ended, by a button that tells which', async () => {
      const phone = await Guest.loggedIn(browser, base, user, {
        userAgent: 'Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Mobile Safari/537.36',
      });
      await guest.go('/account');
      await tabTo('Sign out of Chrome on Android');
      await press('Enter');
      assert.equal(await guest.notice(), 'The device is signed out.');
      await phone.go('/account');
      await phone.title('Sign in');
      await phone.close();
    }],
    ['one signs out, and in again; after a refusal one goes on in the password', async () => {
      await tabTo('Sign out');
      await press('Space');
      await guest.title('Sign in');
      await typeInto('Email', user.email);
      await typeInto('Password', 'not this one at all');
      await press('Enter');
      await guest.reads('Invalid email or password');
      await typeInto('Password', user.password);
      await press('Enter');
      await guest.title('Welcome, Ada Lovelace');
    }],
    ['the account is deleted, after it was asked twice', async () => {
      await tabTo('Delete account');
      await keyboard.press('Enter');
      await typeInto('Current password', 'not this one at all');
      await focusIs('delete-current_password');
      await tabTo('Delete my account');
      await press('Enter');
      await focusIs('delete-current_password');
      await keyboard.type(user.password);
      await tabTo('Delete my account');
      await press('Space');
      assert.equal(await guest.notice(), 'Your account is deleted.');
    }],
    ['nothing holds the focus: Tab comes around', async () => {
      await guest.go('/login');
      await tabTo('Portcullis');
      await tabTo('Email');
      assert.ok(visited.length > 50);
    }],
    ['nothing was asked of another host, and no error was logged', () => guest.assertQuiet()],
  ]);
});
