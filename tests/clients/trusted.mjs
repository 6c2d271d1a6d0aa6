// Apollo Client with a server that takes only the documents which GraphQL Code Generator wrote for an app.
//
//   node trusted.mjs folder-of-the-generated-files http://localhost:8000
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ApolloClient, ApolloLink, CombinedGraphQLErrors, HttpLink, InMemoryCache, gql } from '@apollo/client';
import { PersistedQueryLink } from '@apollo/client/link/persisted-queries';
import { newcomer, run } from './checks.mjs';

const [, , folder, server] = process.argv;
const uri = `${server.replace(/\/+$/, '')}/graphql`;

/** The documents as the app has them: each carries its id. */
async function documentsOf(file) {
  const constants = (await readFile(file, 'utf8')).matchAll(/^export const (\w+)Document = (\{.*\}) as unknown as/gm);
  return Object.fromEntries([...constants].map(([, name, json]) => [name, JSON.parse(json)]));
}

const documents = await documentsOf(join(folder, 'graphql.ts'));
const registered = JSON.parse(await readFile(join(folder, 'persisted-documents.json'), 'utf8'));
const sent = [];

const client = new ApolloClient({
  link: ApolloLink.from([
    new PersistedQueryLink({ generateHash: (document) => document.__meta__?.hash ?? 'none' }),
    new HttpLink({
      uri,
      fetch: (address, request) => {
        sent.push(JSON.parse(request.body));
        return fetch(address, request);
      },
    }),
  ]),
  cache: new InMemoryCache(),
  defaultOptions: { query: { fetchPolicy: 'network-only' } },
});

const post = async (body) => {
  const headers = { 'content-type': 'application/json' };
  return (await fetch(uri, { method: 'POST', headers, body: JSON.stringify(body) })).json();
};
const codesOf = ({ errors = [] }) => errors.map(({ extensions }) => extensions.code);

await run([
  ['the documents of the app are there, with their ids', () => {
    assert.ok(Object.keys(documents).length >= 10);
    for (const { __meta__ } of Object.values(documents)) assert.ok(__meta__.hash in registered);
  }],
  ['the app signs up and reads its account by ids alone', async () => {
    const user = newcomer();
    const variables = { input: { ...user, tokenDelivery: 'BODY' } };
    const { data } = await client.mutate({ mutation: documents.Signup, variables });
    assert.deepEqual(data.signup.userErrors, []);
    await assert.rejects(client.query({ query: documents.Me }), (error) => {
      assert.ok(CombinedGraphQLErrors.is(error));
      return error.errors[0].extensions.code === 'UNAUTHENTICATED';
    });
    assert.equal(sent.length, 2);
    for (const body of sent) assert.equal(body.query, undefined);
  }],
  ['every document of the app is taken by `documentId`', async () => {
    for (const id of Object.keys(registered)) {
      const codes = codesOf(await post({ documentId: id }));
      assert.ok(codes.every((code) => ['UNAUTHENTICATED', 'BAD_USER_INPUT'].includes(code)), `${id}: ${codes}`);
    }
  }],
  ['a document that is not of the app is refused, and Apollo does not try again', async () => {
    sent.length = 0;
    const stranger = client.query({ query: gql`query Stranger { serverInfo { version } }` });
    await assert.rejects(stranger, (error) => error.errors[0].extensions.code === 'DOCUMENT_NOT_TRUSTED');
    assert.equal(sent.length, 1);
    assert.deepEqual(codesOf(await post({ query: '{ serverInfo { version } }' })), ['DOCUMENT_NOT_TRUSTED']);
    assert.deepEqual(codesOf(await post({ query: '{ __schema { types { name } } }' })), ['DOCUMENT_NOT_TRUSTED']);
  }],
]);
