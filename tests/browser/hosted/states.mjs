// Every page in every state that it can be brought into, one after the other, in any language: fields are found by
// their ids, not by their words.
import { newcomer } from '../../clients/checks.mjs';
import { Guest } from './guest.mjs';
import { administration } from './administration.mjs';

const CHANGED = 'a candle over loud sand';
/** The longest name there can be, without a place to break it. */
export const LONG_NAME = 'Wolfeschlegelsteinhausenbergerdorff'.repeat(3).slice(0, 100);
const PHONE = 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1';

/** Walks through the states: for each, `look(name)` is called while the guest's page is in it. */
export async function walk(guest, look) {
  const { page } = guest;
  const user = newcomer();
  const fill = (id, text) => page.locator(`[id="${id}"]`).fill(text);
  const formOf = (action) => page.locator(`form[action="${action}"]`);
  const sendForm = (action) => guest.leave(() => formOf(action).locator('button:not([type=button])').click());
  const login = async (email, password) => {
    await fill('login-email', email);
    await fill('login-password', password);
    await sendForm('/login');
  };
  const signup = async (name, email, password) => {
    await fill('signup-name', name);
    await fill('signup-email', email);
    await fill('signup-password', password);
    await sendForm('/signup');
  };

  await guest.go('/login');
  await look('login');
  await sendForm('/login');
  await look('login-empty');
  await login(user.email, 'not this one at all');
  await look('login-refused');
  await guest.go('/signup');
  await look('signup');
  await formOf('/signup').locator('button:not([type=button])').click();
  await page.locator('#signup-name-error').waitFor();
  await look('signup-empty');
  await guest.go('/signup');
  await signup(`${'x'.repeat(101)}`, 'grace', 'short');
  await look('signup-refused');
  await page.locator('.show').click();
  await fill('signup-password', 'a lantern under');
  await look('signup-password-shown');
  await guest.go('/signup');
  await signup(user.name, user.email, user.password);
  await look('account');

  // A second device.
  const phone = await Guest.loggedIn(page.context().browser(), guest.base, user, { userAgent: PHONE });
  await guest.go('/account');
  await look('account-two-sessions');
  await guest.go('/account/activity');
  await look('account-activity');
  await guest.go('/account');
  await formOf('/account/profile').locator('button').click();
  await page.getByRole('status').waitFor();
  await look('account-saved');
  await fill('profile-name', 'x'.repeat(101));
  await sendForm('/account/profile');
  await look('account-name-refused');
  await guest.go('/account');
  await fill('password-current_password', 'not this one at all');
  await fill('password-new_password', CHANGED);
  await sendForm('/account/password');
  await look('account-password-refused');
  await guest.go('/account');
  await fill('password-current_password', user.password);
  await fill('password-new_password', 'short');
  await sendForm('/account/password');
  await look('account-new-password-refused');
  await guest.go('/account');
  await page.locator('summary').click();
  await look('account-delete-open');
  await fill('delete-current_password', 'not this one at all');
  await sendForm('/account/delete');
  await look('account-delete-refused');
  await guest.go('/account');
  await page.locator('input[name=session]').first().evaluate((field) => { field.value = 'nobody’s'; });
  await sendForm('/account/sessions/end');
  await look('account-session-unknown');
  await guest.go('/account');
  await fill('profile-name', LONG_NAME);
  await sendForm('/account/profile');
  await look('account-long-name');

  // What the login says to those who come back to it.
  await sendForm('/logout');
  await look('login-signed-out');
  await login(user.email, user.password);
  // The pages of the phone have the language of the account.
  await phone.leave(() => phone.page.locator('form[action="/account/sessions/end-others"] button').click());
  await guest.go('/account');
  await look('login-session-ended');
  await page.locator('input[name=form_token]').first().evaluate((field) => { field.value = 'old'; });
  await login(user.email, user.password);
  await look('login-form-out-of-date');
  await guest.go('/signup');
  await signup(user.name, user.email, user.password);
  await look('signup-taken');
  await guest.go('/login');
  await formOf('/login').evaluate((form) => { form.enctype = 'text/plain'; });
  await sendForm('/login');
  await look('message-foreign');
  await guest.go('/login');
  await login(user.email, user.password);
  await page.locator('summary').click();
  await fill('delete-current_password', user.password);
  await sendForm('/account/delete');
  await look('login-account-deleted');
  await phone.close();
  await administration(guest, look);
}
