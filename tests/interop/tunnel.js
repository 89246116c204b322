// Lends TLS to a client that has none: tunnel.js ADDRESS HOST PORT CA. What comes to a port of this address goes to the host over TLS; says which port once it listens.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { connect } from 'node:tls';

const [address, host, port, ca] = process.argv.slice(2);
const trusted = readFileSync(ca);
const server = createServer((near) => {
  const far = connect({ host, port: Number(port), servername: host, ca: trusted });
  near.pipe(far).pipe(near);
  // Whoever goes takes the other along.
  near.on('error', () => far.destroy());
  far.on('error', () => near.destroy());
});
server.listen(0, address, () => console.log(server.address().port));
