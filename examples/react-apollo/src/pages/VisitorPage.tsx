import { useQuery } from '@apollo/client/react';
import { useState } from 'react';
import { graphql } from '../graphql';
import { LoginForm } from './LoginForm';
import { SignupForm } from './SignupForm';

const SIGNUP_RULES = graphql(`
  query SignupRules {
    serverInfo {
      isSignupEnabled
      passwordPolicy {
        minLength
      }
    }
  }
`);

/** Login, or sign-up. The address typed in one is there in the other. */
export function VisitorPage({ farewell }: { farewell: string }) {
  const { data } = useQuery(SIGNUP_RULES);
  const [isNew, setNew] = useState(false);
  const [email, setEmail] = useState('');
  const minLength = data?.serverInfo.passwordPolicy.minLength;

  return (
    <main className="narrow">
      <h1>{isNew ? 'Create your account' : 'Log in'}</h1>
      {farewell && !isNew && (
        <p className="notice" role="status">
          {farewell}
        </p>
      )}
      {isNew ? (
        <SignupForm email={email} onEmail={setEmail} minLength={minLength} />
      ) : (
        <LoginForm email={email} onEmail={setEmail} />
      )}
      {data?.serverInfo.isSignupEnabled && (
        <p className="quiet">
          {isNew ? 'You have an account?' : 'New here?'}{' '}
          <button type="button" className="link" onClick={() => setNew(!isNew)}>
            {isNew ? 'Log in' : 'Create an account'}
          </button>
        </p>
      )}
    </main>
  );
}
