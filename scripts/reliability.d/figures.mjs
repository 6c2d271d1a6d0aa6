// What is counted in one run of a scenario, and what was wrong in it.

const MOST_DETAILS = 8;

/** Counts that have to be zero, with what they count. */
const MUST_BE_ZERO = {
  lost: 'acknowledged and not kept',
  madeThoughRefused: 'made, though the answer said that it was not',
  appliedLate: 'made after a newer change was acknowledged',
  faults: 'INTERNAL_SERVER_ERROR',
  wrongRefusals: 'refused, though right',
};

export class Figures {
  acknowledged = 0;
  lost = 0;
  madeThoughRefused = 0;
  appliedLate = 0;
  faults = 0;
  wrongRefusals = 0;
  unavailable = 0;
  unknown = 0;
  unanswered = 0;
  unreadable = 0;
  /** Of this scenario alone, to be printed as they are. */
  more = {};
  problems = [];
  details = [];

  /** Notes what an answer says besides its result. */
  note(answer) {
    if (answer.kind === 'none') this.unanswered += 1;
    if (answer.kind !== 'told') return;
    if (answer.code === 'INTERNAL_SERVER_ERROR') this.faults += 1;
    else if (answer.code === 'SERVICE_UNAVAILABLE') this.unavailable += 1;
    else this.problem(`answered ${answer.code}`);
    if (answer.outcome === 'UNKNOWN') this.unknown += 1;
  }

  /** One of the counts that have to be zero. */
  wrong(kind, detail) {
    this[kind] += 1;
    if (this.details.length < MOST_DETAILS) this.details.push(`${kind}: ${detail}`);
  }

  problem(text) {
    if (!this.problems.includes(text)) this.problems.push(text);
  }

  get allProblems() {
    const counted = Object.entries(MUST_BE_ZERO).filter(([kind]) => this[kind] > 0);
    const problems = [...counted.map(([kind, meaning]) => `${this[kind]} × ${meaning}`), ...this.problems];
    // A run in which nothing was acknowledged proves nothing.
    if (this.acknowledged === 0) problems.push('nothing was acknowledged');
    return problems;
  }

  toJSON() {
    const { problems, details, more, ...counts } = this;
    return { ...counts, ...more, problems: this.allProblems, details };
  }
}
