// PeerJS's server with TLS, as its guide starts it, and room for as many as come: peerjs.js PORT CERTIFICATE KEY
import { readFileSync } from 'node:fs';
import { PeerServer } from 'peer';

const [port, cert, key] = process.argv.slice(2);
PeerServer({ port: Number(port), ssl: { cert: readFileSync(cert), key: readFileSync(key) }, concurrent_limit: 50_000 });
