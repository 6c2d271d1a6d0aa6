import { useMutation } from '@apollo/client/react';
import { Form } from '../form/Form';
import { graphql } from '../graphql';
import { signedOut } from '../session/changes';

const DELETE_ACCOUNT = graphql(`
  mutation DeleteAccount($input: DeleteAccountInput!) {
    deleteAccount(input: $input) {
      deletedUserId
      userErrors {
        message
        field
      }
    }
  }
`);

export function DeleteAccount() {
  const [deleteAccount] = useMutation(DELETE_ACCOUNT);

  return (
    <details>
      <summary>Delete your account</summary>
      <p>It goes for good, with all that belongs to it.</p>
      <Form
        fields={[
          { name: 'currentPassword', label: 'Your password', type: 'password', autoComplete: 'current-password' },
        ]}
        submit="Delete account"
        isDangerous
        onSubmit={async (typed) => {
          const { data } = await deleteAccount({ variables: { input: typed } });
          if (data?.deleteAccount.deletedUserId) signedOut('Your account is deleted.');
          return data?.deleteAccount.userErrors;
        }}
      />
    </details>
  );
}
