// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openLocalDevices } from './devices.ts';
import type { LocalDevices } from './media.ts';

let machine: Machine;

beforeEach(() => {
  machine = new Machine();
  vi.stubGlobal('navigator', { mediaDevices: machine, permissions: machine });
  vi.stubGlobal('isSecureContext', true);
  vi.stubGlobal('MediaStream', FakeStream);
  localStorage.clear();
  sessionStorage.clear();
});
afterEach(() => vi.unstubAllGlobals());

describe('opening', () => {
  it('asks one question for both', async () => {
    const local = openLocalDevices();

    await local.open();

    expect(states(local)).toEqual(['on', 'on']);
    expect(machine.asked).toHaveLength(1);
    expect([local.media.value.microphone, local.media.value.camera].map((source) => ('track' in source ? source.track.contentHint : ''))).toEqual(['speech', 'motion']);
  });

  it('goes on with the one that there is', async () => {
    machine.unplug('rear');
    machine.unplug('cam');
    const local = openLocalDevices();

    await local.open();

    expect(states(local)).toEqual(['on', 'no-device']);
  });

  it('asks for the microphone alone where only the camera is forbidden', async () => {
    machine.permission = { microphone: 'prompt', camera: 'denied' };
    machine.forbidden = ['camera'];
    const local = openLocalDevices();

    await local.open();

    expect(states(local)).toEqual(['on', 'denied']);
  });

  it.each([
    ['Permission dismissed', 'ignored'],
    ['Permission denied by system', 'denied-by-system'],
  ])('of „%s“ is told as it is, and nothing more is asked', async (message, failure) => {
    machine.fails = [new DOMException(message, 'NotAllowedError')];
    const local = openLocalDevices();

    await local.open();

    expect(states(local)).toEqual([failure, failure]);
    expect(machine.asked).toHaveLength(1);
  });

  it('is tried once more with fewer wishes where they can’t be met', async () => {
    machine.fails = [new DOMException('', 'OverconstrainedError')];
    const local = openLocalDevices();

    await local.setCamera(true);

    expect(states(local)[1]).toBe('on');
    expect(machine.asked.at(-1)).toEqual({ video: true });
  });

  it('is in use elsewhere when that fails too', async () => {
    machine.fails = [new DOMException('', 'NotReadableError'), new DOMException('', 'NotReadableError')];
    const local = openLocalDevices();

    await local.setCamera(true);

    expect(states(local)[1]).toBe('in-use');
  });

  it.each([
    { secure: false, failure: 'insecure' },
    { secure: true, failure: 'unsupported' },
  ])('is $failure without mediaDevices (secure: $secure)', async ({ secure, failure }) => {
    vi.stubGlobal('navigator', {});
    vi.stubGlobal('isSecureContext', secure);
    const local = openLocalDevices();

    await local.open();

    expect(states(local)).toEqual([failure, failure]);
  });
});

