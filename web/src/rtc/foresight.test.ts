import { describe, expect, it } from 'vitest';
import { Foresight } from './foresight.ts';

const OFFER = { type: 'offer' as const, sdp: ['v=0', 'a=candidate:1 1 udp 2122260223 10.1.0.2 52553 typ host generation 0', 'a=candidate:2 1 tcp 1518280447 10.1.0.2 9 typ host tcptype active', 'a=candidate:3 1 UDP 2122252543 2001:db8::1 52554 typ host', ''].join('\r\n') };

describe('what STUN will answer', () => {
  it('is told beside the host’s own address, where the router keeps ports', async () => {
    const { foresight } = looking([host(40_000), outside(40_000)]);
    await foresight.look([]);

    const lines = foresight.complete(OFFER).sdp.split('\r\n');

    expect(lines.length).toBe(OFFER.sdp.split('\r\n').length + 1);
    expect(lines[2]).toBe('a=candidate:4787 1 udp 1694498815 203.0.113.7 52553 typ srflx raddr 0.0.0.0 rport 0');
  });

  it.each([
    ['where the router draws ports', [host(40_000), outside(61_234)]],
    ['where there is no router', [host(40_000), null]],
  ])('is not guessed %s', async (_, candidates) => {
    const { foresight } = looking(candidates);
    await foresight.look([]);

    expect(foresight.isClear).toBe(false);
    expect(foresight.complete(OFFER)).toEqual(OFFER);
  });

  it('is not said twice', async () => {
    const { foresight } = looking([host(40_000), outside(40_000)]);
    await foresight.look([]);
    const known = foresight.complete(OFFER);

    expect(foresight.complete(known)).toEqual(known);
  });

  it('is forgotten with the network, and after a while', async () => {
    const { foresight, clock } = looking([host(40_000), outside(40_000)]);
    await foresight.look([]);
    clock.now += 121_000;
    expect(foresight.complete(OFFER)).toEqual(OFFER);

    await foresight.look([]);
    expect(foresight.isClear).toBe(true);
    foresight.forget();

    expect(foresight.complete(OFFER)).toEqual(OFFER);
  });

  it('is not taken from a look that was begun on another network', async () => {
    const { foresight } = looking([host(40_000), outside(40_000)]);
    const look = foresight.look([]);

    foresight.forget();
    await look;

    expect(foresight.isClear).toBe(false);
    expect(foresight.complete(OFFER)).toEqual(OFFER);
  });

  it('is looked at once a while only, by connections that are closed', async () => {
    const { foresight, clock, peers } = looking([host(40_000), outside(40_000)]);
    await foresight.look([]);
    await foresight.look([]);
    expect(peers.length).toBe(1);

    clock.now += 46_000;
    await foresight.look([]);

    expect(peers.map(({ isClosed }) => isClosed)).toEqual([true, true]);
  });
});

type Found = { readonly type: string; readonly protocol: string; readonly address: string; readonly port: number } | null;

function host(port: number): Found {
  return { type: 'host', protocol: 'udp', address: 'a1b2.local', port };
}

function outside(port: number): Found {
  return { type: 'srflx', protocol: 'udp', address: '203.0.113.7', port };
}

function looking(candidates: readonly Found[]) {
  const clock = { now: 0 };
  const peers: Pretended[] = [];
  const makePeer = () => {
    const peer = new Pretended(candidates);
    peers.push(peer);
    return peer as unknown as RTCPeerConnection;
  };
  return { foresight: new Foresight(makePeer, () => clock.now), clock, peers };
}

class Pretended extends EventTarget {
  isClosed = false;

  constructor(readonly candidates: readonly Found[]) {
    super();
  }

  createDataChannel(): void {}

  async setLocalDescription(): Promise<void> {
    for (const candidate of this.candidates) this.dispatchEvent(Object.assign(new Event('icecandidate'), { candidate }));
  }

  close(): void {
    this.isClosed = true;
  }
}
