// A mail server on this machine, and the mailboxes that it delivers to.
import { once } from 'node:events';
import { buffer } from 'node:stream/consumers';
import PostalMime from 'postal-mime';
import { SMTPServer } from 'smtp-server';

const PATIENCE = 30_000;

export class Mailbox {
  /** Every mail so far, the oldest first. */
  mails = [];
  /** What nobody but the reader of a mail may learn: tokens of links, and codes. */
  secrets = new Set();
  #arrivals = new EventTarget();
  #read = new Set();

  /** Takes mails at this port. */
  static async open(port) {
    const mailbox = new Mailbox();
    mailbox.server = new SMTPServer({
      authOptional: true,
      disabledCommands: ['AUTH', 'STARTTLS'],
      onData: (stream, session, done) => {
        mailbox.#take(stream, session).then(() => done(), done);
      },
    });
    mailbox.server.listen(port, 'localhost');
    await once(mailbox.server.server, 'listening');
    return mailbox;
  }

  async #take(stream, session) {
    const { subject, text, html } = await PostalMime.parse(await buffer(stream));
    const [link] = text.match(/https?:\/\/\S+\?token=\S+/) ?? [];
    const [code] = text.match(/^[0-9A-Z]{4}-[0-9A-Z]{4}$/m) ?? [];
    for (const token of text.match(/pct_[\w-]+/g) ?? []) this.secrets.add(token);
    if (code) this.secrets.add(code);
    for (const { address } of session.envelope.rcptTo) this.mails.push({ to: address, subject, text, html, link, code });
    this.#arrivals.dispatchEvent(new Event('mail'));
  }

  /** The oldest mail to this address with this heading that was not read before. Waits for it. */
  async next(address, heading) {
    const timeout = AbortSignal.timeout(PATIENCE);
    for (;;) {
      const found = this.mails.find((mail) =>
        mail.to === address && mail.subject.startsWith(`${heading} ·`) && !this.#read.has(mail));
      if (found) {
        this.#read.add(found);
        return found;
      }
      await once(this.#arrivals, 'mail', { signal: timeout }).catch(() => {
        throw new Error(`no mail "${heading}" for ${address}, but ${JSON.stringify(this.mails.map(({ to, subject }) => [to, subject]))}`);
      });
    }
  }

  /** The mails to this address that speak of this, read or not. */
  about(address, what) {
    return this.mails.filter(({ to, text }) => to === address && text.includes(what));
  }

  close() {
    return new Promise((resolve) => this.server.close(resolve));
  }
}
