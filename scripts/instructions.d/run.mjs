// Counts the processor's instructions for one `me`, and fails where it takes a tenth more than was written down.
//
//   scripts/instructions [--binary target/quick/portcullis] [--write]
//
// Instructions, unlike seconds, are the same on a busy machine. The program runs under Callgrind, all of it: accepting,
// HTTP, token, session, GraphQL, log. It is warmed up first; then so many requests are counted on one connection. With
// `--write` the figure is written down instead, for a change that is meant to cost more, or that costs less. Build the
// program with `cargo build --profile quick`: link-time optimisation would take minutes and move the figure.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startServer } from '../server.mjs';

const WARM_UP = 300;
const COUNTED = 500;
const MOST = 1.1;
const WRITTEN = new URL('figures.json', import.meta.url);
const ME = '{ me { id name email isEmailVerified roles createdAt } }';
const SIGNUP = `mutation {
  signup(input: { name: "Ada", email: "ada@example.com", password: "a lantern under snow" }) { tokens { accessToken } }
}`;

const { values } = parseArgs({
  options: {
    binary: { type: 'string', default: 'target/quick/portcullis' },
    write: { type: 'boolean', default: false },
  },
});

const me = await count();
const written = JSON.parse(readFileSync(WRITTEN, 'utf8')).me;
console.log(`me: ${me.toLocaleString('en')} instructions; written down: ${written.toLocaleString('en')} (${(me / written).toFixed(3)})`);
if (values.write) {
  writeFileSync(WRITTEN, `${JSON.stringify({ me }, null, 2)}\n`);
} else if (me > written * MOST) {
  console.error('FAIL more than a tenth above. If that is meant: scripts/instructions --write, and say in the commit why.');
  process.exitCode = 1;
} else if (me < written / MOST) {
  console.log('That is more than a tenth below: scripts/instructions --write, so that it stays so.');
}

/** The instructions of one `me`. */
async function count() {
  const folder = mkdtempSync(join(tmpdir(), 'portcullis-instructions.'));
  const out = join(folder, 'callgrind');
  const server = await startServer(['valgrind', '--quiet', '--tool=callgrind', `--callgrind-out-file=${out}`, values.binary]);
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const callgrind = (command) => execFileSync('callgrind_control', [command, String(server.pid)], { stdio: 'pipe' });
  try {
    const { data } = await ask(server.port, agent, SIGNUP);
    const token = data.signup.tokens.accessToken;
    await askOften(WARM_UP);
    callgrind('--zero');
    await askOften(COUNTED);
    callgrind('--dump');
    return Math.round(totals(folder) / COUNTED);

    async function askOften(times) {
      for (let time = 0; time < times; time += 1) {
        const answer = await ask(server.port, agent, ME, token);
        if (answer.data?.me?.name !== 'Ada') throw new Error(`me was answered with ${JSON.stringify(answer)}`);
      }
    }
  } finally {
    agent.destroy();
    await server.stop();
    rmSync(folder, { recursive: true });
  }
}

/** What the dump that was asked for says; the one at the end of the program is not there yet. */
function totals(folder) {
  const dumps = readdirSync(folder).filter((name) => /^callgrind\.\d+$/.test(name));
  if (dumps.length !== 1) throw new Error(`expected one dump, and there are ${dumps.length}`);
  const [, total] = /^totals: (\d+)$/m.exec(readFileSync(join(folder, dumps[0]), 'utf8'));
  return Number(total);
}

function ask(port, agent, query, token) {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) };
    const sent = request({ host: '127.0.0.1', port, path: '/graphql', method: 'POST', agent, headers });
    sent.once('error', reject).once('response', (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part) => (text += part));
      response.once('end', () => resolve(JSON.parse(text))).once('error', reject);
    });
    sent.end(JSON.stringify({ query }));
  });
}
