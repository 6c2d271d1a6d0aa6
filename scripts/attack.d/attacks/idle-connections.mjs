// Connections that are opened and left alone.
import { connect } from 'node:net';

const CONNECTIONS = 2_000;
const ADDRESSES = 10;

export async function idleConnections({ port }, seconds) {
  let connected = 0;
  let closed = 0;
  let isOver = false;
  const sockets = Array.from({ length: CONNECTIONS }, (_, at) => {
    const socket = connect({ port, host: '127.0.0.1', localAddress: `127.0.0.${20 + (at % ADDRESSES)}` });
    socket.on('error', () => {});
    socket.once('connect', () => (connected += 1));
    socket.once('close', () => isOver || (closed += 1));
    return socket.resume();
  });
  await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
  isOver = true;
  for (const socket of sockets) socket.destroy();
  const told = `${connected} of ${CONNECTIONS} connected, ${closed} closed by the server`;
  const problems = [];
  if (connected === 0) problems.push('none came through');
  if (seconds >= 20 && closed === 0) problems.push('none was ever closed');
  return { told, problems };
}
