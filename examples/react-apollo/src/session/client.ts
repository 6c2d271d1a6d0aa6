import {
  ApolloClient,
  ApolloLink,
  HttpLink,
  InMemoryCache,
  RefetchEventManager,
  windowFocusSource,
} from '@apollo/client';
import { endLink } from './endLink';
import { refreshLink } from './refreshLink';
import { Refresher } from './Refresher';

const http = new HttpLink({
  uri: import.meta.env.VITE_API_URL ?? 'http://localhost:8000/graphql',
  // The session is in HttpOnly cookies, which no script can read: the browser sends them along.
  credentials: 'include',
});

export const client = new ApolloClient({
  link: ApolloLink.from([endLink, refreshLink(new Refresher(http)), http]),
  cache: new InMemoryCache(),
  // Whoever comes back to a tab sees how things are now: also that a session was ended meanwhile.
  refetchEventManager: new RefetchEventManager({ sources: { windowFocus: windowFocusSource } }),
});
