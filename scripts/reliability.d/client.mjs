// One client: a request after the other, on a connection that stays open or on a new one each time.
import { Agent, request } from 'node:http';
import { documents } from './documents.mjs';

/** Longer than anything that is tried takes; what is not answered by then is not answered. */
const PATIENCE = 45_000;

const PROGRAM = 'reliability';

/** The field of a document, where its name is another one. */
const FIELDS = { changePasswordOnly: 'changePassword' };

export class Client {
  #agent;

  /** `watch` is given each answer, for those who look at all of them. */
  constructor(server, { from = '127.0.0.1', keepAlive = true, watch = () => {} } = {}) {
    this.server = server;
    this.watch = watch;
    this.#agent = new Agent({ keepAlive, maxSockets: 1, localAddress: from });
  }

  /** Runs the document of that name; gives an answer of one of the kinds below. */
  async ask(operation, variables = {}, token = undefined) {
    const began = performance.now();
    const seen = await this.#send(operation, variables, token);
    const answer = { operation, began, ended: performance.now(), ...seen, ...judged(operation, seen) };
    this.watch(answer);
    return answer;
  }

  end() {
    this.#agent.destroy();
  }

  #send(operation, variables, token) {
    return new Promise((resolve) => {
      const seen = { written: null, status: null, text: null, failure: null };
      const sent = request({
        host: '127.0.0.1',
        port: this.server.port,
        path: '/graphql',
        method: 'POST',
        agent: this.#agent,
        timeout: PATIENCE,
        headers: {
          'content-type': 'application/json',
          accept: 'application/graphql-response+json',
          'user-agent': PROGRAM,
          ...(token && { authorization: `Bearer ${token}` }),
        },
      });
      const failed = (error) => resolve({ ...seen, failure: error.code ?? error.message });
      sent.once('timeout', () => sent.destroy(new Error('no answer')));
      sent.once('error', failed);
      // The last byte has been handed to the system.
      sent.once('finish', () => (seen.written = performance.now()));
      sent.once('response', (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (part) => (text += part));
        response.once('error', failed);
        response.once('end', () => {
          if (response.complete) resolve({ ...seen, status: response.statusCode, text });
          else failed(new Error('half an answer'));
        });
      });
      sent.end(JSON.stringify({ query: documents[operation], variables }));
    });
  }
}

/**
 * - `done`: the payload says that it was done
 * - `refused`: the payload says why not, in `codes`
 * - `told`: an error at the top, with its `code`, and the `outcome` where the server says that it is unknown
 * - `none`: no whole answer came, which says nothing about what was done
 */
function judged(operation, { status, text }) {
  if (text === null) return { kind: 'none' };
  let body;
  try {
    body = JSON.parse(text);
  } catch {
    return { kind: 'told', code: `HTTP ${status}` };
  }
  const error = body.errors?.[0];
  if (error) {
    const { code = `HTTP ${status}`, outcome, reason } = error.extensions ?? {};
    return { kind: 'told', code, outcome, reason };
  }
  const payload = body.data?.[FIELDS[operation] ?? operation];
  if (!payload) return { kind: 'told', code: `HTTP ${status}` };
  if (payload.userErrors?.length > 0) return { kind: 'refused', codes: payload.userErrors.map(({ code }) => code) };
  return { kind: 'done', payload };
}

/** Whether the change may have been made, may not have been, and nobody said which. */
export function isUnknown(answer) {
  if (answer.kind === 'none') return true;
  // Someone who hears of a fault of the server knows nothing about the change either.
  const isFault = answer.kind === 'told' && (answer.code === 'INTERNAL_SERVER_ERROR' || answer.code.startsWith('HTTP'));
  return isFault || (answer.kind === 'told' && answer.outcome === 'UNKNOWN');
}
