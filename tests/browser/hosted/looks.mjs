// How a page looks: in light and dark, in windows of several widths.
import assert from 'node:assert/strict';
import { assertAccessible } from './accessibility.mjs';

const SIZES = { desk: 1280, phone: 390, narrow: 320 };
const SCHEMES = ['light', 'dark'];
/** At these, axe-core looks: what it finds depends on colours, and on what a narrow window leaves of a page. */
const EXAMINED = ['desk light', 'desk dark', 'phone light', 'phone dark'];

/**
 * Takes pictures of the page, called `path` with size and scheme, and fails if axe-core finds something or the page is
 * wider than its window.
 */
export async function looks(page, path, { sizes = SIZES, height = 800, examined = EXAMINED, without } = {}) {
  for (const [size, width] of Object.entries(sizes)) {
    await page.setViewportSize({ width, height });
    for (const colorScheme of SCHEMES) {
      await page.emulateMedia({ colorScheme });
      await page.screenshot({ path: `${path}-${size}-${colorScheme}.png`, fullPage: true });
      if (examined.includes(`${size} ${colorScheme}`)) await assertAccessible(page, without);
    }
    const [scroll, client] = await page.evaluate(() => {
      const { scrollWidth, clientWidth } = document.documentElement;
      return [scrollWidth, clientWidth];
    });
    assert.ok(scroll <= client && client === width, `${scroll} wide in a window of ${client}`);
  }
}
