// An HTTP proxy that notes every host it is asked for. Only this machine is let through; the rest is refused.
import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect } from 'node:net';

export class Proxy {
  static async start() {
    const proxy = new Proxy();
    proxy.asked = [];
    proxy.server = createServer((request, response) => {
      proxy.asked.push(new URL(request.url).host);
      response.writeHead(403).end();
    });
    proxy.server.on('connect', (request, socket) => proxy.tunnel(request.url, socket));
    proxy.server.listen(0, '127.0.0.1');
    await once(proxy.server, 'listening');
    proxy.port = proxy.server.address().port;
    return proxy;
  }

  tunnel(address, socket) {
    this.asked.push(address);
    const [host, port] = address.split(':');
    if (host !== 'localhost') return socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
    const line = connect(Number(port), '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      line.pipe(socket).pipe(line);
    });
    line.on('error', () => socket.destroy());
    socket.on('error', () => line.destroy());
  }

  stop() {
    this.server.closeAllConnections();
    this.server.close();
  }
}
