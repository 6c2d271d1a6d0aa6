// A list of named checks, run one after the other, with one closing line.

/** The server under test: the first argument, else PORTCULLIS_URL. */
export function serverUrl() {
  const url = process.argv[2] ?? process.env.PORTCULLIS_URL;
  if (url === undefined) {
    console.error('Say which server: by the first argument or PORTCULLIS_URL, for example http://localhost:8000');
    process.exit(2);
  }
  return url.replace(/\/+$/, '');
}

/** Runs every check, also after a failure, prints `N passed, N failed` and sets the exit code. */
export async function run(checks) {
  let failed = 0;
  for (const [name, check] of checks) {
    try {
      await check();
      console.log(`ok    ${name}`);
    } catch (error) {
      failed += 1;
      console.log(`FAIL  ${name}\n      ${String(error?.stack ?? error).replaceAll('\n', '\n      ')}`);
    }
  }
  console.log(`${checks.length - failed} passed, ${failed} failed`);
  if (failed > 0 || checks.length === 0) process.exitCode = 1;
}

/** Credentials of somebody who has no account yet. */
export function newcomer() {
  const mark = `${Date.now().toString(36)}${Math.random().toString(36).slice(2, 8)}`;
  return { name: 'Grace Hopper', email: `grace.${mark}@example.com`, password: 'a lantern under quiet snow' };
}
