// The code in docs/verify.md, as its readers copy it, into a folder with the programs around it.
//
//   node snippets.mjs FOLDER
import assert from 'node:assert/strict';
import { cp, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';

const folder = path.resolve(process.argv[2]);
const here = import.meta.dirname;

/** Every block that begins with its name as a comment. */
async function snippets() {
  const manual = await readFile(path.join(here, '../../docs/verify.md'), 'utf8');
  const blocks = manual.matchAll(/^```(?:js|python|go|nginx)\n((?:\/\/|#) (\S+)\n[\s\S]*?)^```$/gm);
  return new Map([...blocks].map(([, code, name]) => [name, code]));
}

const found = await snippets();
const places = {
  'verify.mjs': 'node/verify.mjs',
  'verify.py': 'python/verify.py',
  'verify.go': 'go/portcullis/verify.go',
  'nginx.conf': 'nginx/snippet.conf',
};
assert.deepEqual([...found.keys()].sort(), Object.keys(places).sort());
for (const language of ['node', 'python', 'go']) {
  await cp(path.join(here, language), path.join(folder, language), { recursive: true });
}
for (const [name, place] of Object.entries(places)) {
  const file = path.join(folder, place);
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, found.get(name));
}
// Packages are found from there.
await symlink(path.join(here, 'node_modules'), path.join(folder, 'node/node_modules'));
