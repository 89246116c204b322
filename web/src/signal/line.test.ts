import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { HttpRefusal } from './http.ts';
import { Line, type LineEvent, type LineOptions } from './line.ts';
import type { Joined } from './wire.ts';

describe('a line to the server', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('joins with the invite first, and with its token when it comes back', async () => {
    const bench = await Bench.joined();

    bench.socket.lose();
    await bench.reconnected();

    expect(bench.sockets.map(({ said }) => said[0])).toEqual([
      { type: 'join', invite: 'INVITE', client: 'CLIENT', stream: 'STREAM' },
      { type: 'join', token: 'TOKEN', client: 'CLIENT', stream: 'STREAM' },
    ]);
  });

  it('comes back with the invite when the token is not good any more', async () => {
    const bench = await Bench.joined();
    bench.socket.lose();
    await bench.reconnected();

    bench.socket.hear({ type: 'error', code: 'token_invalid', message: '' });
    await bench.reconnected();

    expect(bench.socket.said[0]).toMatchObject({ invite: 'INVITE' });
  });

  it('joins once more, beside the old connection, when what opens the relay holds for three hours only', async () => {
    const HOUR = 3_600_000;
    const relay = (ends: number) => ({ ice_servers: [{ urls: ['turn:x'], username: `${ends / 1_000}:tag`, credential: 'c' }], now: Date.now() });
    const bench = await Bench.joined(relay(Date.now() + 6 * HOUR));
    bench.socket.hear({ type: 'ping', n: 1 });

    await bench.lives(2.9 * HOUR);
    expect(bench.sockets.length).toBe(1);
    await bench.lives(0.2 * HOUR);
    expect(bench.sockets.length).toBe(2);
    bench.socket.open();
    await vi.advanceTimersByTimeAsync(0);
    expect(bench.socket.said[0]).toEqual({ type: 'join', invite: 'INVITE', client: 'CLIENT', stream: 'STREAM' });

    // The room closes: no other is to be had.
    bench.socket.hear({ ...JOINED, ...relay(Date.now() + 2 * HOUR) });
    await bench.lives(4 * HOUR);
    expect(bench.sockets.length).toBe(2);
    expect(bench.events.map(({ type }) => type)).toEqual(['joined', 'joined']);
    bench.line.close();
  });

  it('hands on each message once and in order, and acknowledges also what came twice', async () => {
    const bench = await Bench.joined();

    for (const seq of [1, 2, 2, 1, 3]) bench.socket.hear({ type: 'sealed', from: 0, stream: PAGE, seq, data: `m${seq}` });

    expect(bench.events.filter(({ type }) => type === 'sealed')).toEqual([1, 2, 3].map((seq) => ({ type: 'sealed', from: 0, data: `m${seq}` })));
    expect(bench.socket.said.filter((frame) => frame['type'] === 'ack').map((frame) => frame['seq'])).toEqual([1, 2, 2, 1, 3]);
  });

  it('takes another page life’s numbers from their beginning', async () => {
    const bench = await Bench.joined();
    bench.socket.hear({ type: 'sealed', from: 0, stream: PAGE, seq: 5, data: 'old' });

    bench.socket.hear({ type: 'sealed', from: 0, stream: OTHER_PAGE, seq: 1, data: 'new' });

    expect(bench.events.at(-1)).toEqual({ type: 'sealed', from: 0, data: 'new' });
  });

  it('hands out what had waited right after the join', async () => {
    const bench = await Bench.joined({ sealed: [{ from: 0, stream: PAGE, seq: 4, data: 'waited' }] });

    expect(bench.events.map(({ type }) => type)).toEqual(['joined', 'sealed']);
  });

  it('sends again after a loss what was not acknowledged, and nothing else', async () => {
    const bench = await Bench.joined();
    for (const data of ['a', 'b', 'c']) bench.line.send(0, data);
    bench.socket.hear({ type: 'ack', from: 0, seq: 1 });

    bench.socket.lose();
    await bench.reconnected({ peers: [{ seat: 0, role: 'practice', presence: 'here', stream: PAGE, acked: 2 }] });

    expect(bench.socket.said.slice(1)).toEqual([{ type: 'sealed', to: 0, seq: 3, data: 'c' }]);
  });

  it('keeps what is sent while it is lost', async () => {
    const bench = await Bench.joined();
    bench.socket.lose();
    bench.line.send(0, 'meanwhile');

    await bench.reconnected();

    expect(bench.socket.said[1]).toEqual({ type: 'sealed', to: 0, seq: 1, data: 'meanwhile' });
  });

  it('answers the server’s ping, asks after 4 s of silence, and gives the line up after 10', async () => {
    const bench = await Bench.joined();
    bench.socket.hear({ type: 'ping', n: 7 });
    expect(bench.socket.said.at(-1)).toEqual({ type: 'pong', n: 7 });

    await vi.advanceTimersByTimeAsync(5_000);
    expect(bench.socket.said.at(-1)?.['type']).toBe('ping');
    expect(bench.events.at(-1)?.type).toBe('joined');

    await vi.advanceTimersByTimeAsync(5_000);
    expect(bench.events.at(-1)).toEqual({ type: 'lost', trouble: 'offline' });
    expect(bench.sockets[0]?.readyState).toBe(3);
  });

  it('waits longer after each failure, never over 20 s, and not as long as others', async () => {
    const bench = await Bench.joined();
    const pauses: number[] = [];
    for (let attempt = 0; attempt < 8; attempt++) {
      const [before, count] = [Date.now(), bench.sockets.length];
      bench.socket.lose();
      while (bench.sockets.length === count) await vi.advanceTimersByTimeAsync(10);
      pauses.push(Date.now() - before);
    }

    expect(pauses[0]).toBeLessThan(700);
    expect(pauses[3]).toBeGreaterThan(2_500);
    expect(Math.max(...pauses)).toBeLessThan(20_000);
  });

  it('comes back within a second each time while somebody waits for it', async () => {
    const bench = await Bench.joined();
    bench.line.hurry(true);
    for (let attempt = 0; attempt < 8; attempt++) {
      const [before, count] = [Date.now(), bench.sockets.length];
      bench.socket.lose();
      while (bench.sockets.length === count) await vi.advanceTimersByTimeAsync(10);
      expect(Date.now() - before).toBeLessThanOrEqual(1_050);
    }
  });

  it('while somebody waits for it, gives an opening that takes long up for a fresh one, and a slow line the time it needs in the end', async () => {
    const bench = await Bench.joined();
    bench.line.hurry(true);
    bench.socket.lose();
    const opened: number[] = [];
    for (let count = bench.sockets.length; opened.length < 9; count = bench.sockets.length) {
      while (bench.sockets.length === count) await vi.advanceTimersByTimeAsync(50);
      opened.push(Date.now());
    }

    const lasted = opened.slice(1).map((at, which) => at - (opened[which] ?? 0));
    expect(Math.min(...lasted)).toBeLessThan(3_100);
    expect(Math.max(...lasted)).toBeGreaterThan(6_000);
  });

  it('while somebody waits for it, a line that does not answer is given up at once', async () => {
    const bench = await Bench.joined();

    bench.line.hurry(true);
    expect(bench.socket.said.at(-1)?.['type']).toBe('ping');
    await vi.advanceTimersByTimeAsync(3_000);

    expect(bench.events.at(-1)).toEqual({ type: 'lost', trouble: 'offline' });
  });

  it('in doubt, one that answers stays', async () => {
    const bench = await Bench.joined();

    bench.line.doubt();
    bench.socket.hear({ type: 'pong', n: 0 });
    await vi.advanceTimersByTimeAsync(3_000);

    expect(bench.sockets).toHaveLength(1);
  });

  it('in doubt, has a second one opened beside it, which takes its place when that is there before an answer', async () => {
    const bench = await Bench.joined();
    const old = bench.socket;

    bench.line.doubt();
    await vi.advanceTimersByTimeAsync(250);
    expect(bench.sockets).toHaveLength(2);
    bench.line.send(0, 'commit');
    bench.socket.open();
    await vi.advanceTimersByTimeAsync(0);

    expect(old.readyState).toBe(3);
    expect(bench.socket.said).toEqual([{ type: 'join', token: 'TOKEN', client: 'CLIENT', stream: 'STREAM' }]);
    bench.socket.hear(JOINED);
    expect(bench.socket.said.slice(1)).toEqual([{ type: 'sealed', to: 0, seq: 1, data: 'commit' }]);
    expect(bench.events.map(({ type }) => type)).toEqual(['joined', 'joined']);
  });

  it('in doubt, and then at its end, has a successor at once', async () => {
    const bench = await Bench.joined();

    bench.line.doubt();
    bench.socket.lose();
    bench.socket.open();
    await vi.advanceTimersByTimeAsync(0);
    bench.socket.hear(JOINED);

    expect([bench.sockets.length, bench.events.map(({ type }) => type)]).toEqual([2, ['joined', 'joined']]);
  });

  it('in doubt, lets the second one go when the first one answers after all', async () => {
    const bench = await Bench.joined();
    const first = bench.socket;

    bench.line.doubt();
    await vi.advanceTimersByTimeAsync(250);
    first.hear({ type: 'pong', n: 0 });
    bench.socket.open();
    await vi.advanceTimersByTimeAsync(3_000);

    expect(bench.sockets).toHaveLength(2);
    expect([first.readyState, bench.socket.said]).toEqual([1, []]);
  });

  it('in doubt, one that is being opened begins anew at once', async () => {
    const bench = await Bench.joined();
    bench.socket.lose();

    bench.line.doubt();
    await vi.advanceTimersByTimeAsync(0);

    expect(bench.sockets).toHaveLength(2);
  });

  it('tells that it is alive again after a silence', async () => {
    const bench = await Bench.joined();

    await vi.advanceTimersByTimeAsync(6_000);
    bench.socket.hear({ type: 'pong', n: 0 });

    expect(bench.events.at(-1)).toEqual({ type: 'alive' });
  });

  it('says the first words in the same flight as it joins, and not again', async () => {
    const bench = new Bench();
    bench.line.prepare();
    bench.socket.open();
    expect(bench.socket.said).toEqual([]);

    bench.line.send(0, 'commit');
    bench.line.join(false);
    await vi.advanceTimersByTimeAsync(0);
    expect(bench.sockets).toHaveLength(1);
    expect(bench.socket.said).toEqual([
      { type: 'join', invite: 'INVITE', client: 'CLIENT', stream: 'STREAM' },
      { type: 'sealed', to: 0, seq: 1, data: 'commit' },
    ]);

    bench.socket.hear(JOINED);
    expect(bench.socket.said).toHaveLength(2);
  });

  it('says them again when the connection was lost before the server could tell whether it has them', async () => {
    const bench = new Bench();
    bench.line.send(0, 'commit');
    bench.line.join(false);
    await vi.advanceTimersByTimeAsync(0);
    bench.socket.open();
    bench.socket.lose();

    await bench.reconnected();

    expect(bench.socket.said).toEqual([expect.objectContaining({ type: 'join' }), { type: 'sealed', to: 0, seq: 1, data: 'commit' }]);
  });

  it('one that was prepared and closed for want of a word is opened anew, and nobody hears of it', async () => {
    const bench = new Bench();
    bench.line.prepare();
    bench.socket.open();

    bench.socket.hear({ type: 'error', code: 'join_timeout', message: '' });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(bench.events).toEqual([]);
    expect(bench.sockets).toHaveLength(1);
    bench.line.join(false);
    await bench.reconnected();

    expect(bench.events.map(({ type }) => type)).toEqual(['joined']);
  });

  it('waits as long as the server asks for', async () => {
    const bench = await Bench.joined();
    bench.socket.hear({ type: 'error', code: 'unavailable', message: '', retry_after_ms: 7_000 });

    await vi.advanceTimersByTimeAsync(6_900);
    expect(bench.sockets).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(200);
    expect(bench.sockets).toHaveLength(2);
  });

  it.each(['invite_invalid', 'occupied', 'taken_over', 'evicted', 'closed', 'over', 'flood'])('does not come back by itself after %s', async (code) => {
    const bench = await Bench.joined();

    bench.socket.hear({ type: 'error', code, message: '' });
    await vi.advanceTimersByTimeAsync(60_000);

    expect(bench.events.at(-1)).toEqual({ type: 'refused', code });
    expect(bench.sockets).toHaveLength(1);
  });

  it('hears nothing more of a connection that it gave up', async () => {
    const bench = await Bench.joined();
    const old = bench.socket;
    old.lose();
    await bench.reconnected();
    const before = bench.events.length;

    old.hear({ type: 'sealed', from: 0, stream: PAGE, seq: 9, data: 'ghost' });

    expect(bench.events).toHaveLength(before);
  });

  it('a practice whose device was revoked is told so', async () => {
    const bench = new Bench({ token: () => Promise.reject(new HttpRefusal(401, 'sign_in_failed', '')) });

    bench.line.join(false);
    await vi.advanceTimersByTimeAsync(0);

    expect(bench.events).toEqual([{ type: 'refused', code: 'signed_out' }]);
  });

  it('a token that can’t be had now is asked for again', async () => {
    const answers = [Promise.reject(new HttpRefusal(0, 'offline', '')), Promise.resolve('FRESH')];
    const bench = new Bench({ token: () => answers.shift() ?? Promise.resolve('') });

    bench.line.join(true);
    await bench.reconnected();

    expect(bench.events[0]).toEqual({ type: 'lost', trouble: 'offline' });
    expect(bench.socket.said[0]).toMatchObject({ token: 'FRESH', takeover: true });
  });

  it('leaves with a word, and may join again', async () => {
    const bench = await Bench.joined();

    bench.line.leave();
    expect(bench.sockets[0]?.said.at(-1)).toEqual({ type: 'leave' });
    bench.line.join(false);
    await bench.reconnected();

    expect(bench.events.filter(({ type }) => type === 'joined')).toHaveLength(2);
  });

  it('anything that is no message of the protocol ends the connection', async () => {
    const bench = await Bench.joined();

    bench.socket.hear('rubbish');

    expect(bench.events.at(-1)).toEqual({ type: 'lost', trouble: 'unavailable' });
  });
});

