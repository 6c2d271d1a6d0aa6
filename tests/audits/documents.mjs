// Has graphql-js judge documents by our schema, and a server run them: what one refuses the other must refuse.
//
//   node documents.mjs http://localhost:8000
//
// A document counts as run when its answer has `data`; as refused when it has none, and its first error is one of syntax
// or validity. The server needs introspection, which it has on this machine.
import { readFileSync } from 'node:fs';
import { buildSchema, GraphQLError, isEnumType, isInputObjectType, isListType, isNonNullType, parse, typeFromAST, validate } from 'graphql';
import { differences } from './documents/differences.mjs';
import * as grammar from './documents/grammar.mjs';
import * as validity from './documents/validity.mjs';

const fewest = 500;

const base = process.argv[2] ?? process.env.PORTCULLIS_URL;
if (base === undefined) {
  console.error('usage: node documents.mjs URL, for example http://localhost:8000');
  process.exit(2);
}
const url = new URL('/graphql', base).href;
const schema = buildSchema(readFileSync(new URL('../../schema.graphql', import.meta.url), 'utf8'));

/** Why graphql-js refuses the document; nothing when it would run it. */
function judge(text) {
  try {
    return validate(schema, parse(text))[0]?.message;
  } catch (error) {
    if (error instanceof GraphQLError) return error.message;
    throw error;
  }
}

/** A value of the type, so that no document is refused for its variables. */
function sample(type) {
  if (isNonNullType(type)) return sample(type.ofType);
  if (isListType(type)) return [sample(type.ofType)];
  if (isEnumType(type)) return type.getValues()[0].name;
  if (isInputObjectType(type)) {
    const fields = Object.values(type.getFields()).filter((field) => isNonNullType(field.type) || type.isOneOf);
    return Object.fromEntries(fields.map((field) => [field.name, sample(field.type)]));
  }
  return { Int: 1, Float: 1, Boolean: true }[type.name] ?? 'a';
}

/** The request for a valid document: its first operation, with all its variables. */
function request(query) {
  const operation = parse(query).definitions.find((it) => it.kind === 'OperationDefinition');
  const named = operation.variableDefinitions ?? [];
  const variables = named.map((it) => [it.variable.name.value, sample(typeFromAST(schema, it.type))]);
  return { query, operationName: operation.name?.value, variables: Object.fromEntries(variables) };
}

/** Why the server refuses the document; nothing when it runs it. */
async function ask(body) {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/graphql-response+json' },
    body: JSON.stringify(body),
  });
  const answer = await response.json();
  if ('data' in answer) return undefined;
  const { code } = answer.errors[0].extensions;
  const message = `${code}: ${answer.errors[0].message}`;
  // A subscription by POST is refused before it is validated.
  const isSubscription = code === 'BAD_REQUEST' && message.includes('graphql-transport-ws');
  if (code !== 'GRAPHQL_PARSE_FAILED' && code !== 'GRAPHQL_VALIDATION_FAILED' && !isSubscription) {
    throw new Error(`neither run nor refused, but ${response.status} ${message}`);
  }
  return message;
}

/** A document as graphql-js and the server judge it; `query` names the operation to run where there are several. */
async function compare(text) {
  const theirs = judge(text);
  let body = { query: text };
  if (theirs === undefined) body = request(text);
  else if (/^query A\b/.test(text)) body.operationName = 'A';
  return { theirs, ours: await ask(body).catch((error) => error) };
}

const documents = [...new Set(Object.values({ ...grammar, ...validity }).flat())];
let invalid = 0;
let wrong = 0;
const tell = (what, text, more) => {
  wrong += 1;
  console.log(`${what}\n  ${JSON.stringify(text)}\n  ${more}`);
};
for (const text of documents) {
  const { theirs, ours } = await compare(text);
  if (theirs !== undefined) invalid += 1;
  const differ = (theirs === undefined) !== (ours === undefined);
  if (ours instanceof Error) tell('no verdict', text, ours.message);
  else if (differ && !differences.has(text)) {
    tell(theirs === undefined ? 'refused, but valid' : 'run, but invalid', text, theirs ?? ours);
  } else if (!differ && differences.has(text)) tell('listed as a difference, but is none', text, differences.get(text));
}
const unused = [...differences.keys()].filter((text) => !documents.includes(text));
for (const text of unused) tell('listed as a difference, but not among the documents', text, '');
console.log(`${documents.length} documents, ${invalid} of them invalid; ${differences.size} known differences, ${wrong} others`);
if (documents.length < fewest || invalid * 2 < documents.length) {
  console.log(`there should be ${fewest}, and half of them invalid`);
  wrong += 1;
}
process.exit(wrong === 0 ? 0 : 1);
