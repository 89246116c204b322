import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Came } from './flow.ts';
import { preferRedundantVoice, Sender, type Tracks } from './sending.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe('what goes out', () => {
  it('is the voice first, then the screen, then the camera', async () => {
    const bench = new Bench();

    await bench.attach({ microphone: sound(), camera: picture(1280, 720), screen: picture(1920, 1080) });

    expect(bench.encodings().map(({ priority }) => priority)).toEqual(['high', 'low', 'medium']);
    expect(bench.senders.map(({ parameters }) => parameters.degradationPreference)).toEqual([undefined, 'maintain-framerate', 'maintain-resolution']);
  });

  it('begins with a middling picture, whichever way the camera is held', async () => {
    const [wide, upright, small] = [new Bench(), new Bench(), new Bench()];

    await wide.attach({ ...NOTHING, camera: picture(1280, 720) });
    await upright.attach({ ...NOTHING, camera: picture(720, 1280) });
    await small.attach({ ...NOTHING, camera: picture(320, 240) });

    expect([wide, upright, small].map((bench) => bench.camera().scaleResolutionDownBy)).toEqual([1.5, 1.5, 1]);
    expect(wide.camera().maxBitrate).toBe(800_000);
    expect(wide.sender.sending.value).toEqual({ video: 'full', saving: false });
  });

  it('is set up before there is anything to send, and changes nothing then', async () => {
    const bench = new Bench();
    const camera = picture(1280, 720);

    bench.sender.expect({ ...NOTHING, camera });
    await settled();
    expect(bench.senders.map(({ track }) => track)).toEqual([null, null, null]);
    expect(bench.camera()).toMatchObject({ active: true, scaleResolutionDownBy: 1.5 });

    const before = bench.senders.map(({ changes }) => changes);
    await bench.attach({ ...NOTHING, camera });
    expect(bench.senders[1]?.track).toBe(camera);
    expect(bench.senders.map(({ changes }) => changes)).toEqual(before);
  });

  it('is nothing where there is no track', async () => {
    const bench = new Bench();
    await bench.attach({ ...NOTHING, camera: picture(1280, 720) });

    await bench.attach(NOTHING);

    expect(bench.senders[1]?.track).toBeNull();
    expect(bench.camera().active).toBe(false);
  });

  it('is what was wanted last, though the browser takes one change at a time', async () => {
    const bench = new Bench();
    bench.sender.attach({ ...NOTHING, camera: picture(1280, 720) });
    bench.sender.attach(NOTHING);
    bench.sender.attach({ ...NOTHING, camera: picture(1280, 720) });
    bench.sender.setSaving(true);
    await settled();

    expect(bench.camera()).toMatchObject({ active: true, maxBitrate: 80_000, scaleResolutionDownBy: 4 });
    expect(bench.senders.some(({ wasHurried }) => wasHurried)).toBe(false);
  });

  it('is small beside a screen that is shown', async () => {
    const bench = new Bench();

    await bench.attach({ ...NOTHING, camera: picture(1280, 720), screen: picture(1920, 1080) });

    expect(bench.camera()).toMatchObject({ scaleResolutionDownBy: 2, maxBitrate: 350_000 });
  });

  it('is smaller the more people see it', async () => {
    const bench = new Bench();
    await bench.attach({ ...NOTHING, camera: picture(1280, 720) });

    bench.sender.setPeople(3);
    await settled();

    expect(bench.camera()).toMatchObject({ scaleResolutionDownBy: 2, maxFramerate: 20 });
  });

  it('of a track that the browser refuses is told', async () => {
    const bench = new Bench();
    bench.refuses();

    await bench.attach({ ...NOTHING, camera: picture(1280, 720) });

    expect(bench.refused).toBe(1);
  });
});

describe('who wants to save data', () => {
  it('sends the smallest picture at once, and the large one again afterwards', async () => {
    const bench = new Bench();
    await bench.attach({ ...NOTHING, camera: picture(1280, 720) });

    bench.sender.setSaving(true);
    await settled();
    expect([bench.sender.sending.value, bench.camera().maxFramerate]).toEqual([{ video: 'reduced', saving: true }, 12]);

    bench.sender.setSaving(false);
    await settled();
    expect([bench.sender.sending.value, bench.camera().maxFramerate]).toEqual([{ video: 'full', saving: false }, 30]);
  });
});

