// What axe-core finds on a page: nothing.
import assert from 'node:assert/strict';
import axe from 'axe-core';

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** Fails with what stands against the page as it is now shown, by all rules but those in `without`. */
export async function assertAccessible(page, without = []) {
  if (!await page.evaluate(() => 'axe' in window)) await page.evaluate(axe.source);
  // Nothing is loaded for it: the page's policy would forbid that.
  const rules = Object.fromEntries(without.map((rule) => [rule, { enabled: false }]));
  const options = { runOnly: { type: 'tag', values: TAGS }, rules, preload: false, resultTypes: ['violations'] };
  const { violations, passes } = await page.evaluate((options) => window.axe.run(document, options), options);
  assert.ok(passes.length > 10, 'axe looked at next to nothing');
  const told = violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${help}\n${html}\n${failureSummary}`));
  assert.deepEqual(told, []);
}
