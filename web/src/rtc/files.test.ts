import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ControlMessage } from '../call/control.ts';
import { type FileMessage, Files } from './files.ts';

const MB = 1024 * 1024;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
});
afterEach(() => {
  vi.useRealTimers();
});

describe('a file', { timeout: 30_000 }, () => {
  it('comes whole', async () => {
    const line = Line.up();
    const file = scan('scan.pdf', MB + 17);

    expect(line.guest.send(file)).toBe(true);
    await line.quiet();

    expect(line.states('practice')).toEqual(['done']);
    expect(line.states('guest')).toEqual(['done']);
    expect(await line.got(0)).toEqual(await digest(file));
  });

  it.each([0, 1, 65_536, MB])('of %i bytes too', async (size) => {
    const line = Line.up();
    line.guest.send(scan('x.bin', size));
    await line.quiet();

    expect(line.states('practice')).toEqual(['done']);
    expect(await line.got(0)).toBe(await digest(scan('x.bin', size)));
  });

  it('of the same name and size is another one', async () => {
    const line = Line.up();
    for (const seed of [1, 2]) {
      line.guest.send(scan('scan.pdf', 1000, seed));
      await line.quiet();
    }

    expect(line.states('practice')).toEqual(['done', 'done']);
    expect(await line.got(0)).not.toEqual(await line.got(1));
  });

  it('that changed on the way is not taken', async () => {
    const line = Line.up();
    line.spoils = true;
    line.guest.send(scan('scan.pdf', 1000));
    await line.quiet();

    expect([line.states('practice'), line.states('guest')]).toEqual([['failed damaged'], ['failed damaged']]);
  });

  it('that is a picture which was asked for is marked', async () => {
    const line = Line.up();

    const key = line.guest.sendPhoto(scan('photo.jpg', 10), 7);
    await line.quiet();

    expect(line.said.find(({ type }) => type === 'file-offer')).toMatchObject({ photo: 7 });
    expect([line.guest, line.practice].map(({ list }) => list.value[0]?.photo)).toEqual([true, true]);
    expect(line.guest.list.value[0]?.key).toBe(key);
  });

  it.each(['practice', 'guest'] as const)('is cancelled by the %s', async (by) => {
    const line = Line.up();
    line.stopsAfter = 3;
    line.guest.send(scan('scan.pdf', 400_000));
    await line.quiet();

    line[by].cancel(line[by].list.value[0]?.key ?? '');
    await line.quiet();

    expect([line.states('practice'), line.states('guest')].map(([state]) => state?.split(' ')[0])).toEqual(['cancelled', 'cancelled']);
  });
});

describe('a connection that is lost under a file', { timeout: 30_000 }, () => {
  it('costs nothing that came already', async () => {
    const line = Line.up();
    const file = scan('scan.pdf', MB + 400_000);
    line.stopsAfter = 20;
    line.guest.send(file);
    await line.quiet();
    expect(line.states('practice')[0]).toMatch(/^receiving/);

    line.cut();
    expect(line.states('practice')[0]).toMatch(/^receiving/);
    line.mend();
    await line.quiet();

    expect([line.states('practice'), line.states('guest')]).toEqual([['done'], ['done']]);
    expect(await line.got(0)).toEqual(await digest(file));
    expect(line.said.filter(({ type }) => type === 'file-accept')).toEqual([
      { type: 'file-accept', id: 1 },
      { type: 'file-accept', id: 1, from: 20 * 65_536 },
    ]);
    expect(line.chunks).toBe(23);
  });

  it('again and again', async () => {
    const line = Line.up();
    const file = scan('scan.pdf', MB + 300_003);
    line.guest.send(file);
    for (const chunks of [3, 9, 6, 1]) {
      line.stopsAfter = chunks;
      await line.quiet();
      line.cut();
      line.mend();
    }
    await line.quiet();

    expect(line.states('practice')).toEqual(['done']);
    expect(await line.got(0)).toEqual(await digest(file));
  });

  it('takes the next ones along', async () => {
    const line = Line.up();
    line.stopsAfter = 2;
    for (const name of ['a.pdf', 'b.pdf', 'c.pdf']) line.guest.send(scan(name, 200_000, name.length));
    await line.quiet();

    line.cut();
    line.mend();
    await line.quiet();

    expect(line.states('practice')).toEqual(['done', 'done', 'done']);
    expect(line.practice.list.value.map(({ name }) => name)).toEqual(['a.pdf', 'b.pdf', 'c.pdf']);
  });

  it('before the last word about it brings it no second time', async () => {
    const line = Line.up();
    line.swallows = 'file-done';
    line.guest.send(scan('scan.pdf', 400_000));
    await line.quiet();
    expect(line.states('guest')[0]).toMatch(/^sending/);

    line.cut();
    line.swallows = null;
    line.mend();
    await line.quiet();

    expect([line.states('practice'), line.states('guest')]).toEqual([['done'], ['done']]);
    expect(line.chunks).toBe(7);
  });

  it('sends nothing to another guest', async () => {
    const line = Line.up();
    line.stopsAfter = 5;
    line.practice.send(scan('findings.pdf', 400_000));
    await line.quiet();

    line.cut();
    line.mend('somebody else');
    await line.quiet();

    expect(line.states('practice')).toEqual(['failed connection']);
    expect(line.said.filter(({ type }) => type === 'file-offer')).toHaveLength(1);
  });

  it('is the end of it where the other has lost it, after a while', async () => {
    const line = Line.up();
    line.stopsAfter = 5;
    line.guest.send(scan('scan.pdf', 400_000));
    await line.quiet();
    line.cut();
    line.guest = new Files();

    line.mend();
    await line.quiet();
    expect(line.states('practice')[0]).toMatch(/^receiving/);
    vi.advanceTimersByTime(20_000);

    expect(line.states('practice')).toEqual(['failed connection']);
  });

  it('and does not come back fails it', async () => {
    const line = Line.up();
    line.stopsAfter = 5;
    line.guest.send(scan('scan.pdf', 400_000));
    await line.quiet();
    line.cut();

    const keys = line.practice.list.value.map(({ key }) => key);
    await line.practice.end();

    expect(keys).toHaveLength(1);
    expect(line.practice.list.value).toEqual([]);
  });

  it('lets what waits be cancelled', async () => {
    const line = Line.up();
    line.stopsAfter = 5;
    line.guest.send(scan('scan.pdf', 400_000));
    await line.quiet();
    line.cut();

    line.practice.cancel('1');
    line.guest.cancel('1');
    line.mend();
    await line.quiet();

    expect([line.states('practice'), line.states('guest')]).toEqual([['cancelled me'], ['cancelled me']]);
  });
});

