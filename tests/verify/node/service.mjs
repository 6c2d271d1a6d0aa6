// A service around `verifier` of docs/verify.md: GET /me tells whose token came.
import { createServer } from 'node:http';
import { statusOf, verifier } from './verify.mjs';

const { PORTCULLIS_ISSUER: issuer, PORTCULLIS_AUDIENCE: audience, ALGORITHMS = 'ES256', LISTEN } = process.env;
const verify = verifier({ issuer, audience, algorithms: ALGORITHMS.split(',') });

async function me(request) {
  const [, token] = /^Bearer (.*)$/i.exec(request.headers.authorization ?? '') ?? [];
  if (token === undefined) return [401, {}];
  try {
    const { sub } = await verify(token);
    return [200, { id: sub }];
  } catch (error) {
    return [statusOf(error), { error: String(error) }];
  }
}

const server = createServer(async (request, response) => {
  const [status, body] = request.url === '/me' ? await me(request) : [404, {}];
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
});
const [host, port] = LISTEN.split(':');
server.listen(Number(port), host);
