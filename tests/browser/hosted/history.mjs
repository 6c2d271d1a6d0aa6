// The back button after signing out: nothing of the account comes back, from no cache. Chromium keeps whole pages for
// it, also those that must not be stored; the script of the page sends them away.
//
//   node history.mjs http://localhost:8000
import assert from 'node:assert/strict';
import { newcomer, run, serverUrl } from '../../clients/checks.mjs';
import { withBrowser } from '../browser.mjs';
import { servePage } from '../pages.mjs';
import { Guest } from './guest.mjs';

const base = serverUrl();
const user = newcomer();

// Playwright switches the browser's memory of whole pages off; people's browsers have it.
const asPeopleHaveIt = { ignoreDefaultArgs: ['--disable-back-forward-cache'] };
const other = await servePage(0);
const away = `http://localhost:${other.port}/`;
try {
  await withBrowser(histories, [], asPeopleHaveIt);
} finally {
  other.close();
}

async function histories(browser) {
  await (await Guest.signedUp(browser, base, user)).close();
  /** A profile of its own for each: what a browser remembers depends on what was before. */
  const signedIn = () => Guest.loggedIn(browser, base, user);
  const back = ({ page }) => page.goBack({ waitUntil: 'commit' });
  /** At the end there is the login, and at no moment was there anything of the account. */
  const showsNothing = async (guest) => {
    await guest.page.getByRole('heading', { level: 1 }).filter({ visible: true }).waitFor();
    const html = await guest.page.content();
    for (const secret of [user.name, user.email]) assert.ok(!html.includes(secret), `${secret} is shown`);
    await guest.title('Sign in');
  };

  await run([
    ['this browser remembers whole pages, where it may', async () => {
      const { page } = await Guest.open(browser, base);
      await page.goto(away);
      await page.evaluate(() => { window.mark = 'the same'; });
      await page.goto(`http://127.0.0.1:${other.port}/`);
      await page.goBack({ waitUntil: 'commit' });
      await page.waitForFunction(() => window.mark === 'the same');
      await page.context().close();
    }],
    ['while one is signed in, back shows the account', async () => {
      const guest = await signedIn();
      await guest.page.goto(away);
      await back(guest);
      await guest.title(`Welcome, ${user.name}`);
      await guest.changeName(user.name);
      assert.equal(await guest.notice(), 'Your profile is saved.');
      await guest.close();
    }],
    ['after signing out, back and forward show the login', async () => {
      const guest = await signedIn();
      await guest.logOut();
      await back(guest);
      await showsNothing(guest);
      await guest.page.goForward({ waitUntil: 'commit' });
      await showsNothing(guest);
      await guest.close();
    }],
    ['also back over a page of another site', async () => {
      const guest = await signedIn();
      await guest.logOut();
      await guest.page.goto(away);
      await back(guest);
      await guest.page.waitForURL('**/login?*');
      await showsNothing(guest);
      await back(guest);
      await showsNothing(guest);
      await guest.close();
    }],
    ['also the second time around', async () => {
      const guest = await signedIn();
      await guest.logOut();
      await guest.logIn(user);
      await guest.logOut();
      await guest.page.goto(away);
      for (const _ of [1, 2, 3]) {
        await back(guest);
        await showsNothing(guest);
      }
      await guest.close();
    }],
    ['also after another tab signed out', async () => {
      const guest = await signedIn();
      await guest.page.goto(away);
      const tab = new Guest(await guest.page.context().newPage(), base, guest.seen);
      await tab.go('/account');
      await tab.logOut();
      await tab.page.close();
      await back(guest);
      await showsNothing(guest);
      await guest.close();
    }],
    ['also from a form that was refused', async () => {
      const guest = await signedIn();
      await guest.changePassword('not this one at all', 'a candle over loud sand');
      await guest.logOut();
      // The browser asks before it sends a form again, and shows none of our pages meanwhile.
      const asked = await back(guest).then(() => false, (error) => {
        assert.match(String(error), /ERR_CACHE_MISS/);
        return true;
      });
      if (!asked) await showsNothing(guest);
      await guest.close();
    }],
    ['where no script of the page runs, what the browser may still show can do nothing', async () => {
      const guest = await Guest.loggedIn(browser, base, user, { javaScriptEnabled: false });
      await guest.logOut();
      await back(guest);
      await guest.page.getByRole('heading', { level: 1 }).waitFor();
      if (await guest.card('Profile').isVisible()) await guest.changeName('Mallory');
      await guest.title('Sign in');
      await guest.logIn(user);
      await guest.title(`Welcome, ${user.name}`);
      await guest.close();
    }],
    ['also after the account is deleted', async () => {
      const guest = await signedIn();
      await guest.deleteAccount(user.password);
      await back(guest);
      await showsNothing(guest);
      await guest.close();
    }],
  ]);
}
