// Comes to every public port again and again, as strangers do, until SIGTERM: node hammer.js ADDRESS AUTHORITIES COUNT
// Into the file COUNT it writes how many were answered. Whoever is refused ends it at once, with exit code 1. Lines that were open when a daemon ended may close: their owner comes again.
import { randomBytes } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { get } from 'node:https';
import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

const [address, authorities, count] = process.argv.slice(2);
const ca = readFileSync(authorities);
const PATIENCE = 15_000;
const answered = { https: 0, 'STUN over TCP': 0, 'STUN over UDP': 0 };
let isOver = false;
process.once('SIGTERM', () => (isOver = true));

/** A request on a connection of its own. */
function page() {
  return new Promise((resolve, reject) => {
    const request = get({ host: address, path: '/healthz', ca, agent: false, timeout: PATIENCE }, (response) => {
      response.resume();
      response.once('error', reject);
      response.once('end', () => (response.statusCode === 200 ? resolve() : reject(new Error(`status ${response.statusCode}`))));
    });
    request.once('timeout', () => request.destroy(new Error('no answer')));
    request.once('error', reject);
  });
}

const binding = () => Buffer.concat([Buffer.from('000100002112a442', 'hex'), randomBytes(12)]);
const answers = (request, response) => response.readUInt16BE(0) === 0x0101 && response.subarray(4, 20).equals(request.subarray(4));

/** A Binding on a connection of its own. */
async function overTcp(port) {
  const request = binding();
  for (const signal = AbortSignal.timeout(PATIENCE); ; ) {
    const socket = connect(port, address);
    try {
      await once(socket, 'connect', { signal });
      socket.write(request);
      const [response] = await Promise.race([once(socket, 'data', { signal }), once(socket, 'close', { signal })]);
      if (Buffer.isBuffer(response) && answers(request, response)) return;
    } catch (error) {
      if (error.code !== 'ECONNRESET' && error.code !== 'EPIPE') throw error;
    } finally {
      socket.destroy();
    }
  }
}

/** A Binding, sent again every half second as RFC 8489 section 6.2.1 has it. */
async function overUdp(port) {
  const request = binding();
  const socket = createSocket('udp4');
  const send = () => socket.send(request, port, address);
  const again = setInterval(send, 500);
  try {
    send();
    const signal = AbortSignal.timeout(PATIENCE);
    for (;;) {
      const [response] = await once(socket, 'message', { signal });
      if (answers(request, response)) return;
    }
  } finally {
    clearInterval(again);
    socket.close();
  }
}

async function hammer(kind, come) {
  while (!isOver) {
    try {
      await come();
    } catch (error) {
      console.error(`${kind}, after ${answered[kind]} that were answered:`, error);
      process.exit(1);
    }
    answered[kind] += 1;
    // stun-d answers a network a thousand times a second.
    await pause(5);
  }
}

const counting = setInterval(() => {
  writeFileSync(`${count}.new`, String(Object.values(answered).reduce((sum, one) => sum + one)));
  renameSync(`${count}.new`, count);
}, 100);
await Promise.all([
  ...Array.from({ length: 4 }, () => hammer('https', page)),
  ...[3478, 3479].flatMap((port) => [hammer('STUN over TCP', () => overTcp(port)), hammer('STUN over UDP', () => overUdp(port))]),
]);
clearInterval(counting);
console.log(Object.entries(answered).map(([kind, many]) => `${kind} ${many}`).join(', '));
