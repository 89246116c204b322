import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Connection, type ConnectionEvent } from './connection.ts';
import type { Route } from './relay.ts';

describe('the route of a connection', () => {
  beforeEach(() => {
    vi.stubGlobal('RTCPeerConnection', FakePeer);
    vi.stubGlobal('MediaStream', FakeStream);
  });
  afterEach(() => vi.unstubAllGlobals());

  const TURN = { urls: ['turn:203.0.113.1:3478'], username: 'name', credential: 'password' };
  const RELAYED = 'candidate:4 1 udp 41885695 203.0.113.9 61000 typ relay raddr 198.51.100.77 rport 50002';
  const HOST = 'candidate:1 1 udp 2122260223 10.1.0.2 50002 typ host';

  async function open(route: Route) {
    const events: ConnectionEvent[] = [];
    const peerFingerprint = await sha256(CERTIFICATE);
    const connection = new Connection({ role: 'practice', certificate: {} as RTCCertificate, peerFingerprint, iceServers: [TURN], route, onEvent: (event) => events.push(event) });
    return { connection, events, peer: connection.peer as unknown as FakePeer };
  }

  it.each<[Route, string]>([['any', 'all'], ['direct', 'all'], ['relayed', 'relay']])('%s: the browser looks for %s', async (route, policy) => {
    const { connection, peer } = await open(route);

    expect(peer.configuration).toMatchObject({ iceServers: [TURN], iceTransportPolicy: policy });
    connection.close();
  });

  it('relayed: of what was found only the relay’s own address is said', async () => {
    const { connection, events, peer } = await open('relayed');

    for (const candidate of [HOST, RELAYED]) peer.finds(candidate);
    peer.finds(null);
    peer.localDescription = { type: 'answer', sdp: `v=0\r\nc=IN IP4 198.51.100.77\r\na=${HOST}\r\na=${RELAYED}\r\n` };

    const hidden = RELAYED.replace('198.51.100.77 rport 50002', '0.0.0.0 rport 0');
    expect(events).toEqual([
      { type: 'candidates', candidates: [{ candidate: hidden, mid: '0' }] },
      { type: 'candidates', candidates: [] },
    ]);
    expect(connection.described?.sdp).toBe(`v=0\r\nc=IN IP4 0.0.0.0\r\na=${hidden}\r\n`);
    connection.close();
  });

  it.each<[Route, readonly string[]]>([['direct', [HOST]], ['any', [HOST, RELAYED]], ['relayed', [HOST, RELAYED]]])('%s: of the other’s candidates it takes %j', async (route, taken) => {
    const { connection, peer } = await open(route);
    const fingerprint = spelt(await sha256(CERTIFICATE));

    connection.takeDescription({ type: 'offer', sdp: [`v=0`, `a=fingerprint:sha-256 ${fingerprint}`, `a=${HOST}`, `a=${RELAYED}`, ''].join('\r\n') });
    await vi.waitUntil(() => peer.remoteDescription !== null);
    connection.takeCandidates([HOST, RELAYED].map((candidate) => ({ candidate, mid: '0' })));
    await vi.waitUntil(() => peer.added.length === taken.length);

    expect(peer.added).toEqual(taken);
    expect(peer.remoteDescription?.sdp.split('\r\n').filter((line) => line.startsWith('a=candidate'))).toEqual(taken.map((candidate) => `a=${candidate}`));
    connection.close();
  });
});