describe('a device that is pulled out in the call', () => {
  it('is replaced by another one, which is told, and is used again when it is back', async () => {
    const local = openLocalDevices();
    await local.open();
    await local.choose('microphone', 'headset');
    expect(used(local)).toBe('headset');

    machine.unplug('headset');
    await settled();
    expect([used(local), local.unplugged.value, local.devices.value.chosen.microphone]).toEqual(['mic', ['microphone'], '']);

    machine.plug('headset');
    await settled();
    expect([used(local), local.unplugged.value, local.devices.value.chosen.microphone]).toEqual(['headset', [], 'headset']);
  });

  it('stays muted while it changes', async () => {
    const local = openLocalDevices();
    await local.open();
    await local.choose('microphone', 'headset');
    await local.setMicrophone(false);

    machine.unplug('headset');
    await settled();

    expect(states(local)[0]).toBe('muted');
    expect(machine.live().map(({ deviceId, enabled }) => [deviceId, enabled])).toContainEqual(['mic', false]);
  });

  it('says so where there is no other', async () => {
    const local = openLocalDevices();
    await local.open();

    machine.unplug('rear');
    machine.unplug('cam');
    await settled();

    expect(states(local)).toEqual(['on', 'no-device']);
  });

  it.each([true, false])('goes on by itself when it is back and there was no other, as it was (heard: %s)', async (isHeard) => {
    machine.unplug('mic');
    const local = openLocalDevices();
    await local.open();
    await local.setMicrophone(isHeard);
    machine.unplug('headset');
    await settled();
    expect(states(local)[0]).toBe('no-device');

    machine.plug('headset');
    await settled();

    expect([states(local)[0], machine.live().find(({ kind }) => kind === 'audio')?.enabled]).toEqual([isHeard ? 'on' : 'muted', isHeard]);
  });

  it('is left alone when it is back after it was switched off', async () => {
    machine.unplug('rear');
    const local = openLocalDevices();
    await local.open();
    machine.unplug('cam');
    await settled();
    await local.setCamera(false);

    machine.plug('cam');
    await settled();

    expect(states(local)[1]).toBe('off');
  });

  it('a speaker too: the system’s plays on', async () => {
    const element = Object.assign(document.createElement('audio'), { setSinkId: vi.fn(async () => undefined) });
    Object.defineProperty(HTMLMediaElement.prototype, 'setSinkId', { configurable: true, value: () => undefined });
    const local = openLocalDevices();
    await local.open();
    local.bindSpeaker(element);
    await local.choose('speaker', 'loud');

    machine.unplug('loud');
    await settled();

    expect(element.setSinkId.mock.calls.map(([id]: readonly unknown[]) => id)).toEqual(['', 'loud', '']);
    expect(local.unplugged.value).toEqual(['speaker']);
    Reflect.deleteProperty(HTMLMediaElement.prototype, 'setSinkId');
  });
});

describe('a track that ends by itself', () => {
  it('is opened again, once', async () => {
    const local = openLocalDevices();
    await local.open();

    machine.end('mic');
    await settled();
    expect(states(local)[0]).toBe('on');

    machine.end('mic');
    await settled();
    expect(states(local)[0]).toBe('in-use');
  });

  it('because it is forbidden now is told, and nobody is asked again', async () => {
    const local = openLocalDevices();
    await local.open();
    const asked = machine.asked.length;

    machine.permission = { microphone: 'granted', camera: 'prompt' };
    machine.end('cam');
    await settled();

    expect(states(local)).toEqual(['on', 'denied']);
    expect(machine.asked).toHaveLength(asked);
  });

  it('is no matter where the browser calls a permission a question all the time', async () => {
    machine.permission = { microphone: 'prompt', camera: 'prompt' };
    const local = openLocalDevices();
    await local.open();
    await settled();

    machine.end('cam');
    await settled();

    expect(states(local)).toEqual(['on', 'on']);
  });

  it('or is silenced for long, is opened again', async () => {
    vi.useFakeTimers();
    const local = openLocalDevices();
    await local.open();
    const [track] = machine.live();

    track?.silence();
    await vi.advanceTimersByTimeAsync(2_900);
    expect(track?.readyState).toBe('live');
    await vi.advanceTimersByTimeAsync(200);
    vi.useRealTimers();
    await settled();

    expect([track?.readyState, states(local)[0]]).toEqual(['ended', 'on']);
  });
});

