import { useMutation } from '@apollo/client/react';
import { useState } from 'react';
import { Form } from '../form/Form';
import { graphql } from '../graphql';
import { signedIn } from '../session/changes';

const LOGIN = graphql(`
  mutation Login($input: LoginInput!) {
    login(input: $input) {
      mfaChallenge {
        challengeToken
      }
      userErrors {
        message
        field
      }
    }
  }
`);

const VERIFY_MFA = graphql(`
  mutation VerifyMfa($input: VerifyMfaInput!) {
    verifyMfa(input: $input) {
      userErrors {
        message
      }
    }
  }
`);

interface LoginFormProps {
  email: string;
  onEmail: (email: string) => void;
}

export function LoginForm({ email, onEmail }: LoginFormProps) {
  const [login] = useMutation(LOGIN);
  const [challengeToken, setChallengeToken] = useState<string>();

  if (challengeToken !== undefined) return <CodeForm challengeToken={challengeToken} />;
  return (
    <Form
      fields={[
        {
          name: 'email',
          label: 'Email',
          type: 'email',
          autoComplete: 'username',
          autoFocus: true,
          value: email,
          onChange: (event) => onEmail(event.target.value),
        },
        { name: 'password', label: 'Password', type: 'password', autoComplete: 'current-password' },
      ]}
      submit="Log in"
      onSubmit={async (typed) => {
        const { data } = await login({ variables: { input: { ...typed, tokenDelivery: 'COOKIE' } } });
        // With a second factor, nobody is signed in yet.
        if (data?.login.mfaChallenge) setChallengeToken(data.login.mfaChallenge.challengeToken);
        else if (data?.login.userErrors.length === 0) signedIn();
        return data?.login.userErrors;
      }}
    />
  );
}

/** The second part of a sign-in: a code from an authenticator app, or a recovery code. */
function CodeForm({ challengeToken }: { challengeToken: string }) {
  const [verifyMfa] = useMutation(VERIFY_MFA);

  return (
    <Form
      fields={[{ name: 'code', label: 'Code', type: 'text', autoComplete: 'one-time-code', autoFocus: true }]}
      submit="Log in"
      onSubmit={async ({ code }) => {
        const factor = /^[\d\s]+$/.test(code) ? { totpCode: code } : { recoveryCode: code };
        const { data } = await verifyMfa({ variables: { input: { challengeToken, factor } } });
        if (data?.verifyMfa.userErrors.length === 0) signedIn();
        return data?.verifyMfa.userErrors;
      }}
    />
  );
}
