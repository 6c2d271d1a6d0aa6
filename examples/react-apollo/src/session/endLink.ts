import { ErrorLink } from '@apollo/client/link/error';
import { sessionEnded } from './changes';
import { unauthenticatedReason } from './unauthenticated';

/** Notices that the session is over, where it cannot be refreshed: it was ended elsewhere, or not used for long. */
export const endLink = new ErrorLink(({ error, operation }) => {
  // `Me` asks who is here, if anybody: its answer is no news.
  if (unauthenticatedReason(error) && operation.operationName !== 'Me') sessionEnded();
});