describe('what is chosen', () => {
  it('is kept by the practice’s browser', async () => {
    const first = openLocalDevices({ keepsChoices: true });
    await first.open();
    await first.choose('microphone', 'headset');
    await first.setNoiseSuppression(false);
    first.close();

    const second = openLocalDevices({ keepsChoices: true });
    await second.open();

    expect([used(second), second.effects.value.noiseSuppression]).toEqual(['headset', false]);
  });

  it('is found by its name when the ids have changed', async () => {
    localStorage.setItem('visite-devices', JSON.stringify({ microphone: { id: 'of-last-year', label: 'label of headset' } }));
    const local = openLocalDevices({ keepsChoices: true });

    await local.setMicrophone(true);
    machine.announce();
    await settled();

    expect([used(local), local.devices.value.chosen.microphone]).toEqual(['headset', 'headset']);
  });

  it('is gone with a guest’s visit', async () => {
    const local = openLocalDevices();
    await local.open();
    await local.choose('camera', 'rear');
    expect(sessionStorage).toHaveLength(1);

    local.close();

    expect([sessionStorage.length, localStorage.length]).toEqual([0, 0]);
  });

  it.each(['{', 'null', '[]', '{"microphone":{"id":7,"label":""}}', `{"microphone":{"id":"${'x'.repeat(600)}","label":""}}`])('and nonsense is nothing: %.40s', async (kept) => {
    localStorage.setItem('visite-devices', kept);
    const local = openLocalDevices({ keepsChoices: true });

    await local.open();

    expect([used(local), local.effects.value.noiseSuppression]).toEqual(['mic', true]);
  });

  it('but does not open leaves the one before', async () => {
    const local = openLocalDevices();
    await local.open();
    machine.fails = [new DOMException('', 'NotReadableError'), new DOMException('', 'NotReadableError')];

    await local.choose('microphone', 'headset');

    expect([used(local), states(local)[0], local.devices.value.chosen.microphone]).toEqual(['mic', 'on', '']);
  });
});

describe('noise suppression', () => {
  it.each([
    { what: 'changed on the running track', obeys: true, asked: 1 },
    { what: 'changed by opening anew where the browser does not do that', obeys: false, asked: 2 },
  ])('is $what', async ({ obeys, asked }) => {
    machine.obeys = obeys;
    const local = openLocalDevices();
    await local.setMicrophone(true);

    await local.setNoiseSuppression(false);

    expect(local.effects.value.noiseSuppression).toBe(false);
    expect(machine.live()[0]?.settings['noiseSuppression']).toBe(false);
    expect(machine.asked).toHaveLength(asked);
  });
});

describe('the viewfinder', () => {
  it('opens the camera, which stays off in the call', async () => {
    const local = openLocalDevices();

    await local.openViewfinder();

    expect([local.viewfinder.value.state, states(local)[1], machine.live().length]).toEqual(['on', 'off', 1]);
    local.closeViewfinder();
    expect([local.viewfinder.value.state, machine.live().length]).toEqual(['off', 0]);
  });

  it('changes to another camera, one at a time', async () => {
    const local = openLocalDevices();
    await local.openViewfinder();

    await local.choose('camera', 'rear');

    expect(machine.live().map(({ deviceId }) => deviceId)).toEqual(['rear']);
    expect(states(local)[1]).toBe('off');
  });

  it('that was closed while the browser asked lets the camera go', async () => {
    const local = openLocalDevices();
    const opening = local.openViewfinder();

    local.closeViewfinder();
    await opening;

    expect([local.viewfinder.value.state, machine.live()]).toEqual(['off', []]);
  });

  it('says why it does not open, or is lost', async () => {
    const local = openLocalDevices();
    machine.fails = [new DOMException('', 'NotReadableError')];
    await local.openViewfinder();
    expect(local.viewfinder.value).toEqual({ state: 'failed', failure: 'in-use' });

    await local.openViewfinder();
    machine.end('cam');

    expect(local.viewfinder.value).toEqual({ state: 'failed', failure: 'in-use' });
  });

  it('or the camera has to be open for a photo', async () => {
    const local = openLocalDevices();

    await expect(local.takePhoto()).rejects.toThrow();
  });

  it('goes with the visit', async () => {
    const local = openLocalDevices();
    await local.openViewfinder();

    local.close();

    expect(machine.live()).toEqual([]);
  });
});

/** A machine with a microphone, a headset, two cameras and a loudspeaker. */
class Machine extends EventTarget {
  readonly asked: MediaStreamConstraints[] = [];
  readonly tracks: FakeTrack[] = [];
  permission: Record<string, PermissionState> = { microphone: 'granted', camera: 'granted' };
  forbidden: string[] = [];
  fails: DOMException[] = [];
  obeys = true;
  #there = ['mic', 'headset', 'cam', 'rear', 'loud'];

