import { ApolloClient, type ApolloLink, InMemoryCache } from '@apollo/client';
import { graphql } from '../graphql';

const STANDING = graphql(`
  query Standing {
    viewer {
      isAuthenticated
      unauthenticatedReason
    }
  }
`);

const REFRESH = graphql(`
  mutation Refresh {
    refreshSession {
      userErrors {
        code
      }
    }
  }
`);

/** Trades the refresh token, which is in a cookie, for new tokens: once at a time, in all tabs of this browser. */
export class Refresher {
  readonly #client: ApolloClient;
  #running: Promise<boolean> | undefined;

  /** Takes a link that does not refresh by itself. */
  constructor(link: ApolloLink) {
    this.#client = new ApolloClient({ link, cache: new InMemoryCache() });
  }

  /** Resolves to whether the session is alive. Rejects when the server cannot be asked. */
  refresh(): Promise<boolean> {
    this.#running ??= inTurn(() => this.#unlessDone()).finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  /** Who waited for another tab, or was slow, finds the work done. */
  async #unlessDone(): Promise<boolean> {
    const { data } = await this.#client.query({ query: STANDING, fetchPolicy: 'no-cache' });
    if (data?.viewer.unauthenticatedReason !== 'TOKEN_EXPIRED') return data?.viewer.isAuthenticated ?? false;
    const { data: answer } = await this.#client.mutate({ mutation: REFRESH });
    return answer?.refreshSession.userErrors.length === 0;
  }
}

/** One tab after the other. Browsers have locks on https and on localhost only; without them, tabs go at once. */
function inTurn(work: () => Promise<boolean>): Promise<boolean> {
  return 'locks' in navigator ? navigator.locks.request('session-refresh', work) : work();
}
