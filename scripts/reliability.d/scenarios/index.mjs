// The scenarios. Each says on which databases it makes sense, and in which variants it runs.
import { cut } from './cut.mjs';
import { hangups } from './hangups.mjs';
import { killDatabase } from './kill-database.mjs';
import { mailAway } from './mail-away.mjs';
import { mailKills } from './mail-kills.mjs';
import { mailStops } from './mail-stops.mjs';
import { mailTwoServers } from './mail-two-servers.mjs';
import { pause } from './pause.mjs';
import { requestLimit } from './request-limit.mjs';
import { stops } from './stops.mjs';

export const scenarios = {
  hangups,
  pause,
  'kill-database': killDatabase,
  cut,
  'request-limit': requestLimit,
  stops,
  'mail-kills': mailKills,
  'mail-two-servers': mailTwoServers,
  'mail-away': mailAway,
  'mail-stops': mailStops,
};
