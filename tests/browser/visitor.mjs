// The example app as a person uses it: labels, buttons, what can be read.
import assert from 'node:assert/strict';

export class Visitor {
  constructor(page, address) {
    this.page = page;
    this.address = address;
    // What fails, fails soon; a busy machine still has time.
    page.setDefaultTimeout(15_000);
  }

  async arrive() {
    await this.page.goto(this.address);
    await this.title(/./);
    return this;
  }

  /** Another tab of the same browser. */
  async anotherTab() {
    return new Visitor(await this.page.context().newPage(), this.address).arrive();
  }

  /** Leaves the tab and comes back to it, as the page sees it. */
  async comeBack() {
    await this.page.evaluate(() => document.dispatchEvent(new Event('visibilitychange', { bubbles: true })));
  }

  async type(label, text) {
    await this.page.getByLabel(label, { exact: true }).fill(text);
  }

  async press(button) {
    await this.page.getByRole('button', { name: button, exact: true }).click();
  }

  typed(label) {
    return this.page.getByLabel(label, { exact: true }).inputValue();
  }

  async logIn({ email, password }) {
    await this.type('Email', email);
    await this.type('Password', password);
    await this.press('Log in');
  }

  /** The page has got this title. */
  title(name) {
    return this.page.getByRole('heading', { level: 1, name }).waitFor();
  }

  /** The page says so, somewhere. */
  reads(text) {
    return this.page.getByText(text, { exact: true }).waitFor();
  }

  /** What stands below a field of the form, as a screen reader tells it. */
  async noteOf(label) {
    const id = await this.page.getByLabel(label, { exact: true }).getAttribute('aria-describedby');
    return id === null ? null : this.page.locator(`[id="${id}"]`).textContent();
  }

  /** The label of the field that has the focus. */
  focus() {
    return this.page.evaluate(() => document.activeElement.labels?.[0]?.textContent);
  }

  sessions() {
    return this.page.getByRole('listitem');
  }

  async cookies() {
    return (await this.page.context().cookies()).filter(({ name }) => name.startsWith('portcullis-'));
  }

  /** As if the access token had run out: the browser drops its cookie at that moment. */
  async outliveAccessToken() {
    const before = (await this.cookies()).length;
    await this.page.context().clearCookies({ name: 'portcullis-access' });
    assert.equal((await this.cookies()).length, before - 1);
  }

  /** Runs `work` and tells how often this browser traded its refresh token meanwhile. */
  async refreshesDuring(work) {
    let count = 0;
    const countRefresh = (request) => {
      if (request.postData()?.includes('refreshSession')) count += 1;
    };
    const context = this.page.context();
    context.on('request', countRefresh);
    await work();
    context.off('request', countRefresh);
    return count;
  }
}
