// GraphiQL's page as a person uses it: tabs, editors, the run button, the answer.

export class Workbench {
  constructor(page) {
    this.page = page;
  }

  async open(url) {
    await this.page.goto(url);
    await this.ready();
  }

  /** The editors stand and the schema is here: the reload button no longer turns. */
  async ready() {
    await this.page.locator('.graphiql-query-editor .CodeMirror').waitFor();
    await this.page.locator('.graphiql-sidebar .graphiql-spin').waitFor({ state: 'detached' });
  }

  tabs() {
    return this.page.locator('.graphiql-tab-button').allTextContents();
  }

  async tab(title) {
    await this.page.locator('.graphiql-tab-button', { hasText: title }).click();
    await this.page.locator('.graphiql-tab-active', { hasText: title }).waitFor();
    await this.#settle();
  }

  async typeDocument(text) {
    await this.#type('.graphiql-query-editor .CodeMirror', text);
  }

  async typeVariables(value) {
    await this.page.getByRole('button', { name: 'Variables', exact: true }).click();
    await this.#type('.graphiql-editor-tool .CodeMirror:visible', JSON.stringify(value));
  }

  async typeHeaders(value) {
    await this.page.getByRole('button', { name: 'Headers', exact: true }).click();
    await this.#type('.graphiql-editor-tool .CodeMirror:visible', JSON.stringify(value));
  }

  /** Presses run and reads the answer. */
  async run() {
    const answered = this.page.waitForResponse((response) => {
      const document = response.request().postData();
      return document !== null && !document.includes('__schema');
    });
    await this.page.locator('.graphiql-execute-button').click();
    await answered;
    await this.page.locator('.graphiql-response .graphiql-spinner').waitFor({ state: 'detached' });
    const text = await this.page.waitForFunction(
      () => document.querySelector('.graphiql-response .CodeMirror').CodeMirror.getValue() || null,
    );
    return JSON.parse(await text.jsonValue());
  }

  /** What the schema has against the document or its variables, as underlined by the editors. */
  async complaints() {
    await this.#settle();
    return this.page.locator('.CodeMirror-lint-mark-error, .CodeMirror-lint-mark-warning').allTextContents();
  }

  session() {
    return this.page.locator('#session').textContent();
  }

  async #type(editor, text) {
    await this.page.locator(editor).click();
    await this.page.keyboard.press('Control+a');
    await this.page.keyboard.insertText(text);
    await this.#settle();
  }

  /** GraphiQL reads a document's operation names, and stores the tabs, a moment after the last change. */
  #settle() {
    return this.page.waitForTimeout(600);
  }
}
