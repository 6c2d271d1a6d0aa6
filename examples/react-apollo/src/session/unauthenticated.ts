import { CombinedGraphQLErrors } from '@apollo/client';
import type { UnauthenticatedReason } from '../graphql/graphql';

/** Why the server took the request for a visitor's; undefined when that is not what went wrong. */
export function unauthenticatedReason(error: unknown): UnauthenticatedReason | undefined {
  if (!CombinedGraphQLErrors.is(error)) return undefined;
  const refusal = error.errors.find(({ extensions }) => extensions?.code === 'UNAUTHENTICATED');
  return refusal?.extensions?.reason as UnauthenticatedReason | undefined;
}
