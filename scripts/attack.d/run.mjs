// Starts a server on this machine, attacks it in each way, and tells how `me` fares meanwhile and afterwards.
//
//   scripts/attack [--seconds 20] [--binary target/release/portcullis] [--gentle] [login-flood ...]
//
// Nothing but the server that it has started itself can be attacked. The attackers come from other loopback addresses
// than the one who asks `me`, as others would: that needs Linux. The exit code tells whether the server held: it
// lives, nothing was answered in a way that it must not be, its memory is bounded, and it is quick again. With
// `--gentle`, for machines that are busy with other things, times are told and not judged.
import { parseArgs } from 'node:util';
import { attacks } from './attacks/index.mjs';
import { Prober, quantiles } from './prober.mjs';
import { startServer } from '../server.mjs';

/** What the issue of each attack is measured by. */
const MOST_P99 = 50;
const MOST_RECOVERY = 1_000;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seconds: { type: 'string', default: '20' },
    binary: { type: 'string', default: 'target/release/portcullis' },
    gentle: { type: 'boolean', default: false },
  },
});
const seconds = Number(values.seconds);
if (!(seconds >= 1 && seconds <= 600)) throw new Error('--seconds takes 1 to 600');
const unknown = positionals.filter((name) => !(name in attacks));
if (unknown.length > 0) throw new Error(`no attack is called ${unknown.join(', ')}; there are ${Object.keys(attacks).join(', ')}`);
const names = positionals.length > 0 ? positionals : Object.keys(attacks);

let failed = 0;
for (const name of names) {
  const problems = await attempt(name, attacks[name]);
  failed += problems.length;
  for (const problem of problems) console.log(`  FAIL ${problem}`);
}
process.exitCode = failed > 0 ? 1 : 0;

async function attempt(name, { about, attack, mostGrowth }) {
  console.log(`${name}: ${about}`);
  const server = await startServer([values.binary], { PORTCULLIS_LOG_LEVEL: 'warn' });
  const prober = await Prober.start(server.url);
  try {
    const quiet = await prober.watch(3);
    const before = server.memory();
    let peak = before;
    const sampling = setInterval(() => (peak = Math.max(peak, server.memory())), 100);
    const watching = prober.watch(seconds);
    const report = await attack(server, seconds);
    const during = await watching;
    clearInterval(sampling);
    const recovery = await prober.untilQuick(Math.max(5, quantiles(quiet).p99 * 2));
    const after = server.memory();
    console.log(`  ${report.told}`);
    console.log(`  me before ${line(quiet)}; during ${line(during)}; quick again after ${recovery} ms`);
    console.log(`  memory ${mb(before)} before, ${mb(peak)} at most, ${mb(after)} after`);
    const problems = [...report.problems];
    if (during.failures > 0) problems.push(`${during.failures} of ${during.times.length + during.failures} times me was not answered`);
    if (peak - before > mostGrowth * 2 ** 20) problems.push(`the memory grew by more than ${mostGrowth} MB`);
    if (!values.gentle && quantiles(during).p99 > MOST_P99) problems.push(`p99 of me is above ${MOST_P99} ms`);
    if (!values.gentle && recovery > MOST_RECOVERY) problems.push(`it took more than ${MOST_RECOVERY} ms to be quick again`);
    return problems;
  } finally {
    await prober.stop();
    await server.stop();
  }
}

function line(watched) {
  const { p50, p99, most } = quantiles(watched);
  return `p50 ${p50.toFixed(1)} p99 ${p99.toFixed(1)} max ${most.toFixed(1)} ms`;
}

function mb(bytes) {
  return `${(bytes / 2 ** 20).toFixed(0)} MB`;
}
