// The documents that are sent, with the field whose payload is asked for.

const TOKENS = 'session { id } tokens { accessToken refreshToken } userErrors { code }';

export const documents = {
  signup: `mutation ($name: String!, $email: String!, $password: String!, $device: String) {
    signup(input: { name: $name, email: $email, password: $password, deviceName: $device }) { user { name } ${TOKENS} } }`,
  login: `mutation ($email: String!, $password: String!, $device: String) {
    login(input: { email: $email, password: $password, deviceName: $device }) { user { name } ${TOKENS} } }`,
  refreshSession: `mutation ($token: String!) { refreshSession(input: { refreshToken: $token }) { ${TOKENS} } }`,
  updateProfile: 'mutation ($name: String!) { updateProfile(input: { name: $name }) { user { name } userErrors { code } } }',
  changePassword: `mutation ($current: String!, $new: String!) {
    changePassword(input: { currentPassword: $current, newPassword: $new }) { user { id } userErrors { code } } }`,
  changePasswordOnly: `mutation ($current: String!, $new: String!) { changePassword(
    input: { currentPassword: $current, newPassword: $new, keepOtherSessions: true }) { user { id } userErrors { code } } }`,
  revokeOtherSessions: 'mutation { revokeOtherSessions { revokedSessionIds userErrors { code } } }',
  // The address identifies the answer.
  strangersLogin: `mutation ($email: String!, $password: String!) {
    login(input: { email: $email, password: $password }) { user { email } ${TOKENS} } }`,
  strangersRefresh: `mutation ($token: String!) { refreshSession(input: { refreshToken: $token }) { user { email } ${TOKENS} } }`,
  requestPasswordReset: 'mutation ($email: String!) { requestPasswordReset(input: { email: $email }) { email userErrors { code } } }',
  resendVerificationEmail:
    'mutation ($email: String!) { resendVerificationEmail(input: { email: $email }) { email userErrors { code } } }',
  me: '{ me { name } }',
};
