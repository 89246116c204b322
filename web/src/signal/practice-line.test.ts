import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { HttpRefusal } from './http.ts';
import { parsePracticeFrame, type PracticeEvent, PracticeLine } from './practice-line.ts';

describe('the line of a practice', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('joins with the device’s token, and tells who is there with which board', async () => {
    const bench = await Bench.joined();

    expect(bench.socket.said).toEqual([{ type: 'join', token: 'TOKEN-1' }]);
    expect(bench.events).toEqual([{ type: 'joined', device: OURS, boards: [{ device: THEIRS, data: 'AQID' }] }]);
  });

  it('tells of changes and of others’ boards', async () => {
    const bench = await Bench.joined();

    bench.socket.hear({ type: 'changed' });
    bench.socket.hear({ type: 'board', device: THEIRS, data: 'BAUG' });
    bench.socket.hear({ type: 'board', device: THEIRS, data: null });

    expect(bench.events.slice(1)).toEqual([{ type: 'changed' }, { type: 'board', device: THEIRS, data: 'BAUG' }, { type: 'board', device: THEIRS, data: null }]);
  });

  it('says the newest board when it can, and again when it comes back', async () => {
    const bench = new Bench();
    bench.line.board('AAAA');
    bench.line.open();
    bench.line.board('BBBB');
    await bench.connected();
    expect(bench.boards()).toEqual(['BBBB']);

    bench.line.board('BBBB');
    bench.socket.lose();
    await bench.connected();

    expect(bench.boards()).toEqual(['BBBB']);
  });

  it('says at most 60 boards at once and one a second, and always the last one', async () => {
    const bench = await Bench.joined();
    for (let n = 0; n < 200; n++) {
      bench.line.board(`b${n}`);
      await vi.advanceTimersByTimeAsync(5);
    }
    expect(bench.boards().length).toBeLessThan(60);

    await vi.advanceTimersByTimeAsync(1_000);

    expect(bench.boards().at(-1)).toBe('b199');
  });

  it('renews its token before that runs out, as often as it takes', async () => {
    const bench = await Bench.joined();

    await bench.alive(549_000);
    expect(bench.renewals()).toEqual([]);
    await bench.alive(2_000);
    expect(bench.renewals()).toEqual(['TOKEN-2']);

    bench.socket.hear({ type: 'renewed', expires_at: 700_000, now: 100_000 });
    await bench.alive(551_000);
    expect(bench.renewals()).toEqual(['TOKEN-2', 'TOKEN-3']);
    expect(bench.sockets).toHaveLength(1);
  });

  it('comes back with a new token when the old one is not good any more', async () => {
    const bench = await Bench.joined();

    bench.socket.hear({ type: 'error', code: 'token_invalid', message: '' });
    await bench.connected();

    expect(bench.socket.said[0]).toEqual({ type: 'join', token: 'TOKEN-2' });
    expect(bench.events.map(({ type }) => type)).toEqual(['joined', 'lost', 'joined']);
  });

  it('answers the server’s ping, asks after 4 s of silence, and gives the line up after 10', async () => {
    const bench = await Bench.joined();
    bench.socket.hear({ type: 'ping', n: 7 });
    expect(bench.socket.said.at(-1)).toEqual({ type: 'pong', n: 7 });

    await vi.advanceTimersByTimeAsync(5_000);
    expect(bench.socket.said.at(-1)?.['type']).toBe('ping');

    await vi.advanceTimersByTimeAsync(5_000);
    expect(bench.events.at(-1)).toEqual({ type: 'lost', trouble: 'offline' });
  });

  it('waits longer after each failure, and as long as the server asks for', async () => {
    const bench = await Bench.joined();
    const pauses: number[] = [];
    for (let attempt = 0; attempt < 7; attempt++) {
      const [before, count] = [Date.now(), bench.sockets.length];
      bench.socket.lose();
      while (bench.sockets.length === count) await vi.advanceTimersByTimeAsync(10);
      pauses.push(Date.now() - before);
    }
    expect(pauses[0]).toBeLessThan(700);
    expect(pauses[3]).toBeGreaterThan(2_500);
    expect(Math.max(...pauses)).toBeLessThan(20_000);

    bench.socket.open();
    bench.socket.hear({ type: 'error', code: 'unavailable', message: '', retry_after_ms: 7_000 });
    const count = bench.sockets.length;
    await vi.advanceTimersByTimeAsync(6_900);
    expect(bench.sockets).toHaveLength(count);
    await vi.advanceTimersByTimeAsync(200);
    expect(bench.sockets).toHaveLength(count + 1);
  });

  it.each(['closed', 'taken_over', 'flood', 'bad_message'])('does not come back by itself after %s', async (code) => {
    const bench = await Bench.joined();

    bench.socket.hear({ type: 'error', code, message: '' });
    await vi.advanceTimersByTimeAsync(60_000);

    expect(bench.events.at(-1)).toEqual({ type: 'refused', code });
    expect(bench.sockets).toHaveLength(1);
  });

  it('a device that was revoked is told so', async () => {
    const bench = new Bench(() => Promise.reject(new HttpRefusal(401, 'sign_in_failed', '')));

    bench.line.open();
    await vi.advanceTimersByTimeAsync(0);

    expect(bench.events).toEqual([{ type: 'refused', code: 'signed_out' }]);
  });

  it('closes without a word, hears nothing more, and may be opened again', async () => {
    const bench = await Bench.joined();
    const old = bench.socket;
    bench.line.close();
    old.hear({ type: 'changed' });
    await vi.advanceTimersByTimeAsync(60_000);
    expect([bench.events.length, bench.sockets.length]).toEqual([1, 1]);

    bench.line.open();
    await bench.connected();

    expect(bench.events.map(({ type }) => type)).toEqual(['joined', 'joined']);
  });

  it('anything that is no message of the protocol ends the connection', async () => {
    const bench = await Bench.joined();

    bench.socket.hear('rubbish');

    expect(bench.events.at(-1)).toEqual({ type: 'lost', trouble: 'unavailable' });
  });
});

