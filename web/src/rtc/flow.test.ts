import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Came, Flow } from './flow.ts';

describe('what comes of the other’s sound and picture', () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  it('is told at each look at which something has come', async () => {
    const line = new FakeLine();

    await line.looks(3, 25);

    expect(line).toMatchObject({ arrived: 3, dried: 0 });
  });

  it('that it has stopped is told half a second after, where much came', async () => {
    const line = new FakeLine();
    await line.looks(4, 12);

    await line.looks(1, 0);
    expect(line.dried).toBe(0);
    await line.looks(1, 0);
    expect(line.dried).toBe(1);
  });

  it('that it has stopped is told once, a second after, where little came', async () => {
    const line = new FakeLine();
    await line.looks(2, 2);

    await line.looks(3, 0);
    expect(line.dried).toBe(0);
    await line.looks(1, 0);
    expect(line.dried).toBe(1);
    await line.looks(20, 0);

    expect(line).toMatchObject({ arrived: 2, dried: 1 });
  });

  it('one packet in a while is enough', async () => {
    const line = new FakeLine();

    for (let round = 0; round < 10; round++) {
      await line.looks(1, 1);
      await line.looks(2, 0);
    }

    expect(line.dried).toBe(0);
  });

  it('where nothing has come so far nothing is missing', async () => {
    const line = new FakeLine();

    await line.looks(20, 0);

    expect(line).toMatchObject({ arrived: 0, dried: 0 });
  });

  it('what is lost of it is told once a second', async () => {
    const line = new FakeLine();
    await line.looks(4, 25);

    await line.looks(4, 15, 10);

    expect(line.lossy).toEqual([{ rate: 60_000, lost: 40 }]);
  });

  it('of a packet now and then nothing is said, nor of few packets', async () => {
    const line = new FakeLine();
    await line.looks(4, 25);
    await line.looks(1, 24, 1);
    await line.looks(3, 25);

    await line.looks(8, 2, 1);

    expect(line.lossy).toEqual([]);
  });

  it('what the other sends again is lost no more', async () => {
    const line = new FakeLine();
    await line.looks(4, 25);

    await line.looks(4, 25, -5);

    expect(line.lossy).toEqual([]);
  });

  it('what was lost while nothing came is not of the line that is back, though it shows later; what is lost then is', async () => {
    const line = new FakeLine();
    await line.looks(4, 25);
    await line.looks(8, 0);

    await line.looks(1, 25, 300);
    await line.looks(2, 25);
    await line.looks(1, 25, 200);
    await line.looks(4, 25);
    expect([line.dried, line.lossy]).toEqual([1, []]);

    await line.looks(4, 15, 10);
    expect(line.lossy).toEqual([{ rate: 60_000, lost: 40 }]);
  });

  it('after the end nothing is told any more', async () => {
    const line = new FakeLine();
    await line.looks(1, 25);
    line.flow.stop();

    await line.looks(5, 25);

    expect(line.arrived).toBe(1);
  });
});

class FakeLine {
  arrived = 0;
  dried = 0;
  lossy: Came[] = [];
  packets = 0;
  lost = 0;
  readonly flow: Flow;

  constructor() {
    const report = () => new Map([['I', { type: 'inbound-rtp', id: 'I', packetsReceived: this.packets, packetsLost: this.lost, bytesReceived: 100 * this.packets, headerBytesReceived: 25 * this.packets }]]);
    const receiver = { getStats: async () => report() } as unknown as RTCRtpReceiver;
    this.flow = new Flow({ peer: { getReceivers: () => [receiver] }, onArrived: () => this.arrived++, onDried: () => this.dried++, onLossy: (came) => this.lossy.push(came) });
    this.flow.start();
  }

  /** So many quarters of a second, with so many packets that came, and that were lost, before each look. */
  async looks(count: number, packets: number, lost = 0): Promise<void> {
    for (let at = 0; at < count; at++) {
      this.packets += packets;
      this.lost += lost;
      await vi.advanceTimersByTimeAsync(250);
    }
  }
}
