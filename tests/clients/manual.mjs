// The code in docs/sessions.md and docs/front-end.md, as their readers copy it.
import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';

const manual = new URL('../../docs/sessions.md', import.meta.url);
const manuals = [manual, new URL('../../docs/front-end.md', import.meta.url)];
const copies = new URL('./node_modules/.manual/', import.meta.url);

/** Every GraphQL document in it. */
export async function documentsFromManual() {
  return [...(await readFile(manual, 'utf8')).matchAll(/^```graphql\n([\s\S]*?)^```$/gm)].map(([, text]) => text);
}

/** The block that begins with `// name`, for the server at this address, which is reached by plain http. */
export async function fromManual(name, base) {
  const texts = await Promise.all(manuals.map((file) => readFile(file, 'utf8')));
  const blocks = texts.join('\n').matchAll(/^```js\n\/\/ (\S+)\n([\s\S]*?)^```$/gm);
  const code = new Map([...blocks].map(([, name, code]) => [name, code])).get(name);
  assert.ok(code, `no manual has ${name}`);
  return code
    .replaceAll('https://accounts.example.com', base)
    .replaceAll('wss://accounts.example.com', base.replace(/^http/, 'ws'))
    .replaceAll('__Host-', '');
}

/** Imports such a block, after those that it imports itself. */
export async function importFromManual(name, base) {
  const code = await fromManual(name, base);
  for (const [, other] of code.matchAll(/from '\.\/(\S+)\.js'/g)) await importFromManual(`${other}.js`, base);
  await mkdir(copies, { recursive: true });
  // Packages are found from here; the suffix says that it is a module.
  const copy = new URL(name.replace(/\.js$/, '.mjs'), copies);
  await writeFile(copy, code.replaceAll(/from '\.\/(\S+)\.js'/g, "from './$1.mjs'"));
  return import(copy);
}