describe('frames of the practice’s line', () => {
  const folder = resolve(import.meta.dirname, '../../../proto/practice/v1');
  const examples = readdirSync(folder).map((name) => ({ name, text: readFileSync(resolve(folder, name), 'utf8') }));
  /** What only the page says: the server never sends these. */
  const OURS_ONLY = /^(join\.|renew\.|board-to)/;

  it.each(examples.filter(({ name }) => !OURS_ONLY.test(name)))('$name is understood as it stands', ({ text }) => {
    expect(parsePracticeFrame(text)).toEqual(JSON.parse(text));
  });

  it.each(examples.filter(({ name }) => OURS_ONLY.test(name)))('$name is not taken for one', ({ text }) => {
    expect(parsePracticeFrame(text)).toBeNull();
  });

  it.each([
    ['no JSON', '{'],
    ['a type of Object.prototype', '{"type":"constructor"}'],
    ['a board of nobody', '{"type":"board","device":"x","data":"AQ"}'],
    ['a board that is too large', JSON.stringify({ type: 'board', device: '0'.repeat(32), data: 'A'.repeat(10_924) })],
    ['a board that is no base64url', JSON.stringify({ type: 'board', device: '0'.repeat(32), data: 'A=' })],
  ])('%s is refused', (_, text) => {
    expect(parsePracticeFrame(text)).toBeNull();
  });
});

const OURS = '00112233445566778899aabbccddeeff';
const THEIRS = 'ffeeddccbbaa99887766554433221100';

class Bench {
  readonly sockets: FakeSocket[] = [];
  readonly events: PracticeEvent[] = [];
  readonly line: PracticeLine;
  #tokens = 0;

  constructor(token?: () => Promise<string>) {
    const openSocket = () => {
      const socket = new FakeSocket();
      this.sockets.push(socket);
      return socket as unknown as WebSocket;
    };
    const next = () => Promise.resolve(`TOKEN-${(this.#tokens += 1)}`);
    this.line = new PracticeLine({ url: 'wss://x/practice', token: token ?? next, onEvent: (event) => this.events.push(event), openSocket });
  }

  static async joined(): Promise<Bench> {
    const bench = new Bench();
    bench.line.open();
    await bench.connected();
    return bench;
  }

  get socket(): FakeSocket {
    const socket = this.sockets.at(-1);
    if (!socket) throw new Error('no socket was opened');
    return socket;
  }

  /** The next socket is opened and joined. */
  async connected(): Promise<void> {
    const before = this.sockets.length;
    while (this.sockets.length === before) await vi.advanceTimersByTimeAsync(50);
    this.socket.open();
    this.socket.hear({ type: 'joined', device: OURS, boards: [{ device: THEIRS, data: 'AQID' }], expires_at: 600_000, now: 0 });
  }

  /** Time passes, and the server shows that it is there. */
  async alive(ms: number): Promise<void> {
    for (let passed = 0; passed < ms; passed += 1_000) {
      await vi.advanceTimersByTimeAsync(1_000);
      this.socket.hear({ type: 'ping', n: passed });
    }
  }

  boards(): unknown[] {
    return this.socket.said.filter(({ type }) => type === 'board').map(({ data }) => data);
  }

  renewals(): unknown[] {
    return this.socket.said.filter(({ type }) => type === 'renew').map(({ token }) => token);
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
