// The HTML part of mails, as a mail program with the engine of a browser shows it.
import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { watchedPage } from '../browser.mjs';
import { looks } from '../hosted/looks.mjs';
import { textsOf } from './texts.mjs';

/** A mail is no page: the mail program around it has the landmarks. */
const LOOKS = { sizes: { desk: 800, phone: 390 }, without: ['landmark-one-main', 'region'] };

/** A check for each kind of mail in each language: axe-core finds nothing, nothing is loaded, and there is a picture. */
export async function letterChecks(browser, mailbox, pictures) {
  const checks = [];
  for (const locale of ['en', 'de']) {
    const folder = join(pictures, 'mails', locale);
    await mkdir(folder, { recursive: true });
    for (const [kind, { html }] of await kinds(mailbox, locale)) {
      checks.push([`${locale}: the mail ${kind} looks well, and loads nothing`, async () => {
        const { page, seen } = await watchedPage(browser);
        const requests = [];
        page.on('request', (request) => requests.push(request.url()));
        await page.setContent(html);
        assert.equal(await page.locator('html').getAttribute('lang'), locale);
        await looks(page, join(folder, kind), LOOKS);
        assert.deepEqual({ requests, ...seen }, { requests: [], outside: [], errors: [], breaches: [] });
        await page.context().close();
      }]);
    }
  }
  return checks;
}

/** A mail of each kind, by the name of its texts. Of two kinds with the same heading, the first one. */
async function kinds({ mails }, locale) {
  const texts = Object.entries(await textsOf(locale)).filter(([name]) => /^mail-.*-heading$/.test(name));
  const found = texts.map(([name, heading]) => [
    name.replace(/^mail-(.*)-heading$/, '$1'),
    mails.find(({ subject, html }) => subject.startsWith(`${heading} ·`) && html.includes(`lang="${locale}"`)),
  ]);
  return found.filter(([, mail], at) => mail && found.findIndex(([, other]) => other === mail) === at);
}
