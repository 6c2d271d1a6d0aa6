// What must hold when all is quiet again.
import { Client, isUnknown } from './client.mjs';
import { Unreadable } from './databases/reader.mjs';
import { describe } from './writers.mjs';
import { holdsWithin, pause } from './time.mjs';

/** MariaDB shows the same list of transactions again to those who ask more often than ten times a second. */
const APART = 150;

/** No transaction is left open, no more connections than the pool has, and no files. */
export async function checkLeftovers({ database, reader, server, figures, poolSize, filesBefore }) {
  const { more } = figures;
  // One of SQLite is either committed or holds up all who write: it has no such list.
  if (database.openTransactions) {
    const isClosed = async () => (more.openTransactions = await database.openTransactions(reader)) === 0;
    if (!(await holdsWithin(2_000, isClosed, APART))) figures.problem(`${more.openTransactions} transactions are open after 2 s`);
    more.connections = await database.connections(reader);
    if (more.connections > poolSize) figures.problem(`${more.connections} connections to the database, of a pool of ${poolSize}`);
  }
  if (filesBefore === undefined) return;
  // The pool opens connections when they are needed, and SQLite has a pool for reading, one for writing and two files each.
  const most = filesBefore + 3 * (poolSize + 1) + 5;
  await holdsWithin(5_000, () => server.openFiles() <= most);
  more.files = `${filesBefore} to ${server.openFiles()}`;
  if (server.openFiles() > most) figures.problem(`open files went from ${more.files}`);
}

/** Sends as many requests at once as the pool has connections; as many as are allowed reach the database. */
export async function checkCapacity({ database, place, server, figures, poolSize, writer }) {
  const clients = Array.from({ length: poolSize }, () => new Client(server));
  const ask = async (client, number) => {
    const name = `${writer.name} of ${number} at once`;
    const answer = await client.ask('updateProfile', { name }, writer.main.accessToken);
    figures.note(answer);
    // Whichever was last has it.
    if (answer.kind === 'done') return writer.account.name.possible.push(name);
    if (isUnknown(answer)) writer.account.name.leaveOpen(name);
    else writer.account.name.refuse(name);
    figures.problem(`of ${poolSize} requests at once one was answered ${describe(answer)}`);
  };
  if (!database.waitingForLocks) {
    await Promise.all(clients.map(ask));
  } else {
    await atOnce({ database, place, figures, poolSize, email: writer.account.email }, () => clients.map(ask));
  }
  // Another acknowledged change follows, no matter which writer was last.
  for (const client of clients) client.end();
  await pause(50);
  const answer = await writer.updateProfile();
  if (answer.kind !== 'done') figures.problem(`the next change was answered ${describe(answer)}`);
}

/** They all want the row that this connection holds: two of an account may, within the part of the pool for changes. */
async function atOnce({ database, place, figures, poolSize, email }, askAll) {
  const [holder, watcher] = [place.reader(), place.reader()];
  database.readers += 2;
  try {
    await holder.rows(database.shortWait);
    await holder.rows('begin');
    await holder.rows(`select id from users where email_key = '${email}' for update`);
    const asked = askAll();
    const most = Math.min(2, Math.max(1, poolSize - Math.ceil(poolSize / 4)));
    const areAll = async () => (figures.more.atOnce = await database.waitingForLocks(watcher)) === most;
    if (!(await holdsWithin(1_500, areAll, APART))) {
      figures.problem(`${figures.more.atOnce} requests can be at the database at once, with a pool of ${poolSize}`);
    }
    await holder.rows('rollback');
    await Promise.all(asked);
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    figures.problem(`somebody holds the row of ${email}`);
  } finally {
    for (const reader of [holder, watcher]) reader.close();
    database.readers -= 2;
  }
}

/** After the server was killed and started again: everything that was acknowledged is there. */
export async function checkAfterRestart({ writers, newcomers }) {
  // Not all at once: each signs in, and a hash takes its time.
  for (const writer of writers) await writer.checkAll();
  await newcomers?.checkAll();
}
