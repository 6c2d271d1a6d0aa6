// One request after the other on one connection, for as long as there is time.
import { Agent, request } from 'node:http';

/** Asks over a connection from `from`; gives status and the code of the first error, or `closed`. */
export class Asker {
  constructor(port, from) {
    this.port = port;
    this.from = from;
    this.agent = new Agent({ keepAlive: true, maxSockets: 1, localAddress: from });
  }

  ask(document, headers) {
    return new Promise((resolve) => {
      const sent = request({
        host: '127.0.0.1',
        port: this.port,
        path: '/graphql',
        method: 'POST',
        agent: this.agent,
        headers: { 'content-type': 'application/json', accept: 'application/graphql-response+json', ...headers },
      });
      sent.once('error', () => resolve({ outcome: 'closed' }));
      sent.once('response', (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (part) => (text += part));
        response.once('error', () => resolve({ outcome: 'closed' }));
        response.once('end', () => {
          const { data, errors } = JSON.parse(text);
          const code = errors?.[0]?.extensions?.code ?? data?.login?.userErrors?.[0]?.code ?? 'ok';
          const waits = response.headers['retry-after'] !== undefined;
          resolve({ outcome: `${response.statusCode} ${code}`, waits });
        });
      });
      sent.end(JSON.stringify(document));
    });
  }

  end() {
    this.agent.destroy();
  }
}

/** Counts of outcomes, and whether each who was turned away was told when to come again. */
export class Tally {
  counts = new Map();
  problems = new Set();

  constructor(expected) {
    this.expected = expected;
  }

  add({ outcome, waits }) {
    this.counts.set(outcome, (this.counts.get(outcome) ?? 0) + 1);
    if (!this.expected.includes(outcome)) this.problems.add(`answered ${outcome}`);
    if (/^(429|503)/.test(outcome) && !waits) this.problems.add(`${outcome} without Retry-After`);
  }

  report(asked) {
    const counts = [...this.counts].toSorted(([, a], [, b]) => b - a).map(([outcome, count]) => `${count} × ${outcome}`);
    return { told: `${asked}: ${counts.join(', ')}`, problems: [...this.problems] };
  }
}

export const LOGIN = `mutation ($email: String!, $password: String!) {
  login(input: { email: $email, password: $password }) { user { id } userErrors { code } }
}`;

/** What a sign-in that is not to succeed may be answered with. */
export const REFUSALS = ['200 INVALID_CREDENTIALS', '429 RATE_LIMITED', '503 SERVICE_UNAVAILABLE'];
