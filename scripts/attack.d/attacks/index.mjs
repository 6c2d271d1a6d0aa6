// The attacks. Each gives a line to tell, and what was wrong. `mostGrowth` is by how many MB the server may grow.
import { distinctAddresses } from './distinct-addresses.mjs';
import { idleConnections } from './idle-connections.mjs';
import { fastReaders, slowReaders } from './large-answers.mjs';
import { loginFlood } from './login-flood.mjs';
import { slowBodies, slowHeads } from './slow-requests.mjs';

// Two hash threads of 19 MiB, and 64 MiB for everything else.
const HASHING = 2 * 19 + 64;

export const attacks = {
  'login-flood': { about: '500 connections that guess a password', attack: loginFlood, mostGrowth: HASHING },
  'distinct-addresses': {
    about: 'sign-ins from ever new networks, each to an account of its own',
    attack: distinctAddresses,
    mostGrowth: HASHING,
  },
  'slow-heads': { about: '600 connections that send their head a byte at a time', attack: slowHeads, mostGrowth: 64 },
  'slow-bodies': { about: '600 connections that send their body a byte at a time', attack: slowBodies, mostGrowth: 64 },
  'slow-readers': {
    about: '200 connections of a signed-in client that asks for large answers and reads them slowly',
    attack: slowReaders,
    mostGrowth: HASHING,
  },
  'fast-readers': {
    about: '200 connections of a signed-in client that asks for large answers, one after the other',
    attack: fastReaders,
    mostGrowth: HASHING,
  },
  'idle-connections': { about: '2,000 connections that say nothing', attack: idleConnections, mostGrowth: 64 },
};
