// A mail server that keeps what it takes, and is slow, refuses or hangs up where it is asked to.
import { pause } from '../time.mjs';

/** The steps of a connection at which it can fail. */
export const STEPS = ['CONNECT', 'EHLO', 'MAIL', 'RCPT', 'DATA', 'END', 'RSET', 'QUIT'];

/** The page that a letter's link leads to tells what the letter is about. */
const LINK = /\/(verify-email|reset-password|login\/email|end-session)\?token=/;

export class MailServer {
  /** What it took, by `Message-ID`: `to`, `kind`, `text`, and a time for each delivery. */
  mails = new Map();
  /** Takes a step; returns how many milliseconds to wait there. */
  delay = () => 0;
  /** Nothing goes on before this promise is fulfilled. */
  hold = Promise.resolve();
  /** Takes a step and the recipient; returns a reply code, `hang up`, `hang up after taking it`, or nothing. */
  fault = () => null;
  /** Is called with a step before its delay. */
  watch = () => {};
  /** Mails for which it said that it took them, and nothing broke. */
  accepted = 0;

  static async start() {
    const server = new MailServer();
    ({ SMTPServer: server.Server } = await import('smtp-server'));
    await server.open(0);
    return server;
  }

  async open(port = this.port) {
    this.server = new this.Server({
      authOptional: true,
      disabledCommands: ['AUTH', 'STARTTLS'],
      disableReverseLookup: true,
      logger: false,
      closeTimeout: 100,
      onConnect: (session, answer) => this.#connected(session, answer),
      onData: (stream, session, answer) => this.#data(stream, session, answer),
    });
    // Clients that are killed break their connections.
    this.server.on('error', () => {});
    await new Promise((resolve, reject) => {
      this.server.server.once('error', reject);
      this.server.listen(port, '127.0.0.1', resolve);
    });
    this.port = this.server.server.address().port;
  }

  /** Cuts all connections and listens no more. */
  close() {
    for (const connection of this.server.connections) connection._socket.destroy();
    return new Promise((resolve) => this.server.close(resolve));
  }

  /** Every mail to this address with a link of this kind. */
  find(kind, to) {
    return [...this.mails.values()].filter((mail) => mail.kind === kind && mail.to === to);
  }

  async #connected(session, answer) {
    const connection = [...this.server.connections].find(({ session: its }) => its.id === session.id);
    session.hangUp = () => connection._socket.destroy();
    for (const step of ['EHLO', 'MAIL', 'RCPT', 'DATA', 'RSET', 'QUIT']) this.#intercept(connection, step);
    const fault = await this.#at('CONNECT', session);
    if (fault === 'hang up') return session.hangUp();
    answer(fault ? refusal(fault) : null);
  }

  /** The library has no event for some commands. */
  #intercept(connection, step) {
    const name = `handler_${step}`;
    const usual = connection[name];
    connection[name] = async (command, done) => {
      const { session } = connection;
      const to = step === 'RCPT' ? /<(.*)>/.exec(command.toString())?.[1] : recipient(session);
      const fault = await this.#at(step, session, to);
      if (fault === 'hang up') return session.hangUp();
      if (!fault) return usual.call(connection, command, done);
      connection.send(fault, 'by the script');
      done();
    };
  }

  async #data(stream, session, answer) {
    let text = '';
    stream.setEncoding('utf8');
    try {
      for await (const part of stream) text += part;
    } catch {
      // The client was killed in the middle of the mail.
      return;
    }
    const fault = await this.#at('END', session, recipient(session));
    if (fault === 'hang up') return session.hangUp();
    if (typeof fault === 'number') return answer(refusal(fault));
    this.#keep(recipient(session), text);
    if (fault) return session.hangUp();
    this.accepted += 1;
    answer();
  }

  #keep(to, text) {
    const id = /^Message-ID: <(.*)>\r?$/im.exec(text)?.[1];
    const plain = text.replaceAll('=\r\n', '');
    const mail = this.mails.get(id) ?? { id, to, kind: LINK.exec(plain)?.[1] ?? 'other', text, at: [], isSame: true };
    mail.isSame &&= mail.text === text && mail.to === to;
    mail.at.push(performance.now());
    this.mails.set(id, mail);
  }

  async #at(step, session, to) {
    this.watch(step, to);
    await this.hold;
    const delay = this.delay(step);
    if (delay > 0) await pause(delay);
    return this.fault(step, to);
  }
}

function recipient(session) {
  return session.envelope.rcptTo[0]?.address;
}

function refusal(code) {
  return Object.assign(new Error('by the script'), { responseCode: code });
}
