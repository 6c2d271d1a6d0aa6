// Every page in every state, in light and dark, wide and narrow, in two languages: nothing stands against it with
// axe-core, nothing is wider than its window, and there is a picture to look at.
//
//   node every-state.mjs /tmp/screenshots http://localhost:8000
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../../clients/checks.mjs';
import { withBrowser } from '../browser.mjs';
import { Guest } from './guest.mjs';
import { looks } from './looks.mjs';
import { walk } from './states.mjs';

const [pictures, base] = process.argv.slice(2);

await withBrowser(async (browser) => {
  const checks = [];
  for (const locale of ['en', 'de']) {
    const guest = await Guest.open(browser, base, { locale, reducedMotion: 'reduce' });
    const folder = join(pictures, 'pages', locale);
    await mkdir(folder, { recursive: true });
    let number = 0;
    // Looked at now, told afterwards: a state is gone when the next is there.
    const look = async (state) => {
      number += 1;
      const name = `${String(number).padStart(2, '0')}-${state}`;
      const found = await looks(guest.page, join(folder, name)).then(() => null, (error) => error);
      checks.push([`${locale} ${state}`, () => { if (found) throw found; }]);
    };
    const walked = await walk(guest, look).then(() => null, (error) => error);
    checks.push([`${locale}: every state was reached`, () => { if (walked) throw walked; }]);
    checks.push([`${locale}: nothing was asked of another host, and no error was logged`, () => guest.assertQuiet()]);
    await guest.close();
  }
  await run(checks);
});
