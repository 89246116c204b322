// Listens in on a Unix socket: who connects here is carried to the other socket, and what either says is kept.
import { once } from 'node:events';
import { connect, createServer } from 'node:net';

export class Tap {
  static async between(path, socket) {
    const tap = new Tap();
    Object.assign(tap, { path, heard: [], lines: new Set() });
    tap.server = createServer((caller) => tap.carry(caller, connect(socket)));
    tap.server.listen(path);
    await once(tap.server, 'listening');
    return tap;
  }

  carry(caller, daemon) {
    for (const [from, to] of [
      [caller, daemon],
      [daemon, caller],
    ]) {
      this.lines.add(from);
      from.on('data', (bytes) => this.heard.push(bytes));
      from.pipe(to);
      from.on('error', () => to.destroy());
      from.on('close', () => this.lines.delete(from));
    }
  }

  stop() {
    for (const line of this.lines) line.destroy();
    this.server.close();
  }
}
