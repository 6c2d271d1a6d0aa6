// Sign-ups on a server that makes no account until its address is confirmed.
//
//   SERVER_LOG=server.log node registrations.mjs <port of the mail server> /tmp/screenshots http://localhost:8000
import assert from 'node:assert/strict';
import { newcomer, run } from '../../clients/checks.mjs';
import { withBrowser } from '../browser.mjs';
import { letterChecks } from './letters.mjs';
import { Mailbox } from './mailbox.mjs';
import { Reader } from './reader.mjs';
import { epilogue, worlds } from './worlds.mjs';

const [port, pictures, base] = process.argv.slice(2);
const OWN = 'a candle over loud sand';

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
  const mailFor = ({ email }, kind) => mailbox.next(email, texts[`mail-${kind}-heading`]);
  const waits = async (reader, user) => {
    await reader.signUp(user);
    await reader.reads('sent-heading');
    await reader.assertSignedOut();
    return reader;
  };
  let guest;

  return [
    ['a sign-up is finished by the link in the same browser, without the password', async () => {
      guest = await waits(await Reader.at(world), user);
      await guest.look('30-sign-up-sent');
      await guest.follow(await mailFor(user, 'confirm-registration'), '/verify-email');
      await guest.look('31-finish');
      assert.equal(await guest.page.locator('input[type=password]').count(), 0);
      await guest.submit('/verify-email');
      assert.equal(guest.at(), '/account');
      await guest.look('32-signed-up');
      await guest.assertSignedIn(user);
    }],
    ['an address that has an account gets the same page, and its owner a mail', async () => {
      await waits(await Reader.at(world), user);
      const { link, text } = await mailFor(user, 'already-registered');
      assert.ok(link ?? text.includes('/forgot-password'), text);
    }],
    ['in another browser it takes the password', async () => {
      const user = newcomer();
      await waits(await Reader.at(world), user);
      const other = await Reader.at(world, { isElsewhere: true });
      await other.follow(await mailFor(user, 'confirm-registration'), '/verify-email');
      await other.look('33-finish-in-another-browser');
      await other.submit('/verify-email', { password: 'not this one at all' });
      await other.look('34-finish-refused');
      await other.submit('/verify-email', { password: user.password });
      if (other.at() !== '/account') {
        assert.equal(other.at(), '/login?notice=email-confirmed-sign-in');
        await other.logIn(user);
      }
      await other.assertSignedIn(user);
    }],
    ['or a new one, and the password of the sign-up never works', async () => {
      const user = newcomer();
      const stranger = await waits(await Reader.at(world), user);
      const owner = await Reader.at(world, { isElsewhere: true });
      await owner.follow(await mailFor(user, 'confirm-registration'), '/verify-email');
      await owner.page.locator('summary').click();
      await owner.look('35-finish-with-a-new-password');
      await owner.submit('/verify-email', { new_password: OWN }, owner.page.locator('details form'));
      await stranger.logIn(user);
      await stranger.assertSignedOut();
      await owner.logIn({ ...user, password: OWN });
      await owner.assertSignedIn(user);
    }],
  ].map(([name, check]) => [`${how}: ${name}`, check]);
}
