import { ErrorLink } from '@apollo/client/link/error';
import { from, mergeMap, of, throwError } from 'rxjs';
import type { Refresher } from './Refresher';
import { unauthenticatedReason } from './unauthenticated';

/** When the access token has run out: refreshes, and asks again. A request refused for that has done nothing yet. */
export function refreshLink(refresher: Refresher) {
  return new ErrorLink(({ error, result, operation, forward }) => {
    if (unauthenticatedReason(error) !== 'TOKEN_EXPIRED') return;
    return from(refresher.refresh()).pipe(
      mergeMap((isAlive) => {
        if (isAlive) return forward(operation);
        return result ? of(result) : throwError(() => error);
      }),
    );
  });
}
