// Debian's Chromium, cut off from everything but this machine.
import { chromium } from 'playwright-core';

const loopback = new Set(['localhost', '127.0.0.1', '[::1]']);

/**
 * Starts the browser and hands it to `use`. `names` are further host names that lead to this machine, for
 * pages that must not look local; `options` go to Playwright.
 */
export async function withBrowser(use, names = [], options = {}) {
  const here = names.map((name) => `MAP ${name} 127.0.0.1`);
  const local = [...loopback].map((name) => `EXCLUDE ${name}`);
  const browser = await chromium.launch({
    ...options,
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      `--host-resolver-rules=${[...here, 'MAP * ~NOTFOUND', ...local].join(', ')}`,
    ],
  });
  try {
    return await use(browser);
  } finally {
    await browser.close();
  }
}

/** A page that writes down what must not happen: requests to other hosts, errors, breaches of the policy. */
export async function watchedPage(browser, options) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
  const page = await context.newPage();
  const seen = { outside: [], errors: [], breaches: [] };
  page.on('request', (request) => {
    const { protocol, hostname } = new URL(request.url());
    if (protocol.startsWith('http') && !loopback.has(hostname)) seen.outside.push(request.url());
  });
  page.on('console', (message) => {
    if (message.type() === 'error') seen.errors.push(message.text());
  });
  page.on('pageerror', (error) => seen.errors.push(String(error)));
  await page.exposeFunction('reportBreach', (breach) => seen.breaches.push(breach));
  await page.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) => {
      window.reportBreach(`${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`);
    });
  });
  return { page, seen };
}
