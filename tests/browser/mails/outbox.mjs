// The development outbox, at the address that the start prints: the list, a mail, and its link.
//
//   SERVER_LOG=server.log node outbox.mjs /tmp/screenshots http://localhost:8000
import assert from 'node:assert/strict';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { newcomer, run } from '../../clients/checks.mjs';
import { withBrowser } from '../browser.mjs';
import { Guest } from '../hosted/guest.mjs';
import { looks } from '../hosted/looks.mjs';

const [pictures, base] = process.argv.slice(2);
const folder = join(pictures, 'mailed', 'outbox');
await mkdir(folder, { recursive: true });
const [outbox] = (await readFile(process.env.SERVER_LOG, 'utf8')).match(/http:\/\/\S+\/dev\/outbox\?key=[\w-]+/);

await withBrowser(async (browser) => {
  const user = newcomer();
  const developer = await Guest.open(browser, base, { reducedMotion: 'reduce' });
  const { page } = developer;

  await run([
    ['outbox: it is empty at first', async () => {
      await page.goto(outbox);
      await developer.title('No mail yet');
      await looks(page, join(folder, '1-empty'));
    }],
    ['outbox: mails are listed, the newest first', async () => {
      await developer.signUp(user);
      await developer.leave(() => page.locator('form[action="/verify-email/resend"] button').click());
      await page.goto(outbox);
      const subjects = await page.locator('.subject').allInnerTexts();
      assert.deepEqual(subjects, Array(2).fill('Confirm your email address · Portcullis'));
      await looks(page, join(folder, '2-list'));
    }],
    ['outbox: a mail is shown as text and as HTML', async () => {
      await developer.leave(() => page.locator('.subject').first().click());
      await page.frameLocator('iframe').getByRole('heading', { level: 1, name: 'Confirm your email address' }).waitFor();
      await page.getByText(user.email).first().waitFor();
      // A frame outside the window is not painted.
      await looks(page, join(folder, '3-mail'), { height: 2000 });
    }],
    ['outbox: its link confirms the address', async () => {
      const [tab] = await Promise.all([page.waitForEvent('popup'), page.locator('a.go').click()]);
      await tab.waitForURL(`${base}/verify-email`);
      await tab.locator('form[action="/verify-email"] button').click();
      await tab.waitForURL(`${base}/account?notice=email-confirmed`);
    }],
    ['outbox: without the key there is nothing', async () => {
      const response = await page.goto(`${base}/dev/outbox`);
      assert.equal(response.status(), 404);
      assert.ok(!(await page.content()).includes('outbox'));
      developer.seen.errors.pop();
    }],
    ['outbox: nothing was asked of another host, and no error was logged', () => developer.assertQuiet()],
  ]);
});
