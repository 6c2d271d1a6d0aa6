// The ways in which every journey is made: in both languages, on a desk and on a phone, with scripts and without.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { looks } from '../hosted/looks.mjs';
import { Traces } from './reader.mjs';
import { textsOf } from './texts.mjs';

const WAYS = [
  // Pictures are taken of these, in windows of both sizes.
  { how: 'en', locale: 'en', isPhone: false, hasPictures: true },
  { how: 'de', locale: 'de', isPhone: true, hasPictures: true },
  { how: 'en, phone without scripts', locale: 'en', isPhone: true, javaScriptEnabled: false },
  { how: 'de, desk without scripts', locale: 'de', isPhone: false, javaScriptEnabled: false },
];

/** Each width and each scheme is examined once. The texts of both languages are. */
const LOOKS = { sizes: { desk: 1280, phone: 390 }, examined: ['desk light', 'phone dark'] };

/** A world for each way: everything that a journey needs. */
export async function worlds(browser, base, mailbox, pictures) {
  return Promise.all(WAYS.map(async ({ how, locale, isPhone, hasPictures, javaScriptEnabled = true }) => {
    const options = { locale, javaScriptEnabled, reducedMotion: 'reduce' };
    const world = {
      how, browser, base, mailbox, locale, isPhone, options,
      texts: await textsOf(locale),
      traces: new Traces(),
      readers: [],
      hasPictures,
    };
    if (hasPictures) {
      const folder = join(pictures, 'mailed', locale);
      await mkdir(folder, { recursive: true });
      world.look = async (page, state) => {
        const viewport = page.viewportSize();
        await looks(page, join(folder, state), LOOKS);
        await page.setViewportSize(viewport);
      };
    }
    return world;
  }));
}

/** The checks that hold at the end of all journeys of a world. */
export function epilogue({ how, mailbox, traces, readers }) {
  return [
    [`${how}: no token or code was in an address bar, in a Referer, or in the server's log`, () =>
      traces.assertNoSecrets(mailbox.secrets)],
    [`${how}: nothing was asked of another host, and no error was logged`, () => {
      for (const reader of readers) reader.assertQuiet();
    }],
    [`${how}: all browsers are closed`, () => Promise.all(readers.map((reader) => reader.close()))],
  ];
}
