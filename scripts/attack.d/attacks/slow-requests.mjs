// Connections that never finish their request.
import { connect } from 'node:net';

const CONNECTIONS = 600;
const HEAD = 'POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n';

export const slowHeads = (server, seconds) => trickle(server, seconds, `${HEAD}X-Slow: `);
export const slowBodies = (server, seconds) => trickle(server, seconds, `${HEAD}Content-Length: 60000\r\n\r\n{`);

/** Opens them all, and sends a byte on each twice a second. One that is closed is opened again. */
async function trickle({ port }, seconds, beginning) {
  const open = new Set();
  let opened = 0;
  let closed = 0;
  let longest = 0;
  let isOver = false;
  const begin = (at) => {
    if (isOver) return;
    const since = performance.now();
    const socket = connect({ port, host: '127.0.0.1', localAddress: `127.0.0.${2 + (at % 4)}` });
    opened += 1;
    socket.on('error', () => {});
    socket.once('connect', () => socket.write(beginning));
    socket.resume();
    open.add(socket);
    socket.once('close', () => {
      open.delete(socket);
      if (isOver) return;
      closed += 1;
      longest = Math.max(longest, performance.now() - since);
      setTimeout(() => begin(at), 100);
    });
  };
  for (let at = 0; at < CONNECTIONS; at += 1) begin(at);
  const dripping = setInterval(() => {
    for (const socket of open) if (socket.writable) socket.write('a');
  }, 500);
  await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
  isOver = true;
  clearInterval(dripping);
  const left = open.size;
  for (const socket of open) socket.destroy();
  // Heads and bodies have ten seconds each, and the sweep takes its time.
  const problems = [];
  if (longest > 20_000) problems.push(`a connection lived for ${Math.round(longest)} ms`);
  if (seconds >= 20 && closed === 0) problems.push('none was ever closed');
  const told = `${opened} opened, ${closed} closed by the server after at most ${Math.round(longest)} ms, ${left} open at the end`;
  return { told, problems };
}