const PAGE = 'EBESExQVFhcYGRobHB0eHw';
const OTHER_PAGE = 'ICEiIyQlJicoKSorLC0uLw';

class Bench {
  readonly sockets: FakeSocket[] = [];
  readonly events: LineEvent[] = [];
  readonly line: Line;

  constructor(pass: LineOptions['pass'] = { invite: 'INVITE' }) {
    const openSocket = () => {
      const socket = new FakeSocket();
      this.sockets.push(socket);
      return socket as unknown as WebSocket;
    };
    this.line = new Line({ url: 'wss://x/signal', client: 'CLIENT', stream: 'STREAM', pass, onEvent: (event) => this.events.push(event), openSocket });
  }

  static async joined(more: Partial<Joined> = {}): Promise<Bench> {
    const bench = new Bench();
    bench.line.join(false);
    await bench.reconnected(more);
    return bench;
  }

  get socket(): FakeSocket {
    const socket = this.sockets.at(-1);
    if (!socket) throw new Error('no socket was opened');
    return socket;
  }

  /** For so long, with a server that is there. */
  async lives(time: number): Promise<void> {
    const { socket } = this;
    for (const end = Date.now() + time; Date.now() < end && this.socket === socket; await vi.advanceTimersByTimeAsync(3_000)) socket.hear({ type: 'ping', n: 1 });
  }

