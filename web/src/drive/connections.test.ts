import { expect, it } from 'vitest';
import type { Candidate } from '../call/control.ts';
import type { Connection, ConnectionEvent, ConnectionOptions } from '../rtc/connection.ts';
import type { Description } from '../rtc/negotiation.ts';
import { Connections } from './connections.ts';
import { Warm } from './warm.ts';

const MEANS = { certificate: {} as RTCCertificate, iceServers: [] };
const INNER = 'candidate:1 1 udp 2122260223 192.168.1.20 50000 typ host generation 0 network-id 1';
const OUTER = 'candidate:2 1 udp 1686052607 203.0.113.101 50000 typ srflx raddr 192.168.1.20 rport 50000 generation 0 network-id 1';

it('a candidate that went with the early offer is not said again, though the browser writes more behind it', () => {
  const { connections, connection, told, warm } = prepare();
  const offer: Description = { type: 'offer', sdp: ['v=0', `a=${INNER}`, ''].join('\r\n') };
  connection.says({ type: 'description', description: offer });
  warm.told = offer;
  // As an event brings it: with the fragment of its name behind.
  connection.says({ type: 'candidates', candidates: [{ candidate: INNER.replace('network', 'ufrag gpIz network'), mid: '0' }] });
  connections.warmUp(warm);
  connections.adopt(new Uint8Array(32));

  connections.introduce(new Uint8Array(32));
  connection.says({ type: 'candidates', candidates: [candidate(OUTER)] });
  connection.says({ type: 'candidates', candidates: [] });

  expect(told).toEqual([
    { type: 'candidates', candidates: [candidate(OUTER)] },
    { type: 'candidates', candidates: [] },
  ]);
});

it('the early answer of a practice that is hidden behind the relay waits for that, and says nothing that was foreseen', async () => {
  const answer: Description = { type: 'answer', sdp: 'v=0\r\n' };
  let says: (event: ConnectionEvent) => void = () => undefined;
  const connect = (options: ConnectionOptions) => {
    says = options.onEvent;
    return { takeDescription: () => undefined, described: answer } as unknown as Connection;
  };
  const foresight = { isClear: true, complete: ({ type, sdp }: Description) => ({ type, sdp: `${sdp}a=${OUTER}\r\n` }) };
  const connections = new Connections({ role: 'practice', connect, means: () => ({ ...MEANS, route: 'relayed' }), foresight, onEvent: () => undefined });
  let isAnswered = false;
  const answering = connections.answerEarly({ type: 'offer', sdp: 'v=0\r\n' }).finally(() => (isAnswered = true));

  says({ type: 'description', description: answer });
  await Promise.resolve();
  expect(isAnswered).toBe(false);
  says({ type: 'candidates', candidates: [candidate('candidate:4 1 udp 1 203.0.113.9 61000 typ relay raddr 0.0.0.0 rport 0')] });

  expect(await answering).toEqual(answer);
});

function candidate(text: string): Candidate {
  return { candidate: text, mid: '0' };
}

function prepare() {
  const told: ConnectionEvent[] = [];
  const connection = { says: (_event: ConnectionEvent) => undefined as void, expect: () => undefined, close: () => undefined, described: null };
  const connect = (options: ConnectionOptions) => {
    connection.says = options.onEvent;
    return connection as unknown as Connection;
  };
  const foresight = { isClear: false, complete: (description: Description) => description };
  const connections = new Connections({ role: 'guest', connect, means: () => MEANS, foresight, onEvent: (event) => void told.push(event) });
  return { connections, connection, told, warm: new Warm(connect, 'guest', MEANS) };
}