describe('case_54: the certificate that DTLS really used', () => {
  beforeEach(() => {
    vi.stubGlobal('RTCPeerConnection', FakePeer);
    vi.stubGlobal('MediaStream', FakeStream);
  });
  afterEach(() => vi.unstubAllGlobals());

  it('is the handshake’s: the path is up, and the other is heard', async () => {
    const bench = await Bench.opened({ certificate: CERTIFICATE });

    bench.hear({ type: 'admit' });

    expect(bench.types()).toEqual(['path-up', 'said']);
    bench.connection.close();
  });

  it('is another one: hung up, and nothing that was said is heard', async () => {
    const bench = await Bench.opened({ certificate: OTHER_CERTIFICATE, early: { type: 'admit' } });

    bench.hear({ type: 'admit' });

    expect(bench.types()).toEqual(['wrong-certificate']);
    bench.connection.close();
  });

  it('is told by the statistics where the transport does not tell', async () => {
    const shown = async (fingerprint: Uint8Array) => {
      const bench = await Bench.opened({ statistics: fingerprint });
      bench.connection.close();
      return bench.types();
    };

    expect(await shown(await sha256(CERTIFICATE))).toEqual(['path-up']);
    expect(await shown(await sha256(OTHER_CERTIFICATE))).toEqual(['wrong-certificate']);
  });

  it('a description that names another one is not even looked at', async () => {
    const bench = await Bench.opened({ certificate: CERTIFICATE });
    const right = `v=0\r\na=fingerprint:sha-256 ${spelt(await sha256(CERTIFICATE))}\r\n`;
    const wrong = `a=fingerprint:sha-256 ${spelt(await sha256(OTHER_CERTIFICATE))}\r\n`;

    for (const sdp of [`v=0\r\n${wrong}`, right + wrong, 'v=0\r\n', right.replace('sha-256', 'sha-1')]) bench.connection.takeDescription({ type: 'offer', sdp });

    expect(bench.types()).toEqual(['path-up', ...Array<string>(4).fill('wrong-certificate')]);
    expect(bench.peer.described).toBe(0);
    bench.connection.close();
  });

  it('is looked at once the handshake says whose it has to be, where the path was faster', async () => {
    const shown = async (certificate: Uint8Array<ArrayBuffer>) => {
      const bench = await Bench.opened({ certificate, isAhead: true, early: { type: 'admit' } });
      expect(bench.types()).toEqual([]);
      bench.connection.expect(await sha256(CERTIFICATE));
      await vi.waitUntil(() => bench.events.length > 0);
      bench.connection.close();
      return bench.types();
    };

    expect(await shown(CERTIFICATE)).toEqual(['path-up', 'said']);
    expect(await shown(OTHER_CERTIFICATE)).toEqual(['wrong-certificate']);
  });

  it('a description that came before is held against the handshake, and a second one is not taken', async () => {
    const bench = await Bench.opened({ certificate: CERTIFICATE, isAhead: true });
    const wrong = `v=0\r\na=fingerprint:sha-256 ${spelt(await sha256(OTHER_CERTIFICATE))}\r\n`;
    for (const type of ['offer', 'offer'] as const) bench.connection.takeDescription({ type, sdp: wrong });
    await vi.waitUntil(() => bench.peer.described > 0);

    bench.connection.expect(await sha256(CERTIFICATE));

    expect(bench.types().at(-1)).toBe('wrong-certificate');
    expect(bench.peer.described).toBe(1);
    bench.connection.close();
  });
});

describe('a path that is tried', () => {
  beforeEach(() => {
    vi.stubGlobal('RTCPeerConnection', FakePeer);
    vi.stubGlobal('MediaStream', FakeStream);
  });
  afterEach(() => void vi.unstubAllGlobals());

  it('is up when the other answers that, and not for another answer', async () => {
    const bench = await Bench.opened({ certificate: CERTIFICATE });
    bench.connection.tryPath();
    const { n } = bench.peer.control.said.at(-1) as { n: number };

    bench.hear({ type: 'pong', n: n - 1 });
    expect(bench.types()).toEqual(['path-up']);
    bench.hear({ type: 'pong', n });

    expect(bench.types()).toEqual(['path-up', 'path-up']);
    bench.connection.close();
  });
});

