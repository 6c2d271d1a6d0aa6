// Runs every published GraphQL-over-HTTP audit against a server. Passing means: all 61, warnings included.
//
//   node run.mjs http://localhost:8000
import { serverAudits } from 'graphql-http';

const expected = 61;

const base = process.argv[2] ?? process.env.PORTCULLIS_URL;
if (base === undefined) {
  console.error('usage: node run.mjs URL, for example http://localhost:8000');
  process.exit(2);
}
const url = new URL('/graphql', base).href;

let passed = 0;
let failed = 0;
for (const audit of serverAudits({ url })) {
  const result = await audit.fn().catch((error) => ({ status: 'error', reason: String(error) }));
  if (result.status === 'ok') {
    passed += 1;
  } else {
    failed += 1;
    console.log(`${result.status} ${audit.id} ${audit.name}\n  ${result.reason}`);
    if (result.response) console.log(`  answered ${result.response.status}`);
  }
}
console.log(`${passed} passed, ${failed} failed`);
if (failed > 0 || passed !== expected) {
  if (passed + failed !== expected) console.log(`expected ${expected} audits, there were ${passed + failed}`);
  process.exit(1);
}
