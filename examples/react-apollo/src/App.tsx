import { useQuery } from '@apollo/client/react';
import { graphql } from './graphql';
import { AccountPage } from './pages/AccountPage';
import { TroublePage } from './pages/TroublePage';
import { VisitorPage } from './pages/VisitorPage';
import { SESSION_ENDED } from './session/changes';
import { unauthenticatedReason } from './session/unauthenticated';

const ME = graphql(`
  query Me {
    me {
      id
      name
      email
    }
  }
`);

/** Asks who is here, and shows the page for them. `farewell` tells why nobody is signed in any more. */
export function App({ farewell }: { farewell: string }) {
  // A visitor is no failure: `me` is then null, and the error beside it says why.
  const { data, previousData, error, loading, refetch } = useQuery(ME, { errorPolicy: 'all' });
  const reason = unauthenticatedReason(error);
  // A lost connection signs nobody out.
  const me = data ? data.me : reason ? null : previousData?.me;

  if (me) return <AccountPage me={me} />;
  if (me === null) {
    const isNews = reason && reason !== 'TOKEN_MISSING';
    return <VisitorPage farewell={farewell || (isNews ? SESSION_ENDED : '')} />;
  }
  if (loading) return <p className="waiting">One moment …</p>;
  return <TroublePage error={error} onRetry={() => void refetch()} />;
}
