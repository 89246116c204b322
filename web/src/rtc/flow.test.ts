import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Flow } from './flow.ts';

describe('what comes of the other’s sound and picture', () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  it('is told at each look at which something has come', async () => {
    const line = new FakeLine();

    await line.looks(3, 25);

    expect(line).toMatchObject({ arrived: 3, dried: 0 });
  });

  it('that it has stopped is told once, a second after', async () => {
    const line = new FakeLine();
    await line.looks(2, 25);

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
  packets = 0;
  readonly flow: Flow;

  constructor() {
    const report = () => new Map([['I', { type: 'inbound-rtp', id: 'I', packetsReceived: this.packets }]]);
    const receiver = { getStats: async () => report() } as unknown as RTCRtpReceiver;
    this.flow = new Flow({ peer: { getReceivers: () => [receiver] }, onArrived: () => this.arrived++, onDried: () => this.dried++ });
    this.flow.start();
  }

  /** So many quarters of a second, with so many packets before each look. */
  async looks(count: number, packets: number): Promise<void> {
    for (let at = 0; at < count; at++) {
      this.packets += packets;
      await vi.advanceTimersByTimeAsync(250);
    }
  }
}
