// Many connections, each of which guesses on and on: at one account, at others, at nobody's.
import { Asker, LOGIN, REFUSALS, Tally } from './asking.mjs';

const CONNECTIONS = 500;

export async function loginFlood({ port }, seconds) {
  // One address may have 200 connections.
  const askers = Array.from({ length: CONNECTIONS }, (_, at) => new Asker(port, `127.0.0.${2 + (at % 4)}`));
  const tally = new Tally(REFUSALS);
  const end = performance.now() + seconds * 1000;
  await Promise.all(
    askers.map(async (asker, at) => {
      for (let guess = 0; performance.now() < end; guess += 1) {
        const email = at % 2 === 0 ? 'ada@example.com' : `nobody${at}.${guess}@example.com`;
        tally.add(await asker.ask({ query: LOGIN, variables: { email, password: `guess ${at} ${guess}` } }));
      }
      asker.end();
    }),
  );
  return tally.report('guesses');
}
