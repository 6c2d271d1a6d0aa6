import type { ApolloCache } from '@apollo/client';
import { useMutation, useQuery } from '@apollo/client/react';
import { graphql } from '../graphql';
import { wordsFor } from '../words';

const SESSIONS = graphql(`
  query Sessions {
    me {
      id
      sessions(first: 50) {
        nodes {
          id
          isCurrent
          deviceName
          ipAddress
          lastUsedAt
        }
      }
    }
  }
`);

const REVOKE_SESSION = graphql(`
  mutation RevokeSession($input: RevokeSessionInput!) {
    revokeSession(input: $input) {
      revokedSessionId
      userErrors {
        message
      }
    }
  }
`);

const REVOKE_OTHERS = graphql(`
  mutation RevokeOtherSessions {
    revokeOtherSessions {
      revokedSessionIds
    }
  }
`);

const time = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });

/** Where the account is signed in, and how to end that. */
export function Sessions() {
  const { data, previousData, error } = useQuery(SESSIONS, { fetchPolicy: 'cache-and-network' });
  const [revokeSession, revoking] = useMutation(REVOKE_SESSION, {
    update: (cache, { data }) => forget(cache, data?.revokeSession.revokedSessionId),
  });
  const [revokeOthers, revokingOthers] = useMutation(REVOKE_OTHERS, {
    update: (cache, { data }) => data?.revokeOtherSessions.revokedSessionIds.forEach((id) => forget(cache, id)),
  });
  const sessions = (data ?? previousData)?.me?.sessions.nodes ?? [];
  const failure = error ?? revoking.error ?? revokingOthers.error;

  return (
    <section aria-labelledby="sessions">
      <h2 id="sessions">Where you are signed in</h2>
      {failure && (
        <p className="error" role="alert">
          {wordsFor(failure)}
        </p>
      )}
      <ul className="sessions">
        {sessions.map(({ id, isCurrent, deviceName, ipAddress, lastUsedAt }) => (
          <li key={id}>
            <div>
              <strong>{deviceName}</strong> {isCurrent && <span className="badge">this device</span>}
              <p className="quiet">
                last used <time dateTime={lastUsedAt}>{time.format(new Date(lastUsedAt))}</time>
                {ipAddress && ` from ${ipAddress}`}
              </p>
            </div>
            {!isCurrent && (
              <button
                type="button"
                aria-label={`End ${deviceName}`}
                onClick={() => void revokeSession({ variables: { input: { sessionId: id } } }).catch(() => {})}
              >
                End
              </button>
            )}
          </li>
        ))}
      </ul>
      {sessions.length > 2 && (
        <button type="button" onClick={() => void revokeOthers().catch(() => {})}>
          End all others
        </button>
      )}
    </section>
  );
}

/** Takes an ended session out of the cache, and so out of the list. */
function forget(cache: ApolloCache, id: string | null | undefined) {
  const key = id && cache.identify({ __typename: 'Session', id });
  if (key) cache.evict({ id: key });
}