  async enumerateDevices() {
    return this.#there.map((deviceId) => ({ deviceId, kind: KINDS[deviceId], label: `label of ${deviceId}` }));
  }

  async getUserMedia(constraints: MediaStreamConstraints): Promise<FakeStream> {
    this.asked.push(constraints);
    await Promise.resolve();
    const failure = this.fails.shift();
    if (failure) throw failure;
    if (constraints.video && this.forbidden.includes('camera')) throw new DOMException('Permission denied', 'NotAllowedError');
    const tracks = (['audio', 'video'] as const).flatMap((kind) => (constraints[kind] ? [this.#track(kind, constraints[kind])] : []));
    this.tracks.push(...tracks);
    return new FakeStream(tracks);
  }

  async query({ name }: { readonly name: string }): Promise<{ readonly state: PermissionState | undefined }> {
    return { state: this.permission[name] };
  }

  unplug(id: string): void {
    this.#there = this.#there.filter((one) => one !== id);
    this.end(id);
    this.announce();
  }

  plug(id: string): void {
    this.#there.push(id);
    this.announce();
  }

  announce(): void {
    this.dispatchEvent(new Event('devicechange'));
  }

  end(id: string): void {
    for (const track of this.live()) if (track.deviceId === id) track.end();
  }

  live(): FakeTrack[] {
    return this.tracks.filter(({ readyState }) => readyState === 'live');
  }

  #track(kind: 'audio' | 'video', constraints: MediaTrackConstraints | true): FakeTrack {
    const wish = constraints === true ? {} : (constraints as { deviceId?: { exact?: string; ideal?: string } });
    const all = this.#there.filter((id) => KINDS[id] === `${kind}input`);
    const wanted = wish.deviceId?.exact ?? wish.deviceId?.ideal;
    const id = all.find((one) => one === wanted) ?? all[0];
    if (id === undefined) throw new DOMException('', 'NotFoundError');
    return new FakeTrack(kind, id, constraints === true ? {} : { ...constraints }, () => this.obeys);
  }
}

class FakeTrack extends EventTarget {
  readyState: 'live' | 'ended' = 'live';
  muted = false;
  contentHint = '';
  enabled = true;

  constructor(
    readonly kind: 'audio' | 'video',
    readonly deviceId: string,
    public settings: Record<string, unknown>,
    readonly obeys: () => boolean,
  ) {
    super();
  }

  getSettings(): Record<string, unknown> {
    return { ...this.settings, deviceId: this.deviceId };
  }

  async applyConstraints(constraints: Record<string, unknown>): Promise<void> {
    if (this.obeys()) this.settings = { ...constraints };
  }

  stop(): void {
    this.readyState = 'ended';
  }

  end(): void {
    this.readyState = 'ended';
    this.dispatchEvent(new Event('ended'));
  }

  silence(): void {
    this.muted = true;
    this.dispatchEvent(new Event('mute'));
  }
}

class FakeStream {
  constructor(readonly tracks: readonly FakeTrack[] = []) {}

  getTracks(): readonly FakeTrack[] {
    return this.tracks;
  }

  getAudioTracks(): readonly FakeTrack[] {
    return this.tracks.filter(({ kind }) => kind === 'audio');
  }

  getVideoTracks(): readonly FakeTrack[] {
    return this.tracks.filter(({ kind }) => kind === 'video');
  }
}

function states(local: LocalDevices): string[] {
  const { microphone, camera } = local.media.value;
  return [microphone, camera].map((source) => (source.state === 'failed' ? source.failure : source.state));
}

/** The microphone that is heard. */
function used(local: LocalDevices): string | undefined {
  const { microphone } = local.media.value;
  return 'track' in microphone ? microphone.track.getSettings().deviceId : undefined;
}

function settled(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 5));
}

const KINDS: Readonly<Record<string, string>> = { mic: 'audioinput', headset: 'audioinput', cam: 'videoinput', rear: 'videoinput', loud: 'audiooutput' };
