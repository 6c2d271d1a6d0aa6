import { useMutation } from '@apollo/client/react';
import { Form } from '../form/Form';
import { graphql } from '../graphql';
import { signedIn } from '../session/changes';

const SIGNUP = graphql(`
  mutation Signup($input: SignupInput!) {
    signup(input: $input) {
      userErrors {
        message
        field
      }
    }
  }
`);

interface SignupFormProps {
  email: string;
  onEmail: (email: string) => void;
  minLength: number | undefined;
}

export function SignupForm({ email, onEmail, minLength }: SignupFormProps) {
  const [signup] = useMutation(SIGNUP);

  return (
    <Form
      fields={[
        { name: 'name', label: 'Name', autoComplete: 'name', autoFocus: true },
        {
          name: 'email',
          label: 'Email',
          type: 'email',
          autoComplete: 'username',
          value: email,
          onChange: (event) => onEmail(event.target.value),
        },
        {
          name: 'password',
          label: 'Password',
          type: 'password',
          autoComplete: 'new-password',
          hint: minLength === undefined ? undefined : `At least ${minLength} characters; a few words are good.`,
        },
      ]}
      submit="Create account"
      onSubmit={async (typed) => {
        const { data } = await signup({ variables: { input: { ...typed, tokenDelivery: 'COOKIE' } } });
        if (data?.signup.userErrors.length === 0) signedIn();
        return data?.signup.userErrors;
      }}
    />
  );
}