/** Two sides, and what is between them. */
class Line {
  practice = new Files();
  guest = new Files();
  readonly said: FileMessage[] = [];
  chunks = 0;
  /** So many chunks still come through. */
  stopsAfter = Infinity;
  swallows: FileMessage['type'] | null = null;
  spoils = false;
  #connection = 0;

  static up(): Line {
    const line = new Line();
    line.mend();
    return line;
  }

  mend(visit = 'the same page'): void {
    this.stopsAfter = Infinity;
    this.#connection += 1;
    const ends = [new FakeChannel(), new FakeChannel()] as const;
    const sides = [this.practice, this.guest] as const;
    sides.forEach((side, at) => {
      const [own, other] = at === 0 ? ends : [ends[1], ends[0]];
      const of = this.#connection;
      own.carry = (data) => {
        if (of !== this.#connection || this.stopsAfter === 0) return;
        this.stopsAfter -= 1;
        this.chunks += 1;
        if (this.spoils) new Uint8Array(data)[10] = 0xff;
        other.dispatchEvent(new MessageEvent('message', { data }));
      };
      const hears = sides[1 - at];
      side.connect({ channel: own as unknown as RTCDataChannel, say: (message: ControlMessage) => void Promise.resolve().then(() => of === this.#connection && this.#hear(message as FileMessage, hears)) });
    });
    this.practice.talk(visit);
    this.guest.talk('practice');
  }

  cut(): void {
    this.#connection += 1;
    this.practice.disconnect();
    this.guest.disconnect();
  }

  states(side: 'practice' | 'guest'): string[] {
    return this[side].list.value.map(({ state }) => ['reason' in state ? `${state.name} ${state.reason}` : 'by' in state ? `${state.name} ${state.by}` : state.name].join());
  }

  async got(at: number): Promise<string> {
    const state = this.practice.list.value[at]?.state;
    if (state?.name !== 'done' || !state.file) throw new Error('it did not come');
    return digest(state.file);
  }

  /** Until nothing moves any more. */
  async quiet(): Promise<void> {
    for (let turn = 0, last = ''; turn < 40; turn += 1) {
      for (let step = 0; step < 20; step += 1) await new Promise((resolve) => setImmediate(resolve));
      const now = JSON.stringify([this.chunks, this.said.length, this.states('guest'), this.states('practice')]);
      if (now === last) return;
      last = now;
    }
  }

  #hear(message: FileMessage, side: Files | undefined): void {
    if (message.type === this.swallows) return;
    this.said.push(message);
    side?.hear(message);
  }
}

class FakeChannel extends EventTarget {
  readonly readyState = 'open';
  readonly bufferedAmount = 0;
  bufferedAmountLowThreshold = 0;
  carry: (data: ArrayBuffer) => void = () => undefined;

  send(message: Uint8Array<ArrayBuffer>): void {
    this.carry(message.buffer);
  }
}

function scan(name: string, size: number, seed = 1): File {
  return new File([Uint8Array.from({ length: size }, (_, at) => (at * 31 + seed * (at >> 8)) & 0xff)], name);
}

async function digest(blob: Blob): Promise<string> {
  return Buffer.from(await crypto.subtle.digest('SHA-256', await blob.arrayBuffer())).toString('hex');
}
