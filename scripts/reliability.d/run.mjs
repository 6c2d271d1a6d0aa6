// Proves that a change that was acknowledged is kept, even when clients hang up or processes stop.
//
//   scripts/reliability [--database sqlite|postgres|mariadb|all] [--binary target/release/portcullis] [--short]
//                       [--json FILE] [--seed N] [--set key=value ...] [--postgres-url URL] [--mariadb-url URL]
//                       [hangups pause kill-database cut request-limit stops]
//                       [mail-kills mail-two-servers mail-away mail-stops]
//
// It starts the server and the databases by itself, in a temporary folder, on loopback. With an address of a database
// that runs already, that one is used, and scenarios that would stop it are left out. The exit code is 1 when anything
// that was acknowledged was lost, or something else did not hold; each scenario has a line with what was counted.
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { Chance } from './chance.mjs';
import { databases } from './databases/index.mjs';
import { scenarios } from './scenarios/index.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    database: { type: 'string', default: 'all' },
    binary: { type: 'string', default: 'target/release/portcullis' },
    short: { type: 'boolean', default: false },
    json: { type: 'string' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    set: { type: 'string', multiple: true, default: [] },
    'postgres-url': { type: 'string' },
    'mariadb-url': { type: 'string' },
  },
});
const databaseNames = chosen('database', values.database === 'all' ? [] : [values.database], Object.keys(databases));
const scenarioNames = chosen('scenario', positionals, Object.keys(scenarios));
const settings = Object.fromEntries(values.set.map(setting));

const begin = performance.now();
// The database servers run as users of their own, and have to get through to their folders.
const folder = mkdtempSync(join(tmpdir(), 'portcullis-reliability.'));
chmodSync(folder, 0o711);
process.once('exit', () => rmSync(folder, { recursive: true, force: true }));

console.log(`seed ${values.seed}`);
const results = [];
for (const databaseName of databaseNames) {
  const wanted = scenarioNames.filter((name) => databasesOf(scenarios[name]).includes(databaseName));
  if (wanted.length === 0) continue;
  const url = values[`${databaseName}-url`];
  const database = url ? databases[databaseName].at(url) : await databases[databaseName].start(folder);
  try {
    // Those that mostly wait run together in the short form.
    const together = wanted.filter((name) => values.short && scenarios[name].mayOverlap);
    for (const name of wanted) if (!together.includes(name)) await attempt(name, database);
    await Promise.all(together.map((name) => attempt(name, database)));
  } finally {
    await database.stop();
  }
}
const failed = results.filter(({ figures }) => figures.allProblems.length > 0);
console.log(`${results.length - failed.length} passed, ${failed.length} failed, in ${seconds(begin)} s`);
for (const { title } of failed) console.log(`  FAIL ${title}`);
if (values.json) {
  const told = results.map(({ figures, ...rest }) => ({ ...rest, ...figures.toJSON() }));
  const report = { seed: Number(values.seed), isShort: values.short, results: told };
  writeFileSync(values.json, `${JSON.stringify(report, null, 2)}\n`);
}
process.exit(failed.length > 0 ? 1 : 0);

async function attempt(name, database) {
  const scenario = scenarios[name];
  if (scenario.stopsDatabase && !database.isOwn) {
    console.log(`${name} on ${database.name}: left out, since it would stop the database`);
    return;
  }
  for (const variant of scenario.variants(values.short)) {
    const title = [name, database.name, variant.title].filter(Boolean).join(', ');
    const started = performance.now();
    const chance = new Chance(Number(values.seed)).fork(title);
    const options = { database, folder, binary: resolve(values.binary), settings, chance, isShort: values.short, ...variant };
    const figures = await scenario.run(options);
    results.push({ scenario: name, database: database.name, title, seconds: seconds(started), figures });
    tell(title, figures, started);
  }
}

/** The short form leaves out databases on which nothing differs. */
function databasesOf({ databases: all, shortDatabases }) {
  return values.short ? (shortDatabases ?? all) : all;
}

function tell(title, figures, started) {
  const problems = figures.allProblems.map((problem) => problem.replaceAll(/\s+/g, ' '));
  console.log(`${problems.length > 0 ? 'FAIL' : 'PASS'} ${title}, ${seconds(started)} s`);
  const { problems: _, details, ...counts } = figures.toJSON();
  const word = ([key, count]) => `${key} ${typeof count === 'object' ? JSON.stringify(count) : count}`;
  const words = Object.entries(counts).filter(([, count]) => count !== 0).map(word);
  console.log(`     ${words.join(', ')}`);
  for (const problem of problems) console.log(`     - ${problem}`);
  for (const detail of details) console.log(`       ${detail.replaceAll(/\s+/g, ' ')}`);
}

function chosen(kind, names, known) {
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length > 0) throw new Error(`no ${kind} is called ${unknown.join(', ')}; there are ${known.join(', ')}`);
  return names.length > 0 ? names : known;
}

/** `key=value` as the variable of that setting. */
function setting(text) {
  const at = text.indexOf('=');
  if (at < 1) throw new Error('--set takes key=value');
  return [`PORTCULLIS_${text.slice(0, at).toUpperCase()}`, text.slice(at + 1)];
}

function seconds(since) {
  return Number(((performance.now() - since) / 1000).toFixed(1));
}
