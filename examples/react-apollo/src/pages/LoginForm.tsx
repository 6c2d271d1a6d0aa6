import { useMutation } from '@apollo/client/react';
import { Form } from '../form/Form';
import { graphql } from '../graphql';
import { signedIn } from '../session/changes';

const LOGIN = graphql(`
  mutation Login($input: LoginInput!) {
    login(input: $input) {
      userErrors {
        message
        field
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
        if (data?.login.userErrors.length === 0) signedIn();
        return data?.login.userErrors;
      }}
    />
  );
}