describe('a line that becomes weak', () => {
  it('has the voice only, and the picture comes back by and by', async () => {
    const bench = new Bench();
    await bench.attach({ microphone: sound(), camera: picture(1280, 720), screen: null });

    await vi.advanceTimersByTimeAsync(1_000);
    bench.tells({ rate: 60_000, lost: 30 });
    await vi.advanceTimersByTimeAsync(1_000);
    expect(bench.sender.sending.value.video).toBe('paused');
    expect(bench.camera().active).toBe(false);
    expect(bench.encodings()[0]?.active).toBe(true);

    await vi.advanceTimersByTimeAsync(8_000);
    expect(bench.sender.sending.value.video).toBe('paused');
    await vi.advanceTimersByTimeAsync(90_000);
    expect(bench.sender.sending.value.video).toBe('full');
    expect(bench.camera()).toMatchObject({ active: true, scaleResolutionDownBy: 1 });
  });

  it('is believed to be one after two bad seconds: what was told counts for its own second only', async () => {
    const [once, twice] = [new Bench(), new Bench()];
    for (const bench of [once, twice]) {
      await bench.attach({ ...NOTHING, camera: picture(1280, 720) });
      await vi.advanceTimersByTimeAsync(1_000);
      bench.tells({ rate: 300_000, lost: 20 });
      await vi.advanceTimersByTimeAsync(1_000);
      if (bench === twice) bench.tells({ rate: 300_000, lost: 20 });
      await vi.advanceTimersByTimeAsync(1_000);
    }

    expect([once, twice].map((bench) => bench.sender.sending.value.video)).toEqual(['full', 'reduced']);
  });

  it('is not taken for one while nothing gets through, and goes on as before the break', async () => {
    const bench = new Bench();
    await bench.attach({ ...NOTHING, camera: picture(1280, 720) });
    await vi.advanceTimersByTimeAsync(1_000);

    bench.sender.setPath('doubted');
    bench.tells({ rate: 0, lost: 100 });
    await vi.advanceTimersByTimeAsync(1_000);
    expect(bench.camera().active).toBe(true);
    bench.sender.setPath('broken');
    await vi.advanceTimersByTimeAsync(12_000);
    expect(bench.encodings().map(({ active }) => active)).toEqual([true, false, false]);

    bench.sender.setPath('up');
    await vi.advanceTimersByTimeAsync(2_000);
    expect(bench.camera().active).toBe(true);
    expect(bench.sender.sending.value.video).toBe('full');

    bench.tells({ rate: 60_000, lost: 30 });
    await settled();
    expect(bench.sender.sending.value.video).toBe('paused');
  });

  it('is not known by what a break has cost, which the browser tells late', async () => {
    const bench = new Bench();
    await bench.attach({ ...NOTHING, camera: picture(1280, 720) });
    await vi.advanceTimersByTimeAsync(1_000);

    bench.sender.setPath('broken');
    await vi.advanceTimersByTimeAsync(12_000);
    bench.sender.setPath('up');
    await vi.advanceTimersByTimeAsync(3_000);
    bench.lost = 600;
    await vi.advanceTimersByTimeAsync(5_000);

    expect(bench.sender.sending.value.video).toBe('full');
  });

  it('is known by two bad seconds, though between them nothing came for a moment', async () => {
    const bench = new Bench();
    await bench.attach({ ...NOTHING, camera: picture(1280, 720) });
    await vi.advanceTimersByTimeAsync(1_000);
    bench.tells({ rate: 300_000, lost: 20 });
    await vi.advanceTimersByTimeAsync(1_000);

    bench.sender.setPath('doubted');
    bench.sender.setPath('up');
    bench.tells({ rate: 300_000, lost: 20 });
    await vi.advanceTimersByTimeAsync(1_000);

    expect(bench.sender.sending.value.video).toBe('reduced');
  });

  it('is watched no longer than there is a connection', async () => {
    const bench = new Bench();
    await bench.attach({ ...NOTHING, microphone: sound() });

    bench.sender.stop();
    await vi.advanceTimersByTimeAsync(5_000);

    expect(bench.looks).toBe(0);
    expect(bench.senders.map(({ track }) => track)).toEqual([null, null, null]);
  });
});

