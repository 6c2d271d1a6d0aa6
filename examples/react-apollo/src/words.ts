import { CombinedGraphQLErrors, ServerError } from '@apollo/client';

/** What to tell a person about a failure that no form can mend. */
export function wordsFor(error: unknown): string {
  if (CombinedGraphQLErrors.is(error)) {
    const { code, outcome, requestId } = error.errors[0]?.extensions ?? {};
    if (outcome === 'UNKNOWN') return 'We do not know whether that worked. Please check before you try again.';
    switch (code) {
      case 'SERVICE_UNAVAILABLE':
      case 'RATE_LIMITED':
        return 'Too much is going on right now. Please try again in a minute.';
      case 'UNAUTHENTICATED':
        return 'Please log in again.';
      default:
        return `Something went wrong on our side.${requestId ? ` Should you ask for help, quote ${requestId}.` : ''}`;
    }
  }
  if (ServerError.is(error)) return 'The server could not answer. Please try again in a minute.';
  return 'The server cannot be reached. Please check your connection and try again.';
}