  /** The next socket is opened and joined. */
  async reconnected(more: Partial<Joined> = {}): Promise<void> {
    const before = this.sockets.length;
    while (this.sockets.length === before) await vi.advanceTimersByTimeAsync(50);
    this.socket.open();
    this.socket.hear({ ...JOINED, ...more });
  }
}

class FakeSocket extends EventTarget {
  readyState = 0;
  readonly said: Record<string, unknown>[] = [];

  open(): void {
    this.readyState = 1;
    this.dispatchEvent(new Event('open'));
  }

  send(frame: string): void {
    this.said.push(JSON.parse(frame) as Record<string, unknown>);
  }

  hear(frame: object | string): void {
    this.dispatchEvent(new MessageEvent('message', { data: typeof frame === 'string' ? frame : JSON.stringify(frame) }));
  }

  lose(): void {
    this.close();
    this.dispatchEvent(new Event('close'));
  }

  close(): void {
    this.readyState = 3;
  }
}

const JOINED: Joined = {
  type: 'joined',
  room: '00112233445566778899aabbccddeeff',
  epoch: 1,
  seat: 1,
  role: 'guest',
  starts_at: 0,
  opens_at: 0,
  closes_at: 1,
  now: 0,
  token: 'TOKEN',
  ice_servers: [],
  peers: [],
  sealed: [],
};
