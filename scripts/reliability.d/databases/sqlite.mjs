// SQLite: a file in the server's data folder, read by another process.
import { join } from 'node:path';
import { Reader } from './reader.mjs';

const READER = `
import sqlite3, sys
connection = sqlite3.connect('file:' + sys.argv[1] + '?mode=ro', uri=True, isolation_level=None)
for line in sys.stdin:
    line = line.rstrip('\\n').rstrip(';')
    if line.startswith('end-of-answer'):
        print(line, failed, flush=True)
        continue
    failed = ''
    try:
        for row in connection.execute(line):
            print('\\t'.join('NULL' if value is None else str(value) for value in row))
    except sqlite3.Error:
        failed = 'true'
`;

export class Sqlite {
  name = 'sqlite';
  wire = null;
  isOwn = false;
  hex = (column) => `lower(hex(${column}))`;

  static async start() {
    return new Sqlite();
  }

  /** The server makes the file in its data folder, which it is given when it starts. */
  create() {
    return {
      settings: {},
      reader: (dataFolder) => new Reader(['python3', '-uc', READER, join(dataFolder, 'portcullis.db')], {}, (marker) => marker),
      drop() {},
    };
  }

  async stop() {}
}
