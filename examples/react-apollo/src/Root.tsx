import { ApolloProvider } from '@apollo/client/react';
import { useEffect, useState } from 'react';
import { App } from './App';
import { onSessionChange } from './session/changes';
import { client } from './session/client';

/** Begins anew whenever somebody signs in or out, so that nothing loaded for one person is shown to another. */
export function Root() {
  const [visit, setVisit] = useState({ number: 0, farewell: '' });

  useEffect(
    () =>
      onSessionChange((farewell) => {
        void client.clearStore();
        setVisit(({ number }) => ({ number: number + 1, farewell }));
      }),
    [],
  );

  return (
    <ApolloProvider client={client}>
      <App key={visit.number} farewell={visit.farewell} />
    </ApolloProvider>
  );
}
