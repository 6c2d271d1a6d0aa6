import { useMutation } from '@apollo/client/react';
import { Form } from '../form/Form';
import { graphql } from '../graphql';
import type { Me } from './AccountPage';

// The answer holds the account's id, so Apollo's cache renews the name wherever it is shown.
const UPDATE_PROFILE = graphql(`
  mutation UpdateProfile($input: UpdateProfileInput!) {
    updateProfile(input: $input) {
      user {
        id
        name
      }
      userErrors {
        message
        field
      }
    }
  }
`);

export function ProfileForm({ me }: { me: Me }) {
  const [updateProfile] = useMutation(UPDATE_PROFILE);

  return (
    <section aria-labelledby="profile">
      <h2 id="profile">Profile</h2>
      <Form
        fields={[{ name: 'name', label: 'Name', autoComplete: 'name', defaultValue: me.name }]}
        submit="Save"
        done="Saved."
        onSubmit={async (typed) => {
          const { data } = await updateProfile({ variables: { input: typed } });
          return data?.updateProfile.userErrors;
        }}
      />
    </section>
  );
}
