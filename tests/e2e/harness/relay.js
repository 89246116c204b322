// Lends a port of our loopback to a program in a network namespace: what connects here is carried to the same port there.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';

export async function relayInto(namespace) {
  const server = createServer((socket) => {
    const { port } = server.address();
    const carrier = spawn('ip', ['netns', 'exec', namespace, process.execPath, '-e', CARRY, port], { stdio: ['pipe', 'pipe', 'inherit'] });
    socket.pipe(carrier.stdin).on('error', () => socket.destroy());
    carrier.stdout.pipe(socket).on('error', () => carrier.kill());
    socket.on('close', () => carrier.kill());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { port: server.address().port, close: () => server.close() };
}

const CARRY = `const line = require('node:net').connect(process.argv[1], '127.0.0.1');
process.stdin.pipe(line).pipe(process.stdout);
line.on('error', () => process.exit(1)).on('close', () => process.exit(0));`;