describe('sound and picture that have stopped coming', () => {
  beforeEach(() => {
    vi.useFakeTimers();
    vi.stubGlobal('RTCPeerConnection', FakePeer);
    vi.stubGlobal('MediaStream', FakeStream);
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  it('are a path that is lost, where nothing else comes either', async () => {
    const bench = await Bench.opened({ certificate: CERTIFICATE });
    await bench.receives(4, 12);

    await bench.receives(2, 0);
    expect(bench.types()).toEqual(['path-up', 'stalled']);
    await vi.advanceTimersByTimeAsync(700);

    expect(bench.types()).toEqual(['path-up', 'stalled', 'path-lost']);
    bench.connection.close();
  });

  it('are none where the other answers: it has switched them off', async () => {
    const bench = await Bench.opened({ certificate: CERTIFICATE });
    await bench.receives(4, 12);

    await bench.receives(2, 0);
    bench.hear({ type: 'pong', n: 1 });
    await vi.advanceTimersByTimeAsync(700);

    expect(bench.types()).toEqual(['path-up', 'stalled']);
    bench.connection.close();
  });

  it('in part: the other is told how much came', async () => {
    const bench = await Bench.opened({ certificate: CERTIFICATE });
    await bench.receives(4, 12);

    await bench.receives(4, 6, 6);

    expect(bench.peer.control.said.at(-1)).toEqual({ type: 'came', rate: 24_000, lost: 50 });
    bench.connection.close();
  });
});

const CERTIFICATE = new TextEncoder().encode('the practice’s');
const OTHER_CERTIFICATE = new TextEncoder().encode('somebody else’s');

interface Shown {
  readonly certificate?: Uint8Array;
  readonly statistics?: Uint8Array;
  /** The handshake does not say yet whose it has to be. */
  readonly isAhead?: boolean;
  /** Said before the certificate could be looked at. */
  readonly early?: object;
}

class Bench {
  readonly events: ConnectionEvent[] = [];

  private constructor(
    readonly connection: Connection,
    readonly peer: FakePeer,
  ) {}

  /** Connected, with the control channel open, and the certificate looked at. */
  static async opened({ certificate, statistics, early, isAhead = false }: Shown): Promise<Bench> {
    const peerFingerprint = isAhead ? null : await sha256(CERTIFICATE);
    let bench: Bench | null = null;
    const onEvent = (event: ConnectionEvent) => void bench?.events.push(event);
    const connection = new Connection({ role: 'practice', certificate: {} as RTCCertificate, peerFingerprint, iceServers: [], onEvent });
    const peer = connection.peer as unknown as FakePeer;
    bench = new Bench(connection, peer);
    if (certificate) peer.sctp = { transport: { getRemoteCertificates: () => [certificate.buffer as ArrayBuffer] } };
    if (statistics) peer.shown = spelt(statistics);
    peer.control.dispatchEvent(new Event('open'));
    if (early) bench.hear(early);
    if (!isAhead) await vi.waitUntil(() => bench.events.length > 0);
    return bench;
  }

  hear(message: object): void {
    this.peer.control.dispatchEvent(new MessageEvent('message', { data: JSON.stringify(message) }));
  }

  /** So many looks at what has come, with so many packets before each, and so many that were lost. */
  async receives(looks: number, packets: number, lost = 0): Promise<void> {
    for (let look = 0; look < looks; look += 1) {
      const { received } = this.peer;
      this.peer.received = { packetsReceived: received.packetsReceived + packets, packetsLost: received.packetsLost + lost, bytesReceived: received.bytesReceived + 125 * packets };
      await vi.advanceTimersByTimeAsync(250);
    }
  }

  types(): string[] {
    return this.events.map(({ type }) => type);
  }
}

class FakePeer extends EventTarget {
  sctp: { transport: { getRemoteCertificates: () => ArrayBuffer[] } } | null = null;
  shown: string | null = null;
  described = 0;
  readonly signalingState = 'stable';
  readonly connectionState = 'connected';
  readonly control = new FakeChannel();

  createDataChannel(label: string): FakeChannel {
    return label === 'control' ? this.control : new FakeChannel();
  }

  received = { packetsReceived: 0, packetsLost: 0, bytesReceived: 0 };

  getReceivers(): object[] {
    return [{ getStats: async () => new Map([['I', { type: 'inbound-rtp', ...this.received }]]) }];
  }

  localDescription: RTCSessionDescriptionInit | null = null;
  remoteDescription: { readonly sdp: string } | null = null;
  readonly added: string[] = [];

  constructor(readonly configuration: RTCConfiguration) {
    super();
  }

  async setRemoteDescription(description: { readonly sdp: string }): Promise<void> {
    this.described += 1;
    this.remoteDescription = description;
  }

  getTransceivers(): object[] {
    return [];
  }

  async createAnswer(): Promise<RTCSessionDescriptionInit> {
    return { type: 'answer', sdp: 'v=0' };
  }

  async setLocalDescription(): Promise<void> {}

  async addIceCandidate({ candidate }: { readonly candidate: string }): Promise<void> {
    this.added.push(candidate);
  }

  finds(candidate: string | null): void {
    this.dispatchEvent(Object.assign(new Event('icecandidate'), { candidate: candidate === null ? null : { candidate, sdpMid: '0' } }));
  }

  async getStats(): Promise<Map<string, object>> {
    const transport = { type: 'transport', id: 'T', remoteCertificateId: 'C' };
    return new Map<string, object>(this.shown === null ? [] : [['T', transport], ['C', { type: 'certificate', id: 'C', fingerprint: this.shown }]]);
  }

  close(): void {}
}

class FakeChannel extends EventTarget {
  readonly readyState = 'open';
  binaryType = 'blob';
  readonly said: object[] = [];

  send(message: string): void {
    this.said.push(JSON.parse(message) as object);
  }
}

class FakeStream {
  getTracks(): [] {
    return [];
  }
}

async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
}

function spelt(fingerprint: Uint8Array): string {
  return Array.from(fingerprint, (byte) => byte.toString(16).padStart(2, '0').toUpperCase()).join(':');
}
