// What must have arrived, compared with what did.
import { holdsWithin } from '../time.mjs';

export class Post {
  /** How many mails the mail server refused for good, by recipient. */
  refused = new Map();

  constructor({ mailServer, people, figures }) {
    Object.assign(this, { mailServer, people, figures });
  }

  refuse(to) {
    this.refused.set(to, (this.refused.get(to) ?? 0) + 1);
  }

  get refusals() {
    return [...this.refused.values()].reduce((sum, count) => sum + count, 0);
  }

  /** Acknowledged requests without their mail. Which mail to an address was refused for good, nobody knows. */
  missing() {
    const arrived = grouped([...this.mailServer.mails.values()]);
    const missing = [];
    for (const [name, requests] of grouped(this.people.requests)) {
      missing.push(...requests.slice(arrived.get(name)?.length ?? 0));
    }
    const allowed = new Map(this.refused);
    return missing.filter(({ to }) => {
      const left = allowed.get(to) ?? 0;
      allowed.set(to, left - 1);
      return left <= 0;
    });
  }

  /** Waits until everything has arrived. What has not by then is lost. */
  async settle(patience) {
    await holdsWithin(patience, () => this.missing().length === 0, 200);
    for (const { kind, to } of this.missing()) this.figures.wrong('lost', `no mail ${kind} to ${to}`);
  }

  /** Counts mails, those that came more than once, and the longest time from the answer to the mail. */
  count() {
    const { figures } = this;
    const mails = [...this.mailServer.mails.values()];
    const wanted = grouped(this.people.requests);
    figures.more.mails = mails.length;
    figures.more.cameTwice = mails.filter(({ at }) => at.length > 1).length;
    figures.more.refusedForGood = this.refusals;
    if (mails.some(({ isSame }) => !isSame)) figures.problem('a mail that came twice was not the same to the byte');
    let longest = 0;
    for (const [name, arrived] of grouped(mails)) {
      const requests = wanted.get(name) ?? [];
      // One more each may come from a request whose answer was lost.
      for (const [at, request] of requests.entries()) {
        const mail = arrived[at];
        if (mail) longest = Math.max(longest, mail.at[0] - request.at);
      }
    }
    figures.more.longestDelay = `${(longest / 1_000).toFixed(1)} s`;
  }
}

function key({ kind, to }) {
  return `${kind} ${to}`;
}

/** Lists by kind and recipient, each in its order. */
function grouped(list) {
  const groups = new Map();
  for (const one of list) groups.set(key(one), [...(groups.get(key(one)) ?? []), one]);
  return groups;
}
