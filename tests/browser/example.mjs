// Builds examples/react-apollo for a server, and serves what was built.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../examples/react-apollo/', import.meta.url));

/** Types checked, files bundled: what `npm run build` does. */
export function buildExample(apiUrl) {
  const env = { ...process.env, VITE_API_URL: apiUrl };
  const { status, stdout, stderr } = spawnSync('npm', ['run', 'build'], { cwd: root, env, encoding: 'utf8' });
  if (status !== 0) throw new Error(`the example does not build:\n${stdout}\n${stderr}`);
}

/** Serves it as `npm run preview` does, on Vite's port or the next free one. */
export async function serveExample() {
  const { preview } = await import(`${root}node_modules/vite/dist/node/index.js`);
  const server = await preview({ root, logLevel: 'error', preview: { port: 5173 } });
  return { address: server.resolvedUrls.local[0], close: () => server.close() };
}
