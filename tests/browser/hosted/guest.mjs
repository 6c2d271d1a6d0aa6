// The server's own pages as a person uses them: one browser profile with one tab.
import assert from 'node:assert/strict';
import { Caller } from '../pages.mjs';
import { Visitor } from '../visitor.mjs';
import { watchedPage } from '../browser.mjs';

export class Guest extends Visitor {
  constructor(page, base, seen) {
    super(page, `${base}/`);
    this.base = base;
    this.seen = seen;
    // Argon2 takes its time on a busy machine.
    page.setDefaultTimeout(30_000);
  }

  /** A profile without cookies. */
  static async open(browser, base, options) {
    const { page, seen } = await watchedPage(browser, { locale: 'en-GB', ...options });
    return new Guest(page, base, seen);
  }

  /** A new account, on its account page. */
  static async signedUp(browser, base, user, options) {
    const guest = await Guest.open(browser, base, options);
    await guest.signUp(user);
    assert.equal(guest.at(), '/account');
    return guest;
  }

  /** Another profile with the same account. */
  static async loggedIn(browser, base, user, options) {
    const guest = await Guest.open(browser, base, options);
    await guest.go('/login');
    await guest.logIn(user);
    assert.equal(guest.at(), '/account');
    return guest;
  }

  go(path) {
    return this.page.goto(this.base + path);
  }

  /** Where the tab is now. */
  at() {
    const { origin, pathname, search } = new URL(this.page.url());
    return origin === this.base ? pathname + search : this.page.url();
  }

  /** Does what leads to another document, and waits for that. Gives the answer that it came with. */
  async leave(act) {
    const [response] = await Promise.all([this.page.waitForNavigation({ waitUntil: 'load' }), act()]);
    return response;
  }

  /** Presses a button that sends its form. */
  send(button, within = this.page) {
    return this.leave(() => within.getByRole('button', { name: button, exact: true }).click());
  }

  async signUp({ name, email, password }) {
    if (new URL(this.page.url()).pathname !== '/signup') await this.go('/signup');
    await this.type('Name', name);
    await this.type('Email', email);
    await this.type('Password', password);
    return this.send('Sign up');
  }

  async logIn({ email, password }) {
    await this.type('Email', email);
    await this.type('Password', password);
    return this.send('Sign in');
  }

  logOut() {
    return this.send('Sign out');
  }

  /** A card of the account page. */
  card(heading) {
    return this.page.getByRole('region', { name: heading, exact: true });
  }

  async changeName(name) {
    const card = this.card('Profile');
    await card.getByLabel('Name', { exact: true }).fill(name);
    return this.send('Save', card);
  }

  async changePassword(current, next) {
    const card = this.card('Change password');
    await card.getByLabel('Current password', { exact: true }).fill(current);
    await card.getByLabel('New password', { exact: true }).fill(next);
    return this.send('Change password', card);
  }

  async deleteAccount(password) {
    const card = this.card('Delete account');
    const field = card.getByLabel('Current password', { exact: true });
    if (!(await field.isVisible())) await card.locator('summary').click();
    await field.fill(password);
    return this.send('Delete my account', card);
  }

  /** What is wrong with a field, as a screen reader tells it before the hint; else the hint, else nothing. */
  async noteOf(label) {
    const ids = await this.page.getByLabel(label, { exact: true }).getAttribute('aria-describedby');
    return ids === null ? null : this.page.locator(`[id="${ids.split(' ')[0]}"]`).textContent();
  }

  /** The line above everything, as a screen reader tells it. */
  notice() {
    return this.page.getByRole('status').textContent();
  }

  /** The cookies of the session. The one that forms are bound to is there for visitors, too. */
  async sessionCookies() {
    const cookies = await this.cookies();
    return cookies.filter(({ name }) => name !== 'portcullis-form').sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** What the API tells this browser. */
  async ask(query) {
    const caller = await Caller.open(this.page.context(), `${this.base}/graphiql`, `${this.base}/graphql`);
    try {
      return await caller.data(query);
    } finally {
      await caller.page.close();
    }
  }

  /** The id of the field that has the focus, as soon as one has. */
  async focusedField() {
    const focused = await this.page.waitForFunction(() => document.activeElement?.closest('input')?.id);
    return focused.jsonValue();
  }

  /** No request to another host, no error, no breach of the policy. A refused request is logged as an error, too. */
  assertQuiet() {
    const { errors, ...others } = this.seen;
    const refusals = /^Failed to load resource: the server responded with a status of (403|413|415|422) /;
    const rest = errors.filter((error) => !refusals.test(error));
    assert.deepEqual({ errors: rest, ...others }, { errors: [], outside: [], breaches: [] });
  }

  close() {
    return this.page.context().close();
  }
}
