// A mail server, a server that sends through it, and people who cause mail.
import { freePort } from '../../server.mjs';
import { inWorld } from '../world.mjs';
import { MailServer } from './server.mjs';
import { People } from './people.mjs';
import { Post } from './post.mjs';

/** Settings of a server that sends through this one. */
export async function mailSettings(mailServer) {
  const metricsPort = await freePort();
  const settings = {
    PORTCULLIS_SMTP_SERVER: `127.0.0.1:${mailServer.port}`,
    PORTCULLIS_SMTP_SECURITY: 'none',
    PORTCULLIS_MAIL_FROM: 'accounts@mail.example',
    PORTCULLIS_METRICS_LISTEN: `127.0.0.1:${metricsPort}`,
  };
  return { settings, metricsPort };
}

/** Makes one, lets `attempt` do with it what it likes, and clears it away. Gives the figures. */
export async function inMailWorld(options, attempt) {
  const mailServer = await MailServer.start();
  const { settings, metricsPort } = await mailSettings(mailServer);
  try {
    return await inWorld({ ...options, writers: 0, own: settings }, async (world) => {
      const people = new People(world);
      const post = new Post({ mailServer, people, figures: world.figures });
      Object.assign(world, { mailServer, people, post, metricsPort, ownSettings: settings });
      await attempt(world);
      post.count();
    });
  } finally {
    await mailServer.close();
  }
}

/** The counters and gauges of mail that a server shows. */
export async function mailMetrics(port) {
  const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  const value = (name) => Number(new RegExp(`^portcullis_${name} (\\d+)`, 'm').exec(text)?.[1]);
  return {
    sent: value('mails_sent_total'),
    failed: value('mails_failed_total'),
    putOff: value('mails_put_off_total'),
    oldest: value('oldest_mail_seconds'),
  };
}
