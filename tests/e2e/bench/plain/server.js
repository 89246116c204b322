// The yardstick's server: two pages in one room, and what one says goes to the other. Nothing is sealed, checked or kept.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { join } from 'node:path';
import { WebSocketServer } from 'ws';

const [folder, address, port, stun] = process.argv.slice(2);
const here = new URL('.', import.meta.url).pathname;
const page = readFileSync(join(here, 'page.html'), 'utf8').replace('STUN', stun);

const server = createServer({ cert: readFileSync(join(folder, 'server.pem')), key: readFileSync(join(folder, 'server.key')) }, (request, response) => {
  const isScript = request.url.startsWith('/page.js');
  response.writeHead(200, { 'content-type': isScript ? 'text/javascript' : 'text/html' });
  response.end(isScript ? readFileSync(join(here, 'page.js')) : page);
});
const present = new Set();
new WebSocketServer({ server }).on('connection', (socket) => {
  present.add(socket);
  socket.on('close', () => present.delete(socket));
  socket.on('message', (data) => {
    for (const other of present) if (other !== socket) other.send(String(data));
  });
});
server.listen(Number(port), address, () => console.log('ready'));
