// Somebody with a browser and a mailbox. Fields are found by their names, so every language does.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { Guest } from '../hosted/guest.mjs';

const PHONE = { width: 390, height: 800 };
export const DESK = { width: 1280, height: 800 };
const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0';
export const SAFARI =
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15';

/** What the browsers of a journey showed in their address bars, and sent as Referer. */
export class Traces {
  addresses = [];
  #referers = [];

  watch(page) {
    page.on('framenavigated', (frame) => {
      if (frame === page.mainFrame()) this.addresses.push(frame.url());
    });
    // A page that is closed meanwhile has no headers any more.
    page.on('request', (request) => this.#referers.push(request.headerValue('referer').catch(() => null)));
  }

  /** No secret was in an address bar once the first redirect was done, in a Referer, or in the server's log. */
  async assertNoSecrets(secrets) {
    const referers = (await Promise.all(this.#referers)).filter((referer) => referer !== null);
    assert.ok(secrets.size > 0 && this.addresses.length > 10 && referers.length > 10, 'next to nothing was seen');
    const log = await readFile(process.env.SERVER_LOG, 'utf8');
    assert.match(log, /is ready/);
    for (const secret of [...secrets, 'pct_']) {
      assert.deepEqual(this.addresses.filter((address) => address.includes(secret)), []);
      assert.deepEqual(referers.filter((referer) => referer.includes(secret)), []);
      assert.ok(!log.includes(secret), `${secret.slice(0, 8)}… is in the log`);
    }
  }
}

export class Reader extends Guest {
  /** A profile without cookies. `look(guest, state)` is called for each state, if there is one. */
  static async at(world, { isElsewhere = false, userAgent = FIREFOX } = {}) {
    const { browser, base, options, isPhone } = world;
    // The other device is of the other kind.
    const viewport = isPhone !== isElsewhere ? PHONE : DESK;
    const device = isElsewhere ? { userAgent } : {};
    const { page, seen } = await Guest.open(browser, base, { ...options, ...device, viewport });
    world.traces.watch(page);
    const reader = new Reader(page, base, seen);
    reader.world = world;
    world.readers.push(reader);
    return reader;
  }

  look(state) {
    return this.world.look?.(this.page, state);
  }

  form(action) {
    return this.page.locator(`form[action="${action}"]`);
  }

  async fill(form, fields) {
    for (const [name, text] of Object.entries(fields)) await form.locator(`[name="${name}"]`).fill(text);
  }

  /** Fills a form, sends it, and waits for the answer. */
  async submit(action, fields = {}, form = this.form(action).first()) {
    await this.fill(form, fields);
    return this.leave(() => form.locator('button:not([type=button])').click());
  }

  /** Opens the page, and sends its form. */
  async fillAt(path, fields, action = path) {
    await this.go(path);
    return this.submit(action, fields);
  }

  signUp(user) {
    return this.fillAt('/signup', user);
  }

  async logIn({ email, password }) {
    return this.fillAt('/login', { email, password });
  }

  logOut() {
    return this.submit('/logout');
  }

  /** Opens the link of a mail. */
  async follow(mail, path) {
    assert.ok(mail.link, `no link in: ${mail.text}`);
    await this.page.goto(mail.link);
    assert.equal(this.at(), path);
  }

  clickLink(path) {
    return this.leave(() => this.page.locator(`main a[href="${path}"]`).click());
  }

  /** The heading is the text of this name. */
  async reads(text) {
    assert.equal(await this.page.locator('h1').innerText(), this.world.texts[text]);
  }

  /** A page had this status, as it should: the browser logs that as an error. */
  expectError(status) {
    const { errors } = this.seen;
    const at = errors.findIndex((error) => error.includes(`status of ${status} `));
    assert.notEqual(at, -1, `no ${status} in: ${errors}`);
    errors.splice(at, 1);
  }

  async assertSignedIn(user) {
    await this.go('/account');
    assert.equal(this.at(), '/account');
    const shown = await this.page.locator('.welcome p').innerText();
    assert.equal(shown, `${user.email} ${this.world.texts.verified}`);
  }

  async assertSignedOut() {
    const names = (await this.cookies()).map(({ name }) => name);
    assert.deepEqual(names.filter((name) => /-(access|refresh)$/.test(name)), []);
  }
}
