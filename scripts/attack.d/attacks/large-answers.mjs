// A signed-in client that asks for as much as a document may, on many connections, and reads it slowly or at once.
import { connect } from 'node:net';

const CONNECTIONS = 200;
const SESSIONS = 30;
const FROM = '127.0.0.40';
const PASSWORD = 'the largest answer of all';
const LOGIN = `mutation ($email: String!, $password: String!) {
  login(input: { email: $email, password: $password, deviceName: "${'\u{1F600}'.repeat(100)}" }) { tokens { accessToken } }
}`;
const SIGNUP = `mutation ($email: String!, $password: String!) {
  signup(input: { name: "N", email: $email, password: $password }) { tokens { accessToken } }
}`;
// Nine pages of a hundred have 4,500 of the 5,000 fields allowed.
const PAGE = 'sessions(first: 100) { nodes { userAgent deviceName } edges { node { userAgent } } }';
const DOCUMENT = `{ me { ${Array.from({ length: 9 }, (_, at) => `a${at}: ${PAGE}`).join(' ')} } }`;

export const slowReaders = (server, seconds) => flood(server, seconds, true);
export const fastReaders = (server, seconds) => flood(server, seconds, false);

async function flood({ port, url }, seconds, isSlow) {
  const token = await manySessions(url);
  const body = JSON.stringify({ query: DOCUMENT });
  const head = `POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nAuthorization: Bearer ${token}\r\n`;
  const request = `${head}Content-Length: ${body.length}\r\n\r\n${body}`;
  const sockets = new Set();
  const statuses = new Map();
  let bytes = 0;
  let isOver = false;
  const begin = () => {
    if (isOver) return;
    const socket = connect({ port, host: '127.0.0.1', localAddress: FROM });
    sockets.add(socket);
    socket.on('error', () => {});
    socket.once('connect', () => socket.write(request));
    socket.on('data', (part) => {
      bytes += part.length;
      const status = /^HTTP\/1\.1 (\d+)/.exec(part.subarray(0, 12).toString('latin1'))?.[1];
      if (status) {
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
        // The last answer need not be whole: the next request waits for it on the server's side.
        if (!isSlow) socket.write(request);
      }
      if (!isSlow) return;
      socket.pause();
      setTimeout(() => socket.resume(), 1_000);
    });
    socket.once('close', () => {
      sockets.delete(socket);
      setTimeout(begin, 100);
    });
  };
  for (let at = 0; at < CONNECTIONS; at += 1) begin();
  await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
  isOver = true;
  for (const socket of sockets) socket.destroy();
  const told = [...statuses].map(([status, count]) => `${count} × ${status}`).join(', ');
  const problems = [...statuses.keys()].filter((status) => !['200', '503'].includes(status)).map((it) => `answered ${it}`);
  if (statuses.size === 0) problems.push('nothing was answered');
  return { told: `${(bytes / 2 ** 20).toFixed(0)} MB came back: ${told}`, problems };
}

/** Signs a user up, then in again and again; returns the last access token. */
async function manySessions(url) {
  const email = 'large@example.com';
  let token;
  for (let at = 0; at < SESSIONS; at += 1) {
    const answer = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'user-agent': '\u00ff'.repeat(256) },
      body: JSON.stringify({ query: at === 0 ? SIGNUP : LOGIN, variables: { email, password: PASSWORD } }),
    });
    const { data } = await answer.json();
    token = (data?.signup ?? data?.login)?.tokens?.accessToken ?? token;
  }
  return token;
}
