// Copies GraphiQL's four files from node_modules to assets/graphiql, having checked that they are the bytes
// that the page's `integrity` attributes promise. With --update the promise is written instead of checked.
import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, '..', '..');
const target = join(root, 'assets', 'graphiql');
const promises = join(root, 'src', 'server', 'graphiql', 'bundles.json');

// The order is the order of loading: GraphiQL's script expects React's two to be there.
const wanted = [
  ['graphiql', 'graphiql.min.css'],
  ['react', 'umd/react.production.min.js'],
  ['react-dom', 'umd/react-dom.production.min.js'],
  ['graphiql', 'graphiql.min.js'],
];

async function read([name, path]) {
  const folder = join(here, 'node_modules', name);
  const { version } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
  const bytes = await readFile(join(folder, path));
  const integrity = `sha384-${createHash('sha384').update(bytes).digest('base64')}`;
  return { bytes, record: { package: name, version, path, integrity } };
}

const files = await Promise.all(wanted.map(read));
const found = JSON.stringify(files.map((file) => file.record), null, 2) + '\n';

if (process.argv.includes('--update')) {
  await writeFile(promises, found);
  console.log('wrote src/server/graphiql/bundles.json');
} else if (found !== (await readFile(promises, 'utf8'))) {
  console.error('The npm files are not those that src/server/graphiql/bundles.json promises; nothing was copied.');
  console.error('If package.json names new versions on purpose, run: scripts/graphiql --update');
  process.exit(1);
}

await mkdir(target, { recursive: true });
for (const { bytes, record } of files) {
  const name = basename(record.path);
  await writeFile(join(target, name), bytes);
  console.log(`assets/graphiql/${name}  ${record.package} ${record.version}  ${bytes.length} bytes`);
}
