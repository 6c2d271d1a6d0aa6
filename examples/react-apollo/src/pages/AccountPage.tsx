import { useMutation } from '@apollo/client/react';
import { useEffect, useRef, useState } from 'react';
import { graphql } from '../graphql';
import type { MeQuery } from '../graphql/graphql';
import { signedOut } from '../session/changes';
import { wordsFor } from '../words';
import { DeleteAccount } from './DeleteAccount';
import { ProfileForm } from './ProfileForm';
import { Sessions } from './Sessions';

const LOGOUT = graphql(`
  mutation Logout {
    logout {
      wasSignedIn
    }
  }
`);

export type Me = NonNullable<MeQuery['me']>;

export function AccountPage({ me }: { me: Me }) {
  const [logout] = useMutation(LOGOUT);
  const [trouble, setTrouble] = useState('');
  const title = useRef<HTMLHeadingElement>(null);

  // The form that had the focus is gone: people who listen to the page hear where they are.
  useEffect(() => title.current?.focus(), []);

  function leave() {
    logout().then(
      () => signedOut('You are logged out.'),
      (error: unknown) => setTrouble(wordsFor(error)),
    );
  }

  return (
    <main>
      <header>
        <h1 ref={title} tabIndex={-1}>
          Welcome, {me.name}
        </h1>
        <button type="button" onClick={leave}>
          Log out
        </button>
        <p className="quiet">{me.email}</p>
      </header>
      {trouble && (
        <p className="error" role="alert">
          {trouble}
        </p>
      )}
      <ProfileForm me={me} />
      <Sessions />
      <DeleteAccount />
    </main>
  );
}
