// A little subgraph: reviews, whose authors are users of another one.
import { createServer } from 'node:http';
import { buildSchema, graphql } from 'graphql';

export const SDL = `
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key"])

  type Query {
    reviews: [Review!]!
  }

  type Review {
    text: String!
    author: User
  }

  type User @key(fields: "id", resolvable: false) {
    id: ID!
  }
`;

const schema = buildSchema(`
  type Query { reviews: [Review!]! }
  type Review { text: String! author: User }
  type User { id: ID! }
`);

/** Serves a review by each of these users; `asked` gets the headers of every request. */
export function serveReviews(authors, asked) {
  return listen(async (request, body) => {
    asked.push(request.headers);
    const { query, variables, operationName } = JSON.parse(body);
    const reviews = authors().map((id, index) => ({ text: `Review ${index}`, author: { id } }));
    const result = await graphql({ schema, source: query, rootValue: { reviews }, variableValues: variables, operationName });
    return { status: 200, body: JSON.stringify(result) };
  });
}

/** Stands in front of a subgraph, and keeps what it is asked in `asked`. */
export function serveWitness(url, asked) {
  return listen(async (request, body) => {
    asked.push({ headers: request.headers, body: JSON.parse(body) });
    const { host, connection, 'content-length': length, 'transfer-encoding': coding, ...headers } = request.headers;
    const answer = await fetch(url, { method: request.method, headers, body });
    return { status: answer.status, body: await answer.text() };
  });
}

/** A server on a free port of this machine. Returns its address. */
async function listen(answer) {
  const server = createServer(async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    try {
      const { status, body } = await answer(request, Buffer.concat(chunks).toString());
      response.writeHead(status, { 'content-type': 'application/json' }).end(body);
    } catch (error) {
      response.writeHead(500).end(String(error));
    }
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  server.unref();
  return `http://127.0.0.1:${server.address().port}/`;
}