describe('sound that is said twice', () => {
  const OPUS = { mimeType: 'audio/opus', clockRate: 48_000 };
  const RED = { mimeType: 'audio/red', clockRate: 48_000 };

  it.each([
    { what: 'comes first where the browser can', codecs: [OPUS, RED], preferred: [RED, OPUS] },
    { what: 'is not asked for where it can’t', codecs: [OPUS], preferred: null },
  ])('$what', ({ codecs, preferred }) => {
    vi.stubGlobal('RTCRtpReceiver', { getCapabilities: () => ({ codecs }) });
    let set: unknown = null;

    preferRedundantVoice({ setCodecPreferences: (order: unknown) => void (set = order) } as unknown as RTCRtpTransceiver);

    expect(set).toEqual(preferred);
  });
});

const NOTHING: Tracks = { microphone: null, camera: null, screen: null };

class Bench {
  readonly senders = [new FakeSender(), new FakeSender(), new FakeSender()];
  readonly sender: Sender;
  refused = 0;
  lost = 0;
  looks = 0;
  #sent = 0;

  constructor() {
    const peer = { getStats: async () => this.#report() } as unknown as RTCPeerConnection;
    this.sender = new Sender(peer, () => (this.refused += 1));
    this.sender.adopt(this.senders.map((sender) => ({ sender }) as unknown as RTCRtpTransceiver));
  }

  async attach(tracks: Tracks): Promise<void> {
    this.sender.attach(tracks);
    await settled();
  }

  camera(): RTCRtpEncodingParameters {
    return this.encodings()[1] ?? {};
  }

  encodings(): RTCRtpEncodingParameters[] {
    return this.senders.map(({ parameters }) => parameters.encodings[0] ?? {});
  }

  /** The other side, of what has come. */
  tells(came: Came): void {
    this.sender.hear(came);
  }

  refuses(): void {
    for (const sender of this.senders) sender.refuses = true;
  }

  #report(): Map<string, object> {
    this.looks += 1;
    this.#sent += 100;
    return new Map<string, object>([
      ['out', { id: 'out', type: 'outbound-rtp', packetsSent: this.#sent, bytesSent: 10_000 * this.looks }],
      ['in', { id: 'in', type: 'remote-inbound-rtp', packetsLost: this.lost }],
    ]);
  }
}

class FakeSender {
  track: MediaStreamTrack | null = null;
  parameters: RTCRtpSendParameters & { degradationPreference?: string } = { transactionId: '', codecs: [], headerExtensions: [], rtcp: {}, encodings: [{ active: true }] };
  refuses = false;
  wasHurried = false;
  changes = 0;
  #isBusy = false;

  async replaceTrack(track: MediaStreamTrack | null): Promise<void> {
    if (this.refuses) throw new DOMException('', 'InvalidModificationError');
    this.track = track;
  }

  getParameters(): RTCRtpSendParameters {
    return structuredClone(this.parameters);
  }

  async setParameters(parameters: RTCRtpSendParameters): Promise<void> {
    if (this.#isBusy) this.wasHurried = true;
    this.#isBusy = true;
    this.changes += 1;
    await Promise.resolve();
    this.parameters = parameters;
    this.#isBusy = false;
  }
}

function sound(): MediaStreamTrack {
  return { kind: 'audio', getSettings: () => ({}) } as unknown as MediaStreamTrack;
}

function picture(width: number, height: number): MediaStreamTrack {
  return { kind: 'video', getSettings: () => ({ width, height }) } as unknown as MediaStreamTrack;
}

async function settled(): Promise<void> {
  for (let turn = 0; turn < 40; turn += 1) await Promise.resolve();
}
