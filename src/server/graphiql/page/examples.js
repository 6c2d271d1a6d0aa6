// The documents that a newcomer finds in the tabs, in the order of a first visit.

const credentials = { email: 'ada@example.com', password: 'a bridge over calm water' };

/** Contents of the headers editor of a new tab. A blank value is not sent. */
export const headers = JSON.stringify({ Authorization: '' }, null, 2);

const variables = (input) => JSON.stringify({ input }, null, 2);

export const tabs = [
  {
    query: `# 1. Create an account. You are signed in:
#    this page sends the token from now on.
mutation Signup($input: SignupInput!) {
  signup(input: $input) {
    user {
      id
      name
      email
    }
    tokens {
      accessToken
      accessTokenExpiresAt
    }
    userErrors {
      code
      message
      field
    }
  }
}
`,
    variables: variables({ name: 'Ada Lovelace', ...credentials }),
    headers,
  },
  {
    query: `# 2. Sign in. A wrong password is an answer,
#    not a failure: look at userErrors.
mutation Login($input: LoginInput!) {
  login(input: $input) {
    user {
      id
      name
      email
    }
    tokens {
      accessToken
      accessTokenExpiresAt
    }
    userErrors {
      code
      message
      field
    }
  }
}
`,
    variables: variables(credentials),
    headers,
  },
  {
    query: `# 3. Who am I? Without a token: null and an
#    UNAUTHENTICATED error that says why.
query Me {
  me {
    id
    name
    email
    roles
    createdAt
  }
}
`,
    headers,
  },
  {
    query: `# Is anybody signed in? Never an error, so
# it suits guards and loaders.
query Viewer {
  viewer {
    isAuthenticated
    unauthenticatedReason
  }
}
`,
    headers,
  },
  {
    query: `# End the session. Its access tokens stop
# working at once.
mutation Logout {
  logout {
    wasSignedIn
    userErrors {
      code
    }
  }
}
`,
    headers,
  },
];
