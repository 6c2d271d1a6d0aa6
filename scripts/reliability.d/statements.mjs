// Just enough of the two wire protocols to see which statements pass.

const kindOf = (text) => {
  // On PostgreSQL a setting comes before it in the same message.
  if (/(^|;)\s*commit\s*$/i.test(text)) return 'commit';
  if (/^\s*(begin|start transaction)\b/i.test(text)) return 'begin';
  if (/^\s*rollback\b/i.test(text)) return 'rollback';
  // A lock that is taken on the way is no write.
  return /^\s*(insert|update|delete)\b/i.test(text) ? 'write' : 'other';
};

export function statementsOf(wire) {
  return wire === 'mysql' ? new MysqlStatements() : new PostgresStatements();
}

/** What both have in common: the kinds of statements sent, and what the transaction under way has written so far. */
class Statements {
  #isInTransaction = false;
  #written = '';

  /** A statement; `writes` holds its own text where it writes, and where it commits, that of all it commits. */
  meet(text) {
    const kind = kindOf(text);
    const isInTransaction = this.#isInTransaction;
    if (kind === 'write') this.#written = isInTransaction ? `${this.#written}${text}\n` : text;
    const met = { kind, isInTransaction, writes: kind === 'write' ? text : this.#written };
    if (kind === 'begin' || kind === 'commit' || kind === 'rollback') {
      this.#isInTransaction = kind === 'begin';
      this.#written = '';
    }
    return met;
  }
}

/** PostgreSQL: messages of a letter, a length that counts itself, and a body. The first ones have no letter. */
class PostgresStatements extends Statements {
  #left = Buffer.alloc(0);
  #hasStarted = false;
  #prepared = new Map();

  sent(bytes) {
    this.#left = Buffer.concat([this.#left, bytes]);
    const met = [];
    for (let message = this.#next(); message; message = this.#next()) {
      const { letter, body } = message;
      if (letter === 'Q') met.push(this.meet(textAt(body, 0)));
      if (letter === 'P') this.#prepared.set(textAt(body, 0), textAt(body, textAt(body, 0).length + 1));
      // Binding names the portal, and then the prepared statement. It is executed right after.
      if (letter === 'B') met.push(this.meet(this.#prepared.get(textAt(body, textAt(body, 0).length + 1)) ?? ''));
    }
    return met;
  }

  answered() {}

  #next() {
    const offset = this.#hasStarted ? 1 : 0;
    if (this.#left.length < offset + 4) return null;
    const end = offset + this.#left.readUInt32BE(offset);
    if (this.#left.length < end) return null;
    const body = this.#left.subarray(offset + 4, end);
    const letter = this.#hasStarted ? String.fromCharCode(this.#left[0]) : '';
    // The request for TLS and the start of the session; the former has a number of its own, and another one follows.
    if (!this.#hasStarted) this.#hasStarted = body.readUInt32BE(0) !== 80877103;
    this.#left = this.#left.subarray(end);
    return { letter, body };
  }
}

/** MySQL: packets of a length, a number and a body. A command has the number 0; the answer to it comes before the next. */
class MysqlStatements extends Statements {
  #left = Buffer.alloc(0);
  #prepared = new Map();
  #isPreparing = null;

  sent(bytes) {
    this.#left = Buffer.concat([this.#left, bytes]);
    const met = [];
    while (this.#left.length >= 4) {
      const end = 4 + this.#left.readUIntLE(0, 3);
      if (this.#left.length < end) break;
      const [number, command, body] = [this.#left[3], this.#left[4], this.#left.subarray(5, end)];
      this.#left = this.#left.subarray(end);
      if (number !== 0) continue;
      if (command === 0x03) met.push(this.meet(body.toString('latin1')));
      if (command === 0x16) this.#isPreparing = body.toString('latin1');
      if (command === 0x17) met.push(this.meet(this.#prepared.get(body.readUInt32LE(0)) ?? ''));
    }
    return met;
  }

  /** The first packet of the answer to a preparation has the number of the statement. */
  answered(bytes) {
    if (this.#isPreparing === null || bytes.length < 9) return;
    if (bytes[4] === 0) this.#prepared.set(bytes.readUInt32LE(5), this.#isPreparing);
    this.#isPreparing = null;
  }
}

function textAt(bytes, start) {
  return bytes.toString('latin1', start, bytes.indexOf(0, start));
}
