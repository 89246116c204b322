import { expect, it } from 'vitest';
import { setAside } from './aside.ts';

const HOST = 'a=candidate:1 1 udp 2122260223 192.168.1.20 50000 typ host generation 0';
const TCP = 'a=candidate:2 1 tcp 1518280447 192.168.1.20 9 typ host tcptype active';
const V6 = 'a=candidate:3 1 udp 2122262783 2001:db8::7 50001 typ host generation 0';
const OPEN = 'a=candidate:4 1 udp 1686052607 203.0.113.101 50000 typ srflx raddr 192.168.1.20 rport 50000';
const OURS = description('a=candidate:5 1 udp 1686052607 203.0.113.102 40000 typ srflx raddr 0.0.0.0 rport 0');

it('an inner address of another network is tried after what its router shows', () => {
  const { sdp, late } = setAside(description(HOST, TCP, V6, OPEN), OURS);

  expect(sdp).toBe(description(TCP, V6, OPEN));
  expect(late).toEqual([{ candidate: HOST.slice(2), mLine: 1 }]);
});

it.each(['10.0.0.1', '172.16.0.1', '172.31.255.1', '192.168.0.1'])('%s is an inner address', (address) => {
  expect(setAside(description(HOST.replace('192.168.1.20', address), OPEN), OURS).late).toHaveLength(1);
});

it.each(['172.32.0.1', '100.64.0.1', '8.8.8.8', '0b1c.local'])('%s is left where it is', (address) => {
  expect(setAside(description(HOST.replace('192.168.1.20', address), OPEN), OURS).late).toEqual([]);
});

it.each([
  { when: 'both are behind one router', theirs: description(HOST, OPEN.replace('203.0.113.101', '203.0.113.102')), ours: OURS },
  { when: 'the other shows no way but its inner one', theirs: description(HOST), ours: OURS },
  { when: 'this side knows nothing of its own router', theirs: description(HOST, OPEN), ours: description(HOST) },
  { when: 'no more candidates may come', theirs: description(HOST, OPEN, 'a=end-of-candidates'), ours: OURS },
])('nothing is set aside where $when', ({ theirs, ours }) => {
  expect(setAside(theirs, ours)).toEqual({ sdp: theirs, late: [] });
});

function description(...candidates: readonly string[]): string {
  return ['v=0', 'm=audio 9 UDP/TLS/RTP/SAVPF 111', 'a=mid:0', 'm=video 9 UDP/TLS/RTP/SAVPF 96', ...candidates, 'a=mid:1', ''].join('\r\n');
}
