// The mail server is away, then slow, then fails at any step. Nothing is lost, nobody else has to wait for it, and the
// metrics are true.
import { holdsWithin, pause as wait } from '../time.mjs';
import { inMailWorld, mailMetrics } from '../mail/world.mjs';
import { Observer } from '../mail/observer.mjs';
import { STEPS } from '../mail/server.mjs';

/** Pauses between two tries grow to ten minutes. */
const PATIENCE = 900_000;
/** A slow server takes so long for each mail. */
const SLOW = 2_000;
const PAUSE = 400;
const LONG = { down: 60_000, slow: 60_000, faults: 120_000, chanceOfFault: 0.08 };
const SHORT = { down: 8_000, slow: 8_000, faults: 16_000, chanceOfFault: 0.05 };
/** At these steps a refusal is about the mail and not about the server. */
const ABOUT_THE_MAIL = ['RCPT', 'DATA', 'END'];
/** A failure there costs nothing: the mail is sent already, or goes on another connection. */
const HARMLESS = ['RSET', 'QUIT'];

export const mailAway = {
  databases: ['sqlite', 'postgres', 'mariadb'],
  shortDatabases: ['sqlite'],
  mayOverlap: true,
  variants: (isShort) => [isShort ? SHORT : LONG],

  run: ({ down, slow, faults, chanceOfFault, ...options }) =>
    inMailWorld(options, async (world) => {
      const { figures, mailServer, people, post } = world;
      const observer = new Observer(world);
      await observer.start();
      let isOver = false;
      const client = world.client();
      const requests = (async () => {
        while (!isOver) {
          await people.turn(client);
          await wait(PAUSE);
        }
        client.end();
      })();
      await observer.during('well', wait(Math.min(down, 10_000)));

      await mailServer.close();
      await observer.during('down', wait(down));
      await mailServer.open();
      const [before, back] = [people.requests.length, performance.now()];
      const haveArrived = () => post.missing().every((request) => people.requests.indexOf(request) >= before);
      const isBack = await observer.during('back', holdsWithin(PATIENCE, haveArrived, 200));
      figures.more.allSentAfterReturn = `${((performance.now() - back) / 1_000).toFixed(1)} s`;
      if (!isBack) figures.problem('not everything was sent after the mail server was back');

      mailServer.delay = (step) => (step === 'END' ? SLOW : 0);
      await observer.during('slow', wait(slow));
      mailServer.delay = () => 0;
      await post.settle(PATIENCE);

      const faulty = new Faults(world, options.chance.fork('faults'), chanceOfFault);
      await faulty.begin();
      await observer.during('faulty', wait(faults));
      isOver = true;
      await requests;
      await faulty.end();
      await post.settle(PATIENCE);
      await faulty.compare();
      await observer.stop();
    }),
};

/** Fails at random, and knows what the metrics must say then. */
class Faults {
  putOff = 0;
  seen = {};

  constructor(world, chance, likelihood) {
    Object.assign(this, { world, chance, likelihood });
  }

  async begin() {
    const { mailServer, metricsPort, people } = this.world;
    // Mails on the way would be counted on one side alone.
    await wait(1_500);
    this.before = { ...(await mailMetrics(metricsPort)), accepted: mailServer.accepted };
    this.firstRequest = people.requests.length;
    mailServer.fault = (step, to) => this.#pick(step, to);
  }

  end() {
    this.world.mailServer.fault = () => null;
  }

  #pick(step, to) {
    if (!STEPS.includes(step) || this.chance.next() >= this.likelihood) return null;
    const kinds = ['hang up', 451, 550, ...(step === 'END' ? ['hang up after taking it'] : [])];
    const kind = this.chance.pick(kinds);
    this.seen[`${step} ${kind}`] = (this.seen[`${step} ${kind}`] ?? 0) + 1;
    if (HARMLESS.includes(step)) return kind;
    if (kind === 550 && ABOUT_THE_MAIL.includes(step)) this.world.post.refuse(to);
    else this.putOff += 1;
    return kind;
  }

  async compare() {
    const { figures, mailServer, metricsPort, post } = this.world;
    const expected = () => ({
      sent: mailServer.accepted - this.before.accepted,
      failed: post.refusals,
      putOff: this.putOff,
    });
    let counted;
    const isTrue = await holdsWithin(5_000, async () => {
      const now = await mailMetrics(metricsPort);
      counted = { sent: now.sent - this.before.sent, failed: now.failed - this.before.failed, putOff: now.putOff - this.before.putOff };
      return JSON.stringify(counted) === JSON.stringify(expected());
    });
    figures.more.faults = Object.values(this.seen).reduce((sum, count) => sum + count, 0);
    figures.more.kindsOfFaults = Object.keys(this.seen).length;
    figures.more.counted = counted;
    if (!isTrue) figures.problem(`the metrics say ${JSON.stringify(counted)}, and right is ${JSON.stringify(expected())}`);
  }
}
