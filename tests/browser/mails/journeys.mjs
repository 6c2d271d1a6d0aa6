// What people do by mail, against a mail server that takes everything: confirm an address, set a forgotten password,
// change an address and take it back, end a sign-in that was not theirs, and sign in by mail.
//
//   SERVER_LOG=server.log node journeys.mjs <port of the mail server> /tmp/screenshots http://localhost:8000
import assert from 'node:assert/strict';
import { newcomer, run } from '../../clients/checks.mjs';
import { withBrowser } from '../browser.mjs';
import { letterChecks } from './letters.mjs';
import { Mailbox } from './mailbox.mjs';
import { Reader, SAFARI } from './reader.mjs';
import { epilogue, worlds } from './worlds.mjs';

const [port, pictures, base] = process.argv.slice(2);
const NEW = 'a candle over loud sand';
const NEWER = 'two lanterns in the rain';

const mailbox = await Mailbox.open(Number(port));
await withBrowser(async (browser) => {
  const all = await worlds(browser, base, mailbox, pictures);
  // At the same time: much of it is waiting for mails.
  await Promise.all(all.map((world) => run([...journey(world), ...epilogue(world)])));
  await run(await letterChecks(browser, mailbox, pictures));
});
await mailbox.close();

function journey(world) {
  const { texts, how } = world;
  const user = newcomer();
  const elsewhere = { ...newcomer(), password: NEWER };
  const mailFor = ({ email }, kind) => mailbox.next(email, texts[`mail-${kind}-heading`]);
  const abroad = () => Reader.at(world, { isElsewhere: true });
  const setPassword = async (reader, mail, password) => {
    await reader.follow(mail, '/reset-password');
    await reader.submit('/reset-password', { new_password: password });
    assert.equal(reader.at(), '/login?notice=password-set-sign-in');
    user.password = password;
  };
  let guest;

  return [
    ['somebody signs up, and confirms the address by the mailed link', async () => {
      guest = await Reader.at(world);
      await guest.signUp(user);
      assert.equal(guest.at(), '/account');
      await guest.look('01-account-not-confirmed');
      const mail = await mailFor(user, 'confirm-address');
      const other = await abroad();
      await other.follow(mail, '/verify-email');
      await other.look('02-confirm-in-another-browser');
      await guest.follow(mail, '/verify-email');
      await guest.look('03-confirm');
      await guest.submit('/verify-email');
      assert.equal(guest.at(), '/account?notice=email-confirmed');
      await guest.look('04-confirmed');
      await guest.assertSignedIn(user);
      await other.follow(mail, '/verify-email');
      await other.reads('link-invalid-heading');
      await other.look('05-link-used');
      other.expectError(404);
    }],
    ['a forgotten password is set anew by the mailed link', async () => {
      await guest.go('/account');
      await guest.logOut();
      await guest.clickLink('/forgot-password');
      await guest.look('06-forgot');
      await guest.submit('/forgot-password', { email: user.email });
      await guest.reads('forgot-sent-heading');
      await guest.look('07-forgot-sent');
      const mail = await mailFor(user, 'reset-password');
      await guest.follow(mail, '/reset-password');
      await guest.look('08-reset');
      await guest.submit('/reset-password', { new_password: 'short' });
      await guest.look('09-reset-refused');
      await setPassword(guest, mail, NEW);
      await mailFor(user, 'password-changed');
      await guest.submit('/login', { email: user.email, password: NEW });
      await guest.assertSignedIn(user);
    }],
    ['an address is changed by a link to the new one', async () => {
      await guest.submit('/account/email', { new_email: elsewhere.email, current_password: user.password });
      assert.equal(guest.at(), '/account?notice=email-change-requested');
      await guest.look('10-change-pending');
      const mail = await mailFor(elsewhere, 'confirm-new-address');
      const other = await abroad();
      await other.follow(mail, '/change-email');
      await other.look('11-change-in-another-browser');
      await guest.follow(mail, '/change-email');
      await guest.look('12-change');
      await guest.submit('/change-email');
      assert.equal(guest.at(), '/account?notice=email-changed');
      await guest.assertSignedIn(elsewhere);
    }],
    ['and taken back by a link to the old one', async () => {
      const other = await abroad();
      await other.follow(await mailFor(user, 'address-changed'), '/undo-email');
      await other.look('13-undo');
      await other.submit('/undo-email');
      await other.reads('undone-heading');
      await other.look('14-undone');
      await guest.go('/account');
      await guest.assertSignedOut();
      await setPassword(other, await mailFor(user, 'address-restored'), NEWER);
      await guest.logIn(user);
      await guest.assertSignedIn(user);
    }],
    ['a sign-in on a new device is reported, and ended by the mailed link', async () => {
      const thief = await abroad();
      await thief.logIn(user);
      await thief.assertSignedIn(user);
      const reader = await Reader.at(world);
      await reader.follow(await mailFor(user, 'new-sign-in'), '/end-session');
      await reader.look('15-was-this-you');
      await reader.submit('/end-session');
      await reader.reads('reported-heading');
      await reader.look('16-sessions-ended');
      for (const ended of [thief, guest]) {
        await ended.go('/account');
        await ended.assertSignedOut();
      }
      await thief.logIn(user);
      await thief.assertSignedOut();
      await setPassword(reader, await mailFor(user, 'session-ended'), NEW);
      await guest.logIn(user);
      await guest.assertSignedIn(user);
    }],
    ['people who switched notices off get none', async () => {
      await guest.page.locator('[name=sign_in_notices]').uncheck();
      await guest.submit('/account/profile');
      assert.equal(guest.at(), '/account?notice=profile-saved');
      assert.ok(!await guest.page.locator('[name=sign_in_notices]').isChecked());
      // A device of its own: notices of earlier sign-ins may still be on their way.
      await (await Reader.at(world, { isElsewhere: true, userAgent: SAFARI })).logIn(user);
      // The mails of an account leave in the order in which they were written.
      await guest.logOut();
      await guest.fillAt('/forgot-password', { email: user.email });
      await mailFor(user, 'reset-password');
      assert.notEqual(mailbox.about(user.email, 'Firefox').length, 0, 'notices name the device');
      assert.deepEqual(mailbox.about(user.email, 'Safari'), []);
    }],
    ['a mailed code signs in where it was asked for', async () => {
      await guest.go('/login');
      await guest.look('17-login');
      await guest.clickLink('/login/email');
      await guest.look('18-by-mail');
      await guest.submit('/login/email', { email: user.email });
      assert.equal(guest.at(), '/login/email/code');
      await guest.look('19-code');
      const { code } = await mailFor(user, 'sign-in-code');
      await guest.submit('/login/email/code', { code: code === '0000-0000' ? '1111-1111' : '0000-0000' });
      await guest.look('20-code-wrong');
      await guest.submit('/login/email/code', { code });
      await guest.assertSignedIn(user);
      await guest.logOut();
    }],
    ['so does the link, in the same browser', async () => {
      await guest.fillAt('/login/email', { email: user.email });
      await guest.follow(await mailFor(user, 'sign-in-code'), '/login/email/link');
      await guest.look('21-link-in-the-same-browser');
      await guest.assertSignedOut();
      await guest.go('/login/email/link');
      await guest.submit('/login/email/link');
      await guest.assertSignedIn(user);
      await guest.logOut();
    }],
    ['in another browser the link shows the code, and signs nobody in', async () => {
      await guest.fillAt('/login/email', { email: user.email });
      const { code, ...mail } = await mailFor(user, 'sign-in-code');
      const other = await abroad();
      await other.follow(mail, '/login/email/link');
      await other.reads('code-shown-heading');
      assert.equal(await other.page.locator('.code').innerText(), code);
      assert.equal(await other.page.locator('form').count(), 0);
      await other.look('22-link-in-another-browser');
      await other.assertSignedOut();
      await guest.submit('/login/email/code', { code });
      await guest.assertSignedIn(user);
    }],
    ['the language of pages and mails is chosen, whatever that of the browser is', async () => {
      const chosen = world.locale === 'en' ? 'de' : 'en';
      await guest.page.locator('[name=locale]').selectOption(chosen);
      await guest.submit('/account/profile');
      assert.equal(await guest.page.locator('html').getAttribute('lang'), chosen);
      await guest.page.locator('[name=locale]').selectOption(world.locale);
      await guest.submit('/account/profile');
      assert.equal(await guest.page.locator('html').getAttribute('lang'), world.locale);
    }],
    ['a deleted account says goodbye', async () => {
      await guest.page.locator('summary').click();
      await guest.submit('/account/delete', { current_password: user.password });
      assert.equal(guest.at(), '/login?notice=account-deleted');
      await mailFor(user, 'account-deleted');
    }],
  ].map(([name, check]) => [`${how}: ${name}`, check]);
}
