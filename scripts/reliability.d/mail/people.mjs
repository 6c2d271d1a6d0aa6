// People who cause mail: each signs up, and asks for a new password later. An address is used once for each purpose,
// because a recipient gets a few mails an hour and no more.
import { isUnknown } from '../client.mjs';
import { describe } from '../writers.mjs';

const PASSWORD = 'a lantern under quiet snow';

export class People {
  /** What was acknowledged: `kind`, `to`, and when. */
  requests = [];
  /** Addresses with an account that have not asked for a new password. */
  known = [];
  #number = 0;

  constructor({ figures, name = 'person' }) {
    Object.assign(this, { figures, name });
  }

  /** One request, for an account that exists if there is one, else a sign-up. */
  turn(client) {
    return this.known.length > 0 ? this.requestReset(client) : this.signUp(client);
  }

  async signUp(client) {
    const email = `${this.name}-${(this.#number += 1)}@mail.example`;
    const answer = await client.ask('signup', { email, name: 'Person', password: PASSWORD, device: 'first' });
    if (this.#note(answer, 'verify-email', email)) this.known.push(email);
    return answer;
  }

  requestReset(client, email = this.known.shift()) {
    return this.ask(client, 'requestPasswordReset', 'reset-password', email);
  }

  async ask(client, operation, kind, email) {
    const answer = await client.ask(operation, { email });
    this.#note(answer, kind, email);
    return answer;
  }

  #note(answer, kind, to) {
    this.figures.note(answer);
    if (answer.kind === 'done') {
      this.requests.push({ kind, to, at: answer.ended });
      this.figures.acknowledged += 1;
    } else if (!isUnknown(answer)) {
      this.figures.problem(`${answer.operation} was answered ${describe(answer)}`);
    }
    return answer.kind === 'done';
  }
}
