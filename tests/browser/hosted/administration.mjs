// The pages of administration in their states. They need an administrator, whom only the command line can make: its
// address and password come from PORTCULLIS_ADMIN_EMAIL and PORTCULLIS_ADMIN_PASSWORD. Without them, nothing is walked.
import assert from 'node:assert/strict';
import { newcomer } from '../../clients/checks.mjs';
import { Guest } from './guest.mjs';

const { PORTCULLIS_ADMIN_EMAIL: email, PORTCULLIS_ADMIN_PASSWORD: password } = process.env;
/** As for all pages. */
const MOST_BYTES = 30_000;

/** Walks through the states, as `walk` does. */
export async function administration(guest, look) {
  if (!email || !password) return;
  const { page } = guest;
  const fill = (id, text) => page.locator(`[id="${id}"]`).fill(text);
  const sendForm = (action) => guest.leave(() =>
    page.locator(`form[action="${action}"]`).locator('button:not([type=button], [formaction])').first().click());
  const light = async (state) => {
    assert.ok((await page.content()).length < MOST_BYTES, `${state} is heavy`);
    await look(state);
  };
  const target = newcomer();
  // Names that are long or hostile must not break the pages.
  const other = await Guest.signedUp(page.context().browser(), guest.base,
    { ...target, name: 'Wolfeschlegelsteinhausenbergerdorff'.repeat(2) });
  await other.close();

  await guest.go('/login');
  await fill('login-email', email);
  await fill('login-password', password);
  await sendForm('/login');
  // Pages have the language of the account.
  await page.locator('#profile-locale').selectOption(await page.evaluate(() => navigator.language.slice(0, 2)));
  await sendForm('/account/profile');
  await light('account-of-an-administrator');
  await guest.go('/admin');
  await light('admin-people');
  await guest.go('/admin?search=nobody-at-all');
  await light('admin-people-none');
  await guest.go(`/admin?search=${encodeURIComponent(target.email)}`);
  await light('admin-people-found');
  const person = await page.locator('a[href^="/admin/users/"]').first().getAttribute('href');
  await guest.go(person);
  await light('admin-person-unproven');
  await guest.go('/admin/import');
  await light('admin-import-unproven');
  await guest.go(`/reauthenticate?next=${encodeURIComponent(person)}`);
  await fill('reauthenticate-password', password);
  await sendForm('/reauthenticate');
  await light('admin-person-confirmed');
  await fill('update-name', 'x'.repeat(101));
  await sendForm(`${person}/update`);
  await light('admin-person-name-refused');
  await guest.go(person);
  await fill('disable-reason', 'Asked for it by phone');
  await sendForm(`${person}/disable`);
  await light('admin-person-disabled');
  await page.locator('summary').click();
  await fill('delete-email', 'another@example.com');
  await sendForm(`${person}/delete`);
  await light('admin-person-delete-refused');
  await guest.go('/admin/audit');
  await light('admin-audit');
  await guest.go('/admin/audit?type=key_rotated');
  await light('admin-audit-none');
  const invited = newcomer();
  await guest.go('/admin/invite');
  await light('admin-invite');
  await fill('invite-name', invited.name);
  await fill('invite-email', 'no address');
  await sendForm('/admin/invite');
  await light('admin-invite-refused');
  await fill('invite-email', invited.email);
  await sendForm('/admin/invite');
  await light('admin-invited');
  await guest.go('/admin/import');
  await light('admin-import');
  await fill('import-users', `email,name\n${newcomer().email},Ada\nno-address,Eve\n${target.email},Twice\n`);
  await sendForm('/admin/import');
  await light('admin-import-checked');
  await guest.leave(() => page.locator('button[formaction="/admin/import/run"]').click());
  await light('admin-import-done');
}
