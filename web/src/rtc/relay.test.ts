import { describe, expect, it } from 'vitest';
import { configured, hasRelay, type IceServer, relayedOnly, relayOnly, routeOf, serversFor, withoutRelay } from './relay.ts';

const STUN: IceServer = { urls: ['stun:203.0.113.1:3478', 'stun:203.0.113.1:3479'] };
const TURN: IceServer = { urls: ['turn:203.0.113.1:3478', 'TURNS:relay.example:443?transport=tcp'], username: '1790006300:tag', credential: 'password' };

describe('servers', () => {
  it('of a practice that connects directly have no relay among them, whatever the server has told', () => {
    expect(serversFor('never', [STUN, TURN, { ...TURN, urls: ['stun:203.0.113.1:3478', ...TURN.urls] }])).toEqual([STUN, { urls: ['stun:203.0.113.1:3478'] }]);
  });

  it.each(['if-needed', 'only'] as const)('are all there are, with what opens them: %s', (use) => {
    expect(configured(serversFor(use, [STUN, TURN]))).toEqual([STUN, TURN]);
  });

  it('are a relay only with what opens it', () => {
    expect([hasRelay([STUN]), hasRelay([STUN, { urls: TURN.urls }]), hasRelay([STUN, TURN])]).toEqual([false, false, true]);
  });
});

it('the practice keeps to what it allows, and a guest takes what it offers', () => {
  expect((['never', 'if-needed', 'only'] as const).map((use) => [routeOf('practice', use), routeOf('guest', use)])).toEqual([
    ['direct', 'any'],
    ['any', 'any'],
    ['relayed', 'any'],
  ]);
});

/** As Chromium and Firefox write them, with an address of the network, of the router and of the relay each. */
const CHROMIUM = [
  'v=0',
  'o=- 4611731400430051336 2 IN IP4 127.0.0.1',
  's=-',
  'm=audio 50002 UDP/TLS/RTP/SAVPF 111',
  'c=IN IP4 198.51.100.77',
  'a=rtcp:50003 IN IP4 198.51.100.77',
  'a=candidate:1 1 udp 2122260223 10.1.0.2 50002 typ host generation 0 network-id 1',
  'a=candidate:2 1 tcp 1518280447 10.1.0.2 9 typ host tcptype active generation 0 network-id 1',
  'a=candidate:3 1 udp 1686052607 198.51.100.77 50002 typ srflx raddr 10.1.0.2 rport 50002 generation 0 network-id 1',
  'a=candidate:4 1 udp 41885695 203.0.113.1 61000 typ relay raddr 198.51.100.77 rport 50002 generation 0 network-id 1',
  'a=ice-ufrag:abcd',
  'm=video 0 UDP/TLS/RTP/SAVPF 96',
  'c=IN IP4 0.0.0.0',
  '',
].join('\r\n');
const FIREFOX = [
  'v=0',
  'o=mozilla...THIS_IS_SDPARTA-99.0 1 0 IN IP4 0.0.0.0',
  'm=application 61000 UDP/DTLS/SCTP webrtc-datachannel',
  'c=IN IP6 2001:db8:1::2',
  'a=candidate:0 1 UDP 2122252543 2001:db8:1::2 50002 typ host',
  'a=candidate:1 1 UDP 8331263 203.0.113.1 61000 typ relay raddr 2001:db8:1::2 rport 50002',
  'a=end-of-candidates',
  '',
].join('\r\n');

describe('a description that hides where this side is', () => {
  it.each([CHROMIUM, FIREFOX])('says the relay’s address, and no other', (sdp) => {
    const said = relayOnly(sdp);

    const addresses = [...said.matchAll(/\b\d+\.\d+\.\d+\.\d+\b|\b[\da-f]*:[\da-f:]*:[\da-f]+\b/gi)].map(([address]) => address);
    expect(new Set(addresses)).toEqual(new Set(['0.0.0.0', '203.0.113.1']));
    expect(said).not.toContain('50002');
  });

  it('is still one', () => {
    expect(relayOnly(CHROMIUM).split('\r\n')).toEqual([
      'v=0',
      'o=- 4611731400430051336 2 IN IP4 0.0.0.0',
      's=-',
      'm=audio 9 UDP/TLS/RTP/SAVPF 111',
      'c=IN IP4 0.0.0.0',
      'a=rtcp:9 IN IP4 0.0.0.0',
      'a=candidate:4 1 udp 41885695 203.0.113.1 61000 typ relay raddr 0.0.0.0 rport 0 generation 0 network-id 1',
      'a=ice-ufrag:abcd',
      'm=video 0 UDP/TLS/RTP/SAVPF 96',
      'c=IN IP4 0.0.0.0',
      '',
    ]);
  });

  it('has candidates of the same kind', () => {
    expect(relayedOnly('candidate:1 1 udp 2122260223 10.1.0.2 50002 typ host')).toBeNull();
    expect(relayedOnly('candidate:3 1 udp 1686052607 198.51.100.77 50002 typ srflx raddr 10.1.0.2 rport 50002')).toBeNull();
    expect(relayedOnly('candidate:4 1 udp 41885695 203.0.113.1 61000 typ relay raddr 198.51.100.77 rport 50002 ufrag x')).toBe('candidate:4 1 udp 41885695 203.0.113.1 61000 typ relay raddr 0.0.0.0 rport 0 ufrag x');
  });
});

it.each(['\n', '\r', '\r\n'])('a relay is found however it is written, and whatever ends the line: %j', (end) => {
  const sdp = ['v=0', 'a=candidate:4 1 UDP 1 203.0.113.9 61000 TYP  Relay raddr 0.0.0.0 rport 0', 'a=mid:0', ''].join(end);

  expect(withoutRelay(sdp)).toBe('v=0\r\na=mid:0\r\n');
});

it('a description without relays keeps everything else', () => {
  expect(withoutRelay(CHROMIUM)).toBe(CHROMIUM.split('\r\n').filter((line) => !line.includes('typ relay')).join('\r\n'));
});
