// Most routers keep the port of what goes out (RFC 4787 section 4.2.1). Where this one does, a connection's candidate from outside is known a round trip before STUN has answered.

import type { Description } from './negotiation.ts';
import { configured, type IceServer, stunOnly } from './relay.ts';

type Servers = readonly IceServer[];

export class Foresight {
  readonly #makePeer: (configuration: RTCConfiguration) => RTCPeerConnection;
  readonly #now: () => number;
  /** The public address, where ports are kept. */
  #address: string | null = null;
  #lookedAt = -Infinity;

  /** The arguments are for tests. */
  constructor(makePeer = (configuration: RTCConfiguration) => new RTCPeerConnection(configuration), now = () => performance.now()) {
    this.#makePeer = makePeer;
    this.#now = now;
  }

  /** Looks how the router maps, by a connection that leads nowhere; again only after a while. */
  async look(servers: Servers): Promise<void> {
    if (this.#now() - this.#lookedAt < AGAIN) return;
    const at = this.#now();
    this.#lookedAt = at;
    const peer = this.#makePeer({ iceServers: configured(stunOnly(servers)) });
    try {
      const address = await keptAddress(peer);
      // What was begun on another network says nothing of this one.
      if (this.#lookedAt === at) this.#address = address;
    } finally {
      peer.close();
    }
  }

  /** The network may be another one. */
  forget(): void {
    this.#address = null;
    this.#lookedAt = -Infinity;
  }

  /** Whether something can be foreseen now. */
  get isClear(): boolean {
    return this.#address !== null && this.#now() - this.#lookedAt < HOLDS;
  }

  /** The description, with what STUN will most probably answer beside each host candidate. Where that is wrong, it is one candidate more that leads nowhere. */
  complete({ type, sdp }: Description): Description {
    const address = this.isClear ? this.#address : null;
    if (address === null || sdp.includes(` ${address} `)) return { type, sdp };
    const lines = sdp.split('\r\n').flatMap((line) => {
      const [, own = '', port] = HOST.exec(line) ?? [];
      return port === undefined || own.includes(':') ? [line] : [line, `a=candidate:${FOUNDATION} 1 udp ${PRIORITY} ${address} ${port} typ srflx raddr 0.0.0.0 rport 0`];
    });
    return { type, sdp: lines.join('\r\n') };
  }
}

/** The address outside, if the port outside is one of those inside. */
async function keptAddress(peer: RTCPeerConnection): Promise<string | null> {
  const ports = new Set<number | null>();
  return new Promise((resolve, reject) => {
    setTimeout(() => resolve(null), PATIENCE);
    peer.addEventListener('icecandidate', ({ candidate }) => {
      if (!candidate) return resolve(null);
      if (candidate.protocol !== 'udp' || !candidate.address || candidate.address.includes(':')) return;
      if (candidate.type === 'host') ports.add(candidate.port);
      else if (candidate.type === 'srflx') resolve(ports.has(candidate.port) ? candidate.address : null);
    });
    peer.createDataChannel('');
    peer.setLocalDescription().catch(reject);
  });
}

const HOST = /^a=candidate:\S+ 1 udp \d+ (\S+) (\d+) typ host\b/i;
const FOUNDATION = 4_787;
/** Of a server-reflexive candidate (RFC 8445 section 5.1.2.1): type preference 100, local preference 65 535, component 1. */
const PRIORITY = 100 * 2 ** 24 + 65_535 * 2 ** 8 + 255;
// Milliseconds.
const AGAIN = 45_000;
const HOLDS = 120_000;
const PATIENCE = 5_000;
