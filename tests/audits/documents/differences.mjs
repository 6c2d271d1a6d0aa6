// Where the server may judge otherwise than graphql-js, by the document and with the reason. Those that are not found to
// differ any more fail the audit, too.
const notByPost = 'subscriptions run over WebSocket only, which validation does not know';
const oneOf = 'the field of a @oneOf input must not be null (section 5.8.5), which graphql-js 16 leaves to the variables';
const typename = 'graphql-js 16 does not know the type of `__typename` when it compares fields (section 5.3.2)';
const largeId = 'a number of more than 18 digits for an ID: such numbers do not pass through JSON unchanged';
const longEscape = 'the specification does not limit the digits of `\\u{…}`, graphql-js takes eight';

export const differences = new Map([
  ['subscription S { sessionRevoked { reason } }', notByPost],
  ['mutation ($p: String) { reauthenticate(input: { password: $p }) { validUntil } }', oneOf],
  ['{ node(id: "a") { ... on User { x: __typename } ... on Session { x: isCurrent } } }', typename],
  ['{ node(id: 1234567890123456789012) { id } }', largeId],
  [String.raw`{ node(id: "\u{000000041}") { id } }`, longEscape],
]);
