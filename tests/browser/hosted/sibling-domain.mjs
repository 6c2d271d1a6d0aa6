// Cookies that a sibling domain plants: names that resemble ours but for white space around them. They sign nobody in,
// and keep nobody out.
//
//   node sibling-domain.mjs PORT CERTIFICATE KEY http://localhost:8000
//
// The server has `https://accounts.example.test:PORT` as its `public_url`. This puts TLS on that port in front of it, with
// the certificate and its key, for the sibling as well.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import { createServer } from 'node:https';
import { newcomer, run } from '../../clients/checks.mjs';
import { withBrowser } from '../browser.mjs';
import { Guest } from './guest.mjs';

const [port, certificate, key, server] = process.argv.slice(2);
const OURS = 'accounts.example.test';
const SIBLING = 'evil.example.test';
const base = `https://${OURS}:${port}`;
const NAMES = ['access', 'refresh', 'form'].map((name) => `__Host-portcullis-${name}`);

/** All that Unicode calls white space, and so all that a reader of names who trims them would drop. */
const SPACES = [
  0x9, 0xa, 0xb, 0xc, 0xd, 0x20, 0x85, 0xa0, 0x1680, 0x2000, 0x2001, 0x2002, 0x2003, 0x2004, 0x2005, 0x2006, 0x2007,
  0x2008, 0x2009, 0x200a, 0x2028, 0x2029, 0x202f, 0x205f, 0x3000,
];
const called = (space) => `U+${space.toString(16).toUpperCase().padStart(4, '0')}`;

/** The Cookie headers that came to our name, as they came. */
let received = [];
const front = createServer({ cert: readFileSync(certificate), key: readFileSync(key) }, (incoming, outgoing) => {
  if (!incoming.headers.host.startsWith(OURS)) {
    outgoing.setHeader('content-type', 'text/html');
    outgoing.end('<!doctype html><title>sibling</title><link rel="icon" href="data:,">');
    return;
  }
  if (incoming.headers.cookie) received.push(Buffer.from(incoming.headers.cookie, 'latin1').toString());
  const { method, url: path, headers } = incoming;
  const passed = request(`${server}${path}`, { method, headers }, (answer) => {
    outgoing.writeHead(answer.statusCode, answer.headers);
    answer.pipe(outgoing);
  });
  passed.on('error', (error) => outgoing.destroy(error));
  incoming.pipe(passed);
});
await new Promise((resolve) => front.listen(port, '127.0.0.1', resolve));
try {
  await withBrowser(attacks, [OURS, SIBLING]);
} finally {
  front.close();
  front.closeAllConnections();
}

async function attacks(browser) {
  const options = { ignoreHTTPSErrors: true };
  const attacker = await Guest.signedUp(browser, base, newcomer(), options);
  const stolen = Object.fromEntries((await attacker.page.context().cookies()).map(({ name, value }) => [name, value]));
  assert.deepEqual(Object.keys(stolen).sort(), [...NAMES].sort());

  /** On the sibling's page: sets the attacker's three cookies for the whole domain, under names made by `disguises`. */
  const plant = async (context, ...disguises) => {
    const page = await context.newPage();
    await page.goto(`https://${SIBLING}:${port}/`);
    await page.evaluate(
      (cookies) => {
        for (const [name, value] of cookies) {
          document.cookie = `${name}=${value}; domain=example.test; path=/; secure`;
        }
      },
      disguises.flatMap((disguise) => NAMES.map((name) => [disguise(name), stolen[name]])),
    );
    await page.close();
  };
  const visit = async (context) => {
    const page = await context.newPage();
    await page.goto(`${base}/account`);
    return page;
  };
  // Asked by an address, since our pages forbid all calls.
  const viewer = async (page) => {
    const query = '{ viewer { isAuthenticated user { email } unauthenticatedReason } }';
    const response = await page.goto(`${base}/graphql?query=${encodeURIComponent(query)}`);
    return (await response.json()).data.viewer;
  };
  const genuine = async (context) =>
    (await context.cookies(base)).filter(({ name, domain }) => NAMES.includes(name) && domain === OURS);

  const user = newcomer();
  const owner = await Guest.signedUp(browser, base, user, options);
  const signedIn = await owner.page.context().storageState();
  const before = await genuine(owner.page.context());
  assert.equal(before.length, 3);
  const arrived = new Set();
  await run([
    ['the browser refuses the very names', async () => {
      const context = await browser.newContext(options);
      await plant(context, (name) => name);
      received = [];
      const page = await visit(context);
      assert.equal(new URL(page.url()).pathname, '/login');
      assert.ok(!received.join().includes(stolen[NAMES[1]]));
      await context.close();
    }],
    ...SPACES.map((space) => [
      `${called(space)} around the names signs nobody in, and keeps nobody out`,
      async () => {
        const char = String.fromCodePoint(space);
        const disguises = [(name) => char + name, (name) => name + char, (name) => char + name + char];
        const visitors = await browser.newContext(options);
        await plant(visitors, ...disguises);
        received = [];
        const visitor = await visit(visitors);
        if (received.some((cookies) => cookies.includes(stolen[NAMES[1]]))) arrived.add(space);
        assert.equal(new URL(visitor.url()).pathname, '/login');
        assert.deepEqual(await viewer(visitor), {
          isAuthenticated: false, user: null, unauthenticatedReason: 'TOKEN_MISSING',
        });
        // The planted form cookie is not taken for one: the browser gets its own.
        const [form, ...others] = await genuine(visitors);
        assert.deepEqual([form.name, others], [NAMES[2], []]);
        assert.notEqual(form.value, stolen[NAMES[2]]);
        await visitors.close();

        const victims = await browser.newContext({ ...options, storageState: signedIn });
        await plant(victims, ...disguises);
        const victim = await visit(victims);
        assert.equal(new URL(victim.url()).pathname, '/account');
        assert.equal((await viewer(victim)).user.email, user.email);
        assert.deepEqual(await genuine(victims), before);
        await victims.close();
      },
    ]),
    ['most of these names did arrive here', async () => {
      console.log(`      ${[...arrived].map(called).join(' ')}`);
      assert.ok(arrived.size >= 17, `${arrived.size} of ${SPACES.length}`);
    }],
  ]);
}
