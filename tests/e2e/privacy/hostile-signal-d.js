// A signal-d that keeps all its promises but one: it stands before the real one, passes everything on, and does what it likes with what is sealed.
import { readFileSync } from 'node:fs';
import { once } from 'node:events';
import { createServer, request } from 'node:https';
import { join } from 'node:path';
import { WebSocket, WebSocketServer } from 'ws';

/** What is spoken where. */
const PROTOCOLS = { '/signal': 'visite.signal.v1', '/practice': 'visite.practice.v1' };

export class HostileSignalD {
  /** Before an installation that was started with this port as its `front`. */
  static async before(installation, front) {
    const hostile = new HostileSignalD();
    const file = (name) => readFileSync(join(installation.folder, name));
    Object.assign(hostile, { installation, ca: file('ca.pem'), lines: new Set(), rooms: new Map(), ...GOOD });
    hostile.server = createServer({ cert: file('server.pem'), key: file('server.key') }, (asked, answer) => hostile.pass(asked, answer));
    const sockets = new WebSocketServer({ noServer: true, handleProtocols: ([first]) => first });
    hostile.server.on('upgrade', (asked, socket, head) => sockets.handleUpgrade(asked, socket, head, (line) => hostile.listen(line, asked)));
    hostile.server.listen(front, '127.0.0.1');
    await once(hostile.server, 'listening');
    // Where the stage can't be set nobody stops it.
    hostile.server.unref();
    return hostile;
  }

  /** Brings something to a seat of a room, as if the other seat had said it. Kept until somebody is there. */
  deliver({ room, to, from, data }) {
    const { seats, waiting } = this.room(room);
    const [receiver, sender] = [seats.get(to), seats.get(from)];
    if (!receiver || !sender) return waiting.push({ room, to, from, data });
    const { stream } = sender;
    const path = `${from} ${stream} ${to} ${receiver.stream}`;
    const seq = (this.room(room).seqs.get(path) ?? 0) + 1;
    this.room(room).seqs.set(path, seq);
    receiver.tell({ type: 'sealed', from, stream, seq, data });
  }

  room(id) {
    if (!this.rooms.has(id)) this.rooms.set(id, { seats: new Map(), waiting: [], seqs: new Map() });
    return this.rooms.get(id);
  }

  pass(asked, answer) {
    const { port, host } = this.installation;
    const onward = request({ host, port, ca: this.ca, method: asked.method, path: asked.url, headers: asked.headers }, (answered) => {
      if (asked.url === '/api/v1/invite' && answered.statusCode === 200) return this.introduce(answered, answer);
      answer.writeHead(answered.statusCode, answered.headers);
      answered.pipe(answer);
    });
    onward.on('error', () => answer.destroy());
    asked.pipe(onward);
  }

  async introduce(answered, answer) {
    const invitation = JSON.parse(Buffer.concat(await answered.toArray()));
    const { 'content-length': _, ...headers } = answered.headers;
    answer.writeHead(200, headers);
    answer.end(JSON.stringify({ ...invitation, sealed_welcome: this.welcome(invitation.sealed_welcome) }));
  }

  listen(browser, { url, headers }) {
    const { port, host } = this.installation;
    const real = new WebSocket(`wss://${host}:${port}${url}`, PROTOCOLS[url], { ca: this.ca, origin: headers.origin });
    // A line that was only prepared may be closed before it is open.
    const opened = once(real, 'open').catch(() => undefined);
    if (url !== '/signal') return this.carryOn(browser, real, opened);
    const line = { tell: (frame) => browser.send(JSON.stringify(frame)) };
    // What is sealed may come in the same flight as the join.
    const entered = new Promise((enter) => Object.assign(line, { enter }));
    this.lines.add(browser).add(real);
    browser.on('message', async (text) => {
      const frame = JSON.parse(text);
      await opened;
      if (real.readyState !== WebSocket.OPEN) return;
      if (frame.type === 'join') line.stream = frame.stream;
      if (frame.type === 'leave' && this.keepsSeats) return;
      if (frame.type === 'sealed') {
        await entered;
        this.hear(line, frame);
      }
      // What is acknowledged is what this server has brought, not the real one.
      else if (frame.type !== 'ack') real.send(JSON.stringify(frame));
    });
    real.on('message', (text) => {
      const frame = JSON.parse(text);
      if (frame.type === 'ping' && browser.readyState !== WebSocket.OPEN) return real.send(JSON.stringify({ type: 'pong', n: frame.n }));
      const told = frame.type === 'joined' ? this.told(frame) : frame;
      line.tell(told);
      if (frame.type === 'joined') this.joined(line, frame);
    });
    browser.on('close', () => this.keepsSeats || real.close());
    real.on('close', (code, reason) => (code >= 1000 && code !== 1005 && code !== 1006 ? browser.close(code, reason) : browser.close()));
    for (const end of [browser, real]) end.on('error', () => end.terminate());
  }

  /** What it has no interest in. */
  carryOn(browser, real, opened) {
    this.lines.add(browser).add(real);
    browser.on('message', (text) => void opened.then(() => real.readyState === WebSocket.OPEN && real.send(String(text))));
    real.on('message', (text) => browser.send(String(text)));
    browser.on('close', () => real.close());
    real.on('close', () => browser.close());
    for (const end of [browser, real]) end.on('error', () => end.terminate());
  }

  joined(line, { room, epoch, seat, ice_servers: iceServers }) {
    Object.assign(line, { room, seat });
    const known = this.room(room);
    Object.assign(known, { context: { room, epoch, guest: GUEST }, iceServers });
    known.seats.set(seat, line);
    line.enter();
    for (const message of known.waiting.splice(0)) this.deliver(message);
  }

  hear(line, { to, seq, data }) {
    line.tell({ type: 'ack', from: to, seq });
    this.carry({ room: line.room, from: line.seat, to, data }, this);
  }

  async stop() {
    for (const line of this.lines) line.terminate();
    this.server.closeAllConnections();
    this.server.close();
  }
}

/** What the real one would do. */
function honestly(message, hostile) {
  hostile.deliver(message);
}

/** What becomes of what is sealed (`carry`), of the answer to a join (`told`), and of what the practice has left for the guest to read first (`welcome`). `keepsSeats`: who leaves is still there, as the others are told. */
export const GOOD = { carry: honestly, told: (joined) => joined, welcome: (sealed) => sealed, keepsSeats: false };
const GUEST = 1;
