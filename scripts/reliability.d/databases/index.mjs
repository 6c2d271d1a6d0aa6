// The databases, by name.
import { Mariadb } from './mariadb.mjs';
import { Postgres } from './postgres.mjs';
import { Sqlite } from './sqlite.mjs';

export const databases = { sqlite: Sqlite, postgres: Postgres, mariadb: Mariadb };
